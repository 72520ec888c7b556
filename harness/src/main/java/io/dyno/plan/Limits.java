package io.dyno.plan;

import java.util.List;
import java.util.Optional;

/** Which values of its type a setting takes. */
public sealed interface Limits {
    /**
     * Checks a value.
     *
     * @param value as {@link Values#parse} makes it
     * @return what the value must be, as {@code must be at least 1}, or empty when it is allowed
     */
    Optional<String> refuses(Object value);

    /** The limits in words, as {@code at least 1}; empty when there are none. */
    String text();

    /** {@code inf} is allowed. */
    default boolean infinite() {
        return false;
    }

    /** Any value. */
    record Any() implements Limits {
        @Override
        public Optional<String> refuses(Object value) {
            return Optional.empty();
        }

        @Override
        public String text() {
            return "";
        }
    }

    /**
     * A range of numbers.
     *
     * @param low the lower bound
     * @param lowIn whether the lower bound itself is allowed
     * @param high the upper bound, infinite for none
     * @param highIn whether the upper bound itself is allowed
     * @param infinite whether {@code inf} is allowed
     * @param special one allowed value outside the range with its meaning, as -1 for "all", or null
     */
    record Range(double low, boolean lowIn, double high, boolean highIn, boolean infinite, Special special)
            implements Limits {
        @Override
        public Optional<String> refuses(Object value) {
            if (!(value instanceof Number number)) {
                return Optional.empty();
            }
            double x = Values.isInfinite(number) ? Double.POSITIVE_INFINITY : number.doubleValue();
            boolean inside = Double.isInfinite(x)
                    ? infinite && x > 0
                    : (lowIn ? x >= low : x > low) && (highIn ? x <= high : x < high);
            boolean allowed = inside || (special != null && x == special.value());
            return allowed ? Optional.empty() : Optional.of("must be " + text());
        }

        @Override
        public String text() {
            String range = Double.isInfinite(high)
                    ? (lowIn ? "at least " : "greater than ") + Values.text(low)
                    : "in " + (lowIn ? "[" : "(") + Values.text(low) + ", " + Values.text(high) + (highIn ? "]" : ")");
            return range
                    + (infinite ? ", or inf" : "")
                    + (special == null ? "" : ", or " + Values.text(special.value()) + " (" + special.meaning() + ")");
        }

        /**
         * A value with a meaning of its own.
         *
         * @param value the number
         * @param meaning what it stands for
         */
        public record Special(double value, String meaning) {}
    }

    /**
     * A list of words.
     *
     * @param choices the words
     */
    record OneOf(List<String> choices) implements Limits {
        public OneOf {
            choices = List.copyOf(choices);
        }

        @Override
        public Optional<String> refuses(Object value) {
            if (value instanceof String text && !choices.contains(text)) {
                return Optional.of("must be " + text() + Suggestions.didYouMean(text, choices));
            }
            return Optional.empty();
        }

        @Override
        public String text() {
            return "one of " + String.join(", ", choices);
        }
    }

    /** Any value of the type. */
    static Limits none() {
        return new Any();
    }

    /** Numbers from {@code low} on. */
    static Limits atLeast(double low) {
        return new Range(low, true, Double.POSITIVE_INFINITY, true, false, null);
    }

    /** Numbers greater than {@code low}. */
    static Limits above(double low) {
        return new Range(low, false, Double.POSITIVE_INFINITY, true, false, null);
    }

    /** Numbers from {@code low} to {@code high}, both allowed. */
    static Limits between(double low, double high) {
        return new Range(low, true, high, true, false, null);
    }

    /** Numbers from {@code low} on and below {@code high}. */
    static Limits fromBelow(double low, double high) {
        return new Range(low, true, high, false, false, null);
    }

    /** Numbers greater than {@code low} and at most {@code high}. */
    static Limits aboveUpTo(double low, double high) {
        return new Range(low, false, high, true, false, null);
    }

    /** The same range with {@code inf}. */
    static Limits orInfinite(Limits limits) {
        Range range = (Range) limits;
        return new Range(range.low(), range.lowIn(), range.high(), range.highIn(), true, range.special());
    }

    /** The same range with one more value. */
    static Limits or(Limits limits, double value, String meaning) {
        Range range = (Range) limits;
        return new Range(
                range.low(),
                range.lowIn(),
                range.high(),
                range.highIn(),
                range.infinite(),
                new Range.Special(value, meaning));
    }

    /** Words. */
    static Limits oneOf(List<String> choices) {
        return new OneOf(choices);
    }
}
