package io.dyno.engine;

import io.dyno.plan.Secrets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes secrets out of what is written down. Secrets reach an engine by inheritance of the environment only; this is for provenance, where
 * the whole environment is recorded, and for users who put a key into an argv all the same.
 */
public final class Redaction {
    /** What stands in a secret's place. */
    public static final String REDACTED = "redacted";

    /** vLLM's flags whose values are secrets. Names, not a pattern: {@code --tokenizer} and {@code --max-num-batched-tokens} are none. */
    private static final Set<String> SECRET_FLAGS = Set.of("--api-key", "--hf-token");

    /** Fewest characters of a secret; {@code EMPTY} or {@code none} protect nothing. */
    private static final int SHORTEST = 8;

    private Redaction() {}

    /** Whether a variable of this name may hold a secret. */
    public static boolean secret(String variable) {
        return Secrets.variable(variable);
    }

    /** Whether the value of a flag, written without dashes, is a secret. */
    static boolean secretFlag(String flag) {
        return SECRET_FLAGS.contains("--" + flag.replace('_', '-').toLowerCase(Locale.ROOT));
    }

    /** The environment, sorted by name, with every value that may be a secret replaced. */
    public static Map<String, String> environment(Map<String, String> env) {
        Map<String, String> shown = new TreeMap<>();
        env.forEach((name, value) -> shown.put(name, secret(name) ? REDACTED : value));
        return shown;
    }

    /**
     * Values of variables that may be secrets, the longest first. Left out are those that are too short to be one, for they stand in any text, and
     * paths, which only say where one is.
     */
    public static List<String> secrets(Map<String, String> env) {
        return env.entrySet().stream()
                .filter(variable -> secret(variable.getKey()))
                .map(variable -> variable.getValue().strip())
                .filter(value -> value.length() >= SHORTEST && !value.startsWith("/"))
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** A text of somebody else's, such as a line of an engine's log, with each of these secrets replaced. */
    public static String text(String text, List<String> secrets) {
        String shown = text;
        for (String secret : secrets) {
            shown = shown.replace(secret, REDACTED);
        }
        return shown;
    }

    /** An argv with the values of {@code --api-key} and {@code --hf-token} replaced, in all of vLLM's spellings; its length is kept. */
    public static List<String> argv(List<String> argv) {
        List<String> shown = new ArrayList<>();
        boolean secret = false;
        for (String token : argv) {
            int equals = token.indexOf('=');
            if (token.startsWith("--")) {
                String flag = equals < 0 ? token : token.substring(0, equals);
                secret = SECRET_FLAGS.contains(flag.replace('_', '-').toLowerCase(Locale.ROOT));
                shown.add(secret && equals >= 0 ? flag + "=" + REDACTED : token);
            } else {
                shown.add(secret ? REDACTED : token); // vLLM's --api-key takes several
            }
        }
        return List.copyOf(shown);
    }
}
