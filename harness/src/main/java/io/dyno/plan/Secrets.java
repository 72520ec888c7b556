package io.dyno.plan;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names stand for secrets: the one rule by which they are refused in settings and taken out of files. */
public final class Secrets {
    private static final Set<String> WORDS = Set.of(
            "TOKEN", "KEY", "KEYS", "APIKEY", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Z]+");

    private Secrets() {}

    /** Whether an environment variable of this name may hold a secret: one of its words says so. {@code TOKENIZERS_PARALLELISM} does not. */
    public static boolean variable(String name) {
        return BETWEEN_WORDS.splitAsStream(name.toUpperCase(Locale.ROOT)).anyMatch(WORDS::contains);
    }
}
