package io.dyno.run;

import io.dyno.result.PointResult;
import io.dyno.result.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The last line's reason when points are not as they should be. */
final class Closing {
    private Closing() {}

    /** {@code 1 point failed and 1 void, listed above; the other 4 stand}. */
    static String of(List<PointResult> bad, int all) {
        Map<Status, Long> counts =
                bad.stream().collect(Collectors.groupingBy(PointResult::status, TreeMap::new, Collectors.counting()));
        String what = counts.entrySet().stream()
                .map(e -> e.getValue() + " " + word(e.getKey()))
                .collect(Collectors.joining(", "));
        int others = all - bad.size();
        return "of " + all + (all == 1 ? " point " : " points ") + what + ", listed above"
                + (others == 0 ? "" : others == 1 ? "; the other one stands" : "; the other " + others + " stand");
    }

    private static String word(Status status) {
        return switch (status) {
            case FAILED -> "failed";
            case VOID -> "void";
            case OK -> "suspect";
            case INTERRUPTED -> "not measured";
            case SKIPPED -> "skipped";
        };
    }
}
