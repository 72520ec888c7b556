package io.dyno.plan;

import java.util.List;

/** The rules about settings and their values, called by the annotation processor and the command line alike. */
public final class Rules {
    private Rules() {}

    /**
     * All that is wrong or doubtful about what was written: codes 1xx.
     *
     * @return problems in a stable order: settings as written, fields, relations between settings, other attributes; empty when there are
     *     none
     */
    public static List<Problem> check(BenchmarkDescriptor written) {
        if (written.settings().isEmpty()) {
            return List.of();
        }
        throw new UnsupportedOperationException("not built yet");
    }
}
