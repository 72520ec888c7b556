package io.dyno.run;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times on the command line, written as JMH does: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}; a number alone is seconds. */
final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ns|us|ms|s|m|min|h|hr)?");
    private static final Map<String, Double> NANOS =
            Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "min", 60e9, "h", 3600e9, "hr", 3600e9);

    private Durations() {}

    static Duration parse(String option, String text) throws UsageException {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new UsageException(option
                    + " needs a time such as 500ms, 30s, 2m or 1h (a number alone is seconds), got \"" + text + "\"");
        }
        String unit = form.group(2) == null ? "s" : form.group(2);
        double nanos = Double.parseDouble(form.group(1)) * NANOS.get(unit);
        if (nanos < 1 || nanos > Long.MAX_VALUE) {
            throw new UsageException(
                    option + " must be longer than nothing and shorter than 292 years, got \"" + text + "\"");
        }
        return Duration.ofNanos((long) nanos);
    }

    /** The shortest text that {@link #parse} reads back as the same time. */
    static String format(Duration time) {
        long nanos = time.toNanos();
        if (nanos % 1_000_000_000L == 0) {
            return nanos / 1_000_000_000L + "s";
        }
        return nanos % 1_000_000L == 0 ? nanos / 1_000_000L + "ms" : nanos + "ns";
    }
}
