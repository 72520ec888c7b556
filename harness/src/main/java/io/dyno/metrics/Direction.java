package io.dyno.metrics;

import java.util.Locale;

/** Which way is better. */
public enum Direction {
    LOWER,
    HIGHER,
    NONE;

    /** The name in files: {@code lower}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The direction with this name in files.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Direction ofId(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
