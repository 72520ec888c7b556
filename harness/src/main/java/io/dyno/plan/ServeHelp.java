package io.dyno.plan;

import io.dyno.plan.FlagCatalogue.Arity;
import io.dyno.plan.FlagCatalogue.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output of {@code vllm serve --help=all}, 80 columns wide, read for its flags. Only facts are taken over: names, arity, choices and
 * defaults; no prose. Pure: text in, flags out.
 */
final class ServeHelp {
    private static final Pattern FLAG = Pattern.compile("(--?[A-Za-z0-9][A-Za-z0-9-]*)(?: (.+))?");
    private static final Pattern BRACES = Pattern.compile("\\{([^}]*)}.*");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
    private static final String DEFAULT = "(default: ";
    private static final int HELP_COLUMN = 24;
    private static final int LONGEST_DEFAULT = 60;

    private ServeHelp() {}

    /**
     * The flags of a help text, in its order, without {@code --help}.
     *
     * @throws IllegalArgumentException when what stands where flags stand is none
     */
    static List<Flag> flags(String help) {
        List<Flag> flags = new ArrayList<>();
        String head = null;
        StringBuilder body = new StringBuilder();
        for (String line : (help + "\n  --end").lines().toList()) {
            if (line.startsWith("  -")) {
                if (head != null) {
                    flags.add(flag(head, body.toString()));
                }
                int gap = line.indexOf("  ", 3);
                head = gap < 0 ? line.strip() : line.substring(0, gap).strip();
                body.setLength(0);
                body.append(gap < 0 ? "" : line.substring(gap).strip());
            } else if (line.startsWith(" ".repeat(HELP_COLUMN))) {
                body.append(' ').append(line.strip());
            }
        }
        flags.removeIf(flag -> flag.name().equals("help"));
        return flags;
    }

    private static Flag flag(String head, String body) {
        String name = null;
        String metavar = null;
        boolean toggle = false;
        List<String> aliases = new ArrayList<>();
        for (String spelling : head.split(", (?=-)", -1)) {
            Matcher matcher = FLAG.matcher(spelling);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a flag: " + spelling + " in " + head);
            }
            String flag = matcher.group(1);
            metavar = matcher.group(2);
            if (flag.startsWith("--no-") && name != null && flag.equals("--no-" + name)) {
                toggle = true;
            } else if (flag.startsWith("--") && name == null) {
                name = flag.substring(2);
            } else {
                aliases.add(flag);
            }
        }
        if (name == null) {
            throw new IllegalArgumentException("no long name in " + head);
        }
        boolean open = metavar != null && (metavar.contains(" or ") || metavar.startsWith("['"));
        return new Flag(name, arity(toggle, metavar, body), aliases, choices(metavar), open, preset(body));
    }

    private static Arity arity(boolean toggle, String metavar, String body) {
        if (metavar == null) {
            return toggle ? Arity.TOGGLE : Arity.SWITCH;
        }
        if (body.contains("valid JSON string")) {
            return Arity.JSON;
        }
        if (metavar.endsWith("...]")) {
            return Arity.LIST;
        }
        return metavar.matches("\\[[A-Z_]+]") ? Arity.OPTIONAL : Arity.VALUE;
    }

    private static List<String> choices(String metavar) {
        if (metavar == null) {
            return List.of();
        }
        Matcher closed = BRACES.matcher(metavar);
        if (closed.matches()) {
            return List.of(closed.group(1).split(","));
        }
        List<String> values = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(metavar.startsWith("['") ? metavar : "");
        while (quoted.find()) {
            values.add(quoted.group(1));
        }
        return values;
    }

    private static String preset(String body) {
        int start = body.lastIndexOf(DEFAULT);
        int end = body.lastIndexOf(')');
        if (start < 0 || end < start) {
            return "";
        }
        String preset = body.substring(start + DEFAULT.length(), end).strip();
        return preset.length() <= LONGEST_DEFAULT ? preset : preset.substring(0, LONGEST_DEFAULT) + "…";
    }
}
