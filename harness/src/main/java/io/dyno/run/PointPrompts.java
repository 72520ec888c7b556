package io.dyno.run;

import io.dyno.load.DatasetException;
import io.dyno.load.Datasets;
import io.dyno.load.PromptSource;
import io.dyno.plan.Point;

/** The prompts of a point's load on an engine. */
final class PointPrompts {
    /** Prompts of each open slice that are kept ready. */
    static final int AHEAD = 256;

    private PointPrompts() {}

    /**
     * Opens them.
     *
     * @param windows how many windows need a slice of their own
     * @param salted whether each is made unlike any before
     * @param nonce what makes salts differ from those of other loads of this run
     */
    static PromptSource open(
            RunContext run,
            Loading loading,
            Point point,
            UserBenchmark benchmark,
            int windows,
            boolean salted,
            String nonce)
            throws DatasetException {
        Integer requests = point.measurement().requests();
        return Datasets.open(
                point.workload(),
                new Datasets.Context(
                        windows,
                        requests != null ? requests : AHEAD,
                        null,
                        loading.tokenizer(point),
                        salted,
                        run.directory().name() + "-" + nonce,
                        benchmark::prompts));
    }

    /** A cache that cannot be emptied must not serve what an earlier point left in it. */
    static boolean salted(Point point, boolean resettable) {
        Boolean salt = point.workload().salt();
        return salt != null ? salt : !resettable;
    }
}
