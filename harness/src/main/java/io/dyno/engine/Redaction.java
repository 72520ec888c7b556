package io.dyno.engine;

import io.dyno.plan.Secrets;
import java.util.ArrayList;
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
