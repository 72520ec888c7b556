package io.dyno.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a window's numbers may be used.
 *
 * @param level ok, suspect or void
 * @param reasons why it is not ok, each {@code code: text}, the code in snake case; empty when it is
 */
public record Validity(Level level, List<String> reasons) {
    /** Nothing to say against it. */
    public static final Validity OK = new Validity(Level.OK, List.of());

    /** How much is left of a window's worth, from all to nothing. The names in files are these in lower case. */
    public enum Level {
        /** The numbers stand. */
        OK,
        /** The numbers stand with a mark. */
        SUSPECT,
        /** The numbers are not used. */
        VOID;

        /** The name in files: {@code suspect}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The level with this name in files.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static Level ofId(String id) {
            return valueOf(id.toUpperCase(Locale.ROOT));
        }
    }

    public Validity {
        reasons = List.copyOf(reasons);
        if (level == Level.OK != reasons.isEmpty()) {
            throw new IllegalArgumentException(level + " with reasons " + reasons);
        }
    }

    /** Suspect for one reason. */
    public static Validity suspect(String reason) {
        return new Validity(Level.SUSPECT, List.of(reason));
    }

    /** Void for one reason. */
    public static Validity voided(String reason) {
        return new Validity(Level.VOID, List.of(reason));
    }

    /** The worse of both levels, with the reasons of both. */
    public Validity and(Validity other) {
        List<String> all = new ArrayList<>(reasons);
        all.addAll(other.reasons);
        return new Validity(level.compareTo(other.level) >= 0 ? level : other.level, all);
    }

    /** Whether the numbers are not used. */
    public boolean isVoid() {
        return level == Level.VOID;
    }

    /** The code of a reason: what stands before its colon. */
    public static String code(String reason) {
        int colon = reason.indexOf(':');
        return colon < 0 ? reason : reason.substring(0, colon);
    }
}
