package io.dyno.profile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a profiler's options: those given, and the defaults of the rest. */
public final class ProfilerOptions {
    private final String profiler;
    private final Map<String, String> values;

    ProfilerOptions(String profiler, Map<String, String> values) {
        this.profiler = profiler;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The text of an option. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("profiler " + profiler + " declares no option " + name);
        }
        return value;
    }

    /**
     * A whole number.
     *
     * @throws ProfilerException when it is none, or below {@code min}
     */
    public long integer(String name, long min) throws ProfilerException {
        String text = text(name);
        try {
            long value = Long.parseLong(text.strip());
            if (value >= min) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the limit
        }
        throw new ProfilerException("-prof " + profiler + ": " + name + " must be a whole number of at least " + min
                + ", got \"" + text + "\"");
    }

    /** All of them, for provenance. */
    public Map<String, String> asMap() {
        return values;
    }
}
