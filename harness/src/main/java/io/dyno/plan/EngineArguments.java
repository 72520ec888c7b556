package io.dyno.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code engineArgs} read as vLLM's parser would read them. */
final class EngineArguments {
    private final List<String> tokens;
    private final List<Located> findings = new ArrayList<>();
    private final Map<String, Integer> flags = new LinkedHashMap<>();
    private int current;
    private int next;

    private EngineArguments(List<String> tokens) {
        this.tokens = tokens;
    }

    /**
     * What the tokens say.
     *
     * @param flags names of the flags that are set, canonical where the catalogue knows them, with the index of their token
     * @param findings what is wrong with them
     */
    record Reading(Map<String, Integer> flags, List<Located> findings) {}

    /**
     * What is wrong with a flag.
     *
     * @param finding what
     * @param token index of the flag's token
     */
    record Located(Finding finding, int token) {}

    /** Reads argv tokens. */
    static Reading read(List<String> tokens) {
        EngineArguments arguments = new EngineArguments(tokens);
        while (arguments.next < tokens.size()) {
            arguments.argument();
        }
        return new Reading(arguments.flags, arguments.findings);
    }

    /** What is wrong with a flag that the catalogue does not have. */
    static Finding unknown(String spelling) {
        FlagCatalogue catalogue = FlagCatalogue.vllm();
        String name = spelling.replaceFirst("^--?", "");
        String what = "vLLM " + catalogue.version() + " has no engine argument \"" + name + "\"";
        Optional<String> retired = RetiredFlags.remedy(name);
        if (retired.isPresent()) {
            return new Finding(Rule.UNKNOWN_FLAG, what + " any more; " + retired.get());
        }
        return catalogue
                .closest(name)
                .map(close -> new Finding(Rule.UNKNOWN_FLAG, what + "; did you mean \"" + close + "\"?"))
                .orElseGet(() -> new Finding(
                        Rule.UNFAMILIAR_FLAG,
                        what + " nor one that is spelled like it; a newer vLLM may have it. Then silence this with"
                                + " @SuppressWarnings(\"dyno\")"));
    }

    private void argument() {
        current = next;
        String token = tokens.get(next++);
        if (!isFlag(token)) {
            syntax("\"" + token + "\" stands behind no flag that takes it; tokens are {\"--flag\", \"value\"}");
            return;
        }
        int equals = token.indexOf('=');
        String spelling = equals < 0 ? token : token.substring(0, equals);
        String inline = equals < 0 ? null : token.substring(equals + 1);
        if (spelling.chars().anyMatch(Character::isWhitespace)) {
            syntax("\"" + token + "\" is one token with a blank in it; no shell splits it: write "
                    + quoted(token.strip().split("\\s+", 2)));
            return;
        }
        Optional<FlagCatalogue.Flag> known = FlagCatalogue.vllm().find(spelling);
        if (known.isEmpty()) {
            found(unknown(spelling));
            flags.put(spelling.replaceFirst("^--?", ""), current);
            while (next < tokens.size() && !isFlag(tokens.get(next))) {
                next++;
            }
            return;
        }
        FlagCatalogue.Flag flag = known.get();
        boolean key = spelling.indexOf('.') >= 0;
        if (!key && flags.putIfAbsent(flag.name(), current) != null) {
            found(new Finding(Rule.SETTING_TWICE, "engineArgs give --" + flag.name() + " twice; keep one"));
        }
        values(flag, spelling, inline, key);
    }

    private void values(FlagCatalogue.Flag flag, String spelling, String inline, boolean key) {
        List<String> values = new ArrayList<>();
        if (inline != null) {
            values.add(inline);
        }
        boolean level = spelling.matches("-O\\d");
        int most = level || flag.isBoolean() || inline != null
                ? 0
                : flag.arity() == FlagCatalogue.Arity.LIST ? Integer.MAX_VALUE : 1;
        while (values.size() < most && next < tokens.size() && !isFlag(tokens.get(next))) {
            values.add(tokens.get(next++));
        }
        if (flag.isBoolean() && inline != null) {
            String remedy = flag.arity() == FlagCatalogue.Arity.TOGGLE
                    ? "--" + flag.name() + " or --no-" + flag.name()
                    : "--" + flag.name() + ", or leave it out";
            syntax("--" + flag.name() + " takes no value; write " + remedy);
        } else if (values.isEmpty() && !level && needsValue(flag)) {
            syntax(spelling + " needs a value, as the next token or behind \"=\"");
        } else if (!key && !level && !flag.isBoolean()) {
            values.forEach(value -> check(flag, value));
        }
    }

    private void check(FlagCatalogue.Flag flag, String value) {
        Setting setting = Settings.of(flag);
        if (setting.type() == Setting.Type.LIST || setting.hasAttribute()) {
            return;
        }
        try {
            Values.parse(setting, value);
        } catch (Values.NotAValueException e) {
            found(new Finding(e.rule(), "--" + flag.name() + " " + value + ": " + e.getMessage()));
        }
    }

    private static boolean needsValue(FlagCatalogue.Flag flag) {
        return !flag.isBoolean() && flag.arity() != FlagCatalogue.Arity.OPTIONAL;
    }

    /** A dash and something that is no number. */
    private static boolean isFlag(String token) {
        return token.length() > 1 && token.charAt(0) == '-' && !token.matches("-\\.?\\d.*");
    }

    private static String quoted(String[] words) {
        return "{\"" + String.join("\", \"", words) + "\"}";
    }

    private void syntax(String message) {
        found(new Finding(Rule.ENGINE_ARGS_SYNTAX, "engineArgs: " + message));
    }

    private void found(Finding finding) {
        findings.add(new Located(finding, current));
    }
}
