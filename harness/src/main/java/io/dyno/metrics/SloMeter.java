package io.dyno.metrics;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** Whether requests met their service-level objectives, judged from the moment they were due. */
final class SloMeter {
    private SloMeter() {}

    static RequestCounts count(Collection<RequestRecord> due, SloLimits slo) {
        Map<FailureClass, Integer> failed = new EnumMap<>(FailureClass.class);
        int met = 0;
        for (RequestRecord r : due) {
            if (!r.ok()) {
                failed.merge(r.outcome().failure(), 1, Integer::sum);
            } else if (slo != null && met(r, slo)) {
                met++;
            }
        }
        return new RequestCounts(due.size(), failed, slo == null ? null : Integer.valueOf(met));
    }

    /**
     * Whether a request met every limit; a value equal to its limit does. A failed request did not, nor did one without a token under a limit
     * on its first or last token. Where the first chunk brought all tokens there is no time per token to judge.
     */
    static boolean met(RequestRecord r, SloLimits slo) {
        if (!r.ok()) {
            return false;
        }
        Chunks chunks = r.chunks();
        if (chunks.size() == 0) {
            return slo.ttftMillis() == null && slo.e2elMillis() == null;
        }
        Double tpot = Latencies.tpot(r);
        return within(Latencies.millis(r.due(), chunks.at(0)), slo.ttftMillis())
                && within(Latencies.millis(r.due(), chunks.at(chunks.size() - 1)), slo.e2elMillis())
                && (tpot == null || within(tpot, slo.tpotMillis()));
    }

    private static boolean within(double value, Double limit) {
        return limit == null || value <= limit;
    }
}
