package io.dyno.load;

import io.dyno.engine.InferenceRequest;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Point;
import io.dyno.plan.Windows;
import io.dyno.plan.Workload;
import java.time.Duration;
import java.util.List;

/**
 * One load of one point in one fork, as a value.
 *
 * @param shape when requests are due
 * @param workload what they ask for
 * @param drained isolated runs from empty to empty instead of one continuous load; always for a batch
 * @param warmup warm-up windows
 * @param measurement measurement windows
 * @param timeoutNanos after so long from its due time a request has failed with class timeout
 * @param arrivals when the requests of an open loop are due, ns from its start, not decreasing; null to draw them from the shape
 * @param profiled the number of the one iteration that is profiled in the measurement's place, from 0; null for a load that measures
 */
public record LoadSpec(
        LoadShape shape,
        Workload workload,
        boolean drained,
        Windows warmup,
        Windows measurement,
        long timeoutNanos,
        List<Long> arrivals,
        Integer profiled) {
    public LoadSpec {
        arrivals = arrivals == null ? null : List.copyOf(arrivals);
        if (arrivals != null && !(drained && shape instanceof LoadShape.OpenLoop)) {
            throw new IllegalArgumentException("arrivals are given to a drained open loop only");
        }
        if (shape instanceof LoadShape.Batch && !drained) {
            throw new IllegalArgumentException("a batch is drained");
        }
        if (warmup.count() + measurement.count() < 1) {
            throw new IllegalArgumentException("a load needs at least one window");
        }
        check("warm-up", warmup, drained);
        check("measurement", measurement, drained);
    }

    /** A load that measures and whose arrivals are drawn. */
    public LoadSpec(
            LoadShape shape,
            Workload workload,
            boolean drained,
            Windows warmup,
            Windows measurement,
            long timeoutNanos) {
        this(shape, workload, drained, warmup, measurement, timeoutNanos, null, null);
    }

    private static void check(String what, Windows windows, boolean drained) {
        if (windows.count() > 0 && windows.requests() == null && (drained || windows.timeNanos() == null)) {
            throw new IllegalArgumentException(what + " windows need " + (drained ? "a count" : "a time or a count"));
        }
    }

    /** The load of a point. */
    public static LoadSpec of(Point point, Duration timeout) {
        return new LoadSpec(
                point.load(),
                point.workload(),
                point.drained(),
                point.warmup(),
                point.measurement(),
                timeout.toNanos());
    }

    /** The same load with its requests due at these offsets in ns: an open loop that another client has run before. */
    public LoadSpec withArrivals(List<Long> offsets) {
        return new LoadSpec(shape, workload, drained, warmup, measurement, timeoutNanos, offsets, profiled);
    }

    /** The warm-up of this load alone. */
    public LoadSpec warmupOnly() {
        return new LoadSpec(shape, workload, drained, warmup, none(measurement), timeoutNanos, arrivals, profiled);
    }

    /** One window of this load's measurement, alone, to be profiled: it scores nothing and is not repeated. */
    public LoadSpec profiledAlone(int iteration) {
        Windows one = new Windows(1, measurement.timeNanos(), measurement.requests());
        return new LoadSpec(shape, workload, drained, none(warmup), one, timeoutNanos, arrivals, iteration);
    }

    private static Windows none(Windows windows) {
        return new Windows(0, windows.timeNanos(), windows.requests());
    }

    /** The request that asks for a prompt, due at {@code due} ns from the load's start. */
    public InferenceRequest request(DrawnPrompt p, long due) {
        return new InferenceRequest(
                p.slice(),
                p.index(),
                p.hash(),
                p.prompt(),
                p.outputLen(),
                workload.ignoreEos(),
                workload.sampling(),
                workload.endpoint(),
                due,
                timeoutNanos);
    }
}
