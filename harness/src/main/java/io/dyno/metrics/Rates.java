package io.dyno.metrics;

import static io.dyno.metrics.MetricNames.CONCURRENCY;
import static io.dyno.metrics.MetricNames.GOODPUT;
import static io.dyno.metrics.MetricNames.OUTPUT_THROUGHPUT;
import static io.dyno.metrics.MetricNames.OUTPUT_THROUGHPUT_PER_GPU;
import static io.dyno.metrics.MetricNames.REQUEST_THROUGHPUT;
import static io.dyno.metrics.MetricNames.SLO_SHARE;
import static io.dyno.metrics.MetricNames.TOTAL_TOKEN_THROUGHPUT;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What happened in a window, per second of it. */
final class Rates {
    private static final String TOKENS_UNKNOWN = "the server did not say how many tokens there were";

    private final WindowRecords records;
    private final Span span;
    private final List<MetricValue> values = new ArrayList<>();

    private int endedWell;
    private double tokensOut;
    private double tokensIn;
    private boolean outUnknown;
    private boolean inUnknown;
    private boolean somethingArrived;

    private Rates(WindowRecords records) {
        this.records = records;
        this.span = Span.of(records);
        all().filter(RequestRecord::ok).forEach(this::count);
    }

    static List<MetricValue> of(WindowRecords records, SloLimits slo, Integer gpus, RequestCounts counts) {
        Rates rates = new Rates(records);
        rates.throughputs(gpus);
        if (slo != null) {
            rates.attainment(counts);
        }
        rates.concurrency();
        return rates.values;
    }

    static double seconds(WindowRecords records) {
        return Span.of(records).seconds();
    }

    private Stream<RequestRecord> all() {
        return Stream.concat(records.carried().stream(), records.due().stream());
    }

    private void count(RequestRecord r) {
        if (r.end() != null && span.contains(r.end())) {
            endedWell++;
        }
        Chunks chunks = r.chunks();
        RequestTokens tokens = RequestTokens.of(r);
        for (int i = 0; i < chunks.size(); i++) {
            if (span.contains(chunks.at(i))) {
                somethingArrived = true;
                outUnknown |= !tokens.known();
                tokensOut += tokens.known() ? tokens.in(i) : 0;
            }
        }
        if (chunks.size() > 0 && span.contains(chunks.at(0))) {
            countInput(r);
        }
        if (chunks.size() == 0 && r.tokensOut() != null && r.tokensOut() > 0 && span.contains(r.end())) {
            countAtEnd(r);
        }
    }

    private void countInput(RequestRecord r) {
        inUnknown |= r.tokensIn() == null;
        tokensIn += r.tokensIn() == null ? 0 : r.tokensIn();
    }

    /** An answer whose tokens' times nobody gave: an offline engine without statistics. It came with its end. */
    private void countAtEnd(RequestRecord r) {
        somethingArrived = true;
        tokensOut += r.tokensOut();
        countInput(r);
    }

    private void throughputs(Integer gpus) {
        rate(REQUEST_THROUGHPUT, endedWell, endedWell == 0 ? "no request ended well in the window" : null);
        String noOutput = !somethingArrived
                ? "no token of a request that ended well arrived in the window"
                : outUnknown ? TOKENS_UNKNOWN : null;
        rate(OUTPUT_THROUGHPUT, tokensOut, noOutput);
        rate(TOTAL_TOKEN_THROUGHPUT, tokensIn + tokensOut, noOutput == null && inUnknown ? TOKENS_UNKNOWN : noOutput);
        rate(
                OUTPUT_THROUGHPUT_PER_GPU,
                gpus == null ? 0 : tokensOut / gpus,
                noOutput == null && gpus == null ? "the number of GPUs is unknown" : noOutput);
    }

    private void attainment(RequestCounts counts) {
        // With no success at all, a share of 0 would say that answers were too slow: there were none.
        String none = counts.due() == counts.failures() ? Latencies.NONE_ENDED_WELL : null;
        rate(GOODPUT, counts.metSlo(), none);
        values.add(
                none == null
                        ? MetricValue.of(SLO_SHARE, (double) counts.metSlo() / counts.due())
                        : MetricValue.absent(SLO_SHARE, none));
    }

    /** Mean number of requests in flight: time spent in flight within the window, divided by its length. */
    private void concurrency() {
        double inFlight = 0;
        for (RequestRecord r : all().toList()) {
            if (r.sent() != null && r.end() != null) {
                inFlight += span.overlap(r.sent(), r.end());
            }
        }
        rate(CONCURRENCY, inFlight / 1e9, endedWell == 0 && !somethingArrived ? Latencies.NONE_ENDED_WELL : null);
    }

    private void rate(Metric metric, double amount, String absent) {
        String reason = absent == null && !(span.seconds() > 0) ? "the window has no length" : absent;
        values.add(
                reason == null ? MetricValue.of(metric, amount / span.seconds()) : MetricValue.absent(metric, reason));
    }

    /**
     * The stretch of time that rates divide by.
     *
     * @param start inclusive, ns from the load's start
     * @param end ns from the load's start
     * @param closed whether {@code end} belongs to it: the last end of a drained run does
     */
    private record Span(long start, long end, boolean closed) {
        static Span of(WindowRecords records) {
            Window w = records.window();
            if (!w.drained()) {
                return new Span(w.start(), w.end(), false);
            }
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (RequestRecord r : records.due()) {
                first = r.sent() == null ? first : Math.min(first, r.sent());
                last = r.end() == null ? last : Math.max(last, r.end());
            }
            return first <= last ? new Span(first, last, true) : new Span(0, 0, true);
        }

        boolean contains(long t) {
            return t >= start && (closed ? t <= end : t < end);
        }

        double seconds() {
            return (end - start) / 1e9;
        }

        long overlap(long from, long to) {
            return Math.max(0, Math.min(to, end) - Math.max(from, start));
        }
    }
}
