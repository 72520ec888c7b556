package io.dyno.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the output of {@code vllm serve --help=all} into the catalogue that {@link FlagCatalogue} reads. For a new vLLM: save that output,
 * run {@code main} of this class with the file's name and the version, and put what it prints into
 * {@code src/main/resources/io/dyno/plan/vllm-VERSION-flags.tsv}.
 *
 * <p>Only facts are taken over: names, arity, choices and defaults; no prose.
 */
public final class FlagCatalogueGenerator {
    private static final Pattern FLAG = Pattern.compile("(--?[A-Za-z0-9][A-Za-z0-9-]*)(?: (.+))?");
    private static final Pattern BRACES = Pattern.compile("\\{([^}]*)}.*");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
    private static final int HELP_COLUMN = 24;
    private static final int LONGEST_DEFAULT = 60;

    private FlagCatalogueGenerator() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: FlagCatalogueGenerator HELP-FILE VERSION");
        }
        System.out.print(generate(Files.readString(Path.of(args[0])), args[1]));
    }

    /** The catalogue of a help text. */
    static String generate(String help, String version) {
        StringBuilder tsv = new StringBuilder("# vllm\t" + version + "\n# name\tarity\taliases\tchoices\tdefault\n");
        for (Entry entry : entries(help)) {
            if (!entry.name().equals("help")) {
                tsv.append(String.join(
                                "\t", entry.name(), entry.arity(), entry.aliases(), entry.choices(), entry.preset()))
                        .append('\n');
            }
        }
        return tsv.toString();
    }

    private record Entry(String name, String arity, String aliases, String choices, String preset) {}

    private static List<Entry> entries(String help) {
        List<Entry> entries = new ArrayList<>();
        String head = null;
        StringBuilder body = new StringBuilder();
        for (String line : (help + "\n\n").lines().toList()) {
            if (line.startsWith("  -")) {
                if (head != null) {
                    entries.add(entry(head, body.toString()));
                }
                int gap = line.indexOf("  ", 3);
                head = gap < 0 ? line.strip() : line.substring(0, gap).strip();
                body.setLength(0);
                body.append(gap < 0 ? "" : line.substring(gap).strip());
            } else if (line.startsWith(" ".repeat(HELP_COLUMN))) {
                body.append(' ').append(line.strip());
            }
        }
        if (head != null) {
            entries.add(entry(head, body.toString()));
        }
        return entries;
    }

    private static Entry entry(String head, String body) {
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
        return new Entry(name, arity(toggle, metavar, body), String.join(",", aliases), choices(metavar), preset(body));
    }

    private static String arity(boolean toggle, String metavar, String body) {
        if (metavar == null) {
            return toggle ? "toggle" : "switch";
        }
        if (body.contains("valid JSON string")) {
            return "json";
        }
        if (metavar.endsWith("...]")) {
            return "list";
        }
        return metavar.matches("\\[[A-Z_]+]") ? "optional" : "value";
    }

    /** Choices joined by commas; a last one {@code *} where other values are taken too. */
    private static String choices(String metavar) {
        if (metavar == null) {
            return "";
        }
        Matcher closed = BRACES.matcher(metavar);
        if (closed.matches()) {
            return closed.group(1) + (metavar.contains(" or ") ? ",*" : "");
        }
        if (!metavar.startsWith("['")) {
            return "";
        }
        List<String> values = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(metavar);
        while (quoted.find()) {
            values.add(quoted.group(1));
        }
        return String.join(",", values) + ",*";
    }

    private static String preset(String body) {
        int start = body.lastIndexOf("(default: ");
        int end = body.lastIndexOf(')');
        if (start < 0 || end < start) {
            return "";
        }
        String preset = body.substring(start + "(default: ".length(), end).strip();
        return preset.length() <= LONGEST_DEFAULT ? preset : preset.substring(0, LONGEST_DEFAULT) + "…";
    }
}
