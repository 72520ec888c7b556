package io.dyno.metrics;

import static io.dyno.metrics.MetricNames.E2EL;
import static io.dyno.metrics.MetricNames.E2EL_INTENDED;
import static io.dyno.metrics.MetricNames.ICL;
import static io.dyno.metrics.MetricNames.ITL;
import static io.dyno.metrics.MetricNames.SEND_LAG;
import static io.dyno.metrics.MetricNames.TPOT;
import static io.dyno.metrics.MetricNames.TTFT;
import static io.dyno.metrics.MetricNames.TTFT_INTENDED;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * The latencies of requests, ms, from their timestamps. Requests that failed have none. Formulas, with s = due, t0 = sent, c1…cK the
 * arrivals of the chunks, n1…nK their tokens, N = Σn: docs/metrics.md.
 */
public final class Latencies {
    /** Every latency, in the order of files and tables. */
    public static final List<Metric> ALL = List.of(TTFT, TTFT_INTENDED, TPOT, ITL, ICL, E2EL, E2EL_INTENDED, SEND_LAG);

    static final String NONE_ENDED_WELL = "no request ended well";

    private final Map<String, DoubleStream.Builder> values = new LinkedHashMap<>();
    private int endedWell;
    private boolean perChunkUnknown;
    private boolean onlyEndsKnown;

    private Latencies() {
        ALL.forEach(m -> values.put(m.name(), DoubleStream.builder()));
    }

    /** The latencies of these requests by metric name; a metric nobody has is {@link Samples#NONE}. */
    public static Map<String, Samples> of(Collection<RequestRecord> requests) {
        return collect(requests).samples();
    }

    static Latencies collect(Collection<RequestRecord> requests) {
        Latencies all = new Latencies();
        requests.stream().filter(RequestRecord::ok).forEach(all::add);
        return all;
    }

    private void add(RequestRecord r) {
        endedWell++;
        if (r.sent() != null) {
            put(SEND_LAG, millis(r.due(), r.sent()));
        }
        Chunks chunks = r.chunks();
        if (chunks.size() == 0) {
            return;
        }
        long first = chunks.at(0);
        long last = chunks.at(chunks.size() - 1);
        if (r.sent() != null) {
            put(TTFT, millis(r.sent(), first));
            put(E2EL, millis(r.sent(), last));
        }
        put(TTFT_INTENDED, millis(r.due(), first));
        put(E2EL_INTENDED, millis(r.due(), last));
        Double tpot = tpot(r);
        if (tpot != null) {
            put(TPOT, tpot);
        }
        RequestTokens tokens = RequestTokens.of(r);
        if (!tokens.gapsKnown()) {
            onlyEndsKnown = true;
            return;
        }
        perChunkUnknown |= chunks.size() > 1 && !tokens.exact();
        for (int i = 1; i < chunks.size(); i++) {
            double gap = millis(chunks.at(i - 1), chunks.at(i));
            put(ICL, gap);
            if (tokens.exact()) {
                double n = tokens.in(i);
                for (int k = 0; k < n; k++) {
                    put(ITL, gap / n);
                }
            }
        }
    }

    /** Time per output token of one request, ms: (cK − c1)/(N − n1); null when the first chunk brought all, or N is unknown. */
    static Double tpot(RequestRecord r) {
        Chunks chunks = r.chunks();
        RequestTokens tokens = RequestTokens.of(r);
        if (chunks.size() < 2 || !tokens.known()) {
            return null;
        }
        return millis(chunks.at(0), chunks.at(chunks.size() - 1)) / tokens.afterFirst();
    }

    /** Ns to ms. */
    static double millis(long from, long to) {
        return (to - from) / 1e6;
    }

    private void put(Metric metric, double value) {
        values.get(metric.name()).add(value);
    }

    /**
     * The samples. The inter-token latency is left out as soon as one request's chunks have unknown token counts: those of the others alone
     * would be a chosen part.
     */
    Map<String, Samples> samples() {
        Map<String, Samples> map = new LinkedHashMap<>();
        values.forEach((name, v) -> map.put(name, new Samples(v.build().toArray())));
        if (perChunkUnknown || onlyEndsKnown) {
            map.put(ITL.name(), Samples.NONE);
        }
        if (onlyEndsKnown) {
            map.put(ICL.name(), Samples.NONE);
        }
        return map;
    }

    /** Why a latency has no samples. */
    String whyAbsent(Metric metric) {
        if (endedWell == 0) {
            return NONE_ENDED_WELL;
        }
        if ((metric.equals(ITL) || metric.equals(ICL)) && onlyEndsKnown) {
            return "offline, the engine says when the first and the last token came, not those between";
        }
        if (metric.equals(ITL) && perChunkUnknown) {
            return "tokens per chunk are unknown: the server said only how many there were in all";
        }
        if (metric.equals(TPOT) || metric.equals(ITL) || metric.equals(ICL)) {
            return perChunkUnknown ? "token counts are unknown" : "no answer came in more than one chunk";
        }
        return "no request has the timestamps for it";
    }
}
