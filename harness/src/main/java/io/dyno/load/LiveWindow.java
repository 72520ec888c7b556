package io.dyno.load;

import io.dyno.metrics.Health;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A window while it fills: on the timeline until it is complete, then handed to the thread that waits for it and never changed again. */
final class LiveWindow {
    final Window.Kind kind;
    final int iteration;
    final PromptSlice prompts;
    final long start;

    private final String slice;
    private final boolean drained;
    private final Long lengthNanos;
    private final Integer requests;
    private final List<Flight> due = new ArrayList<>();
    private final List<Flight> carried = new ArrayList<>();
    private final double gcAtStart;

    private int pending;
    private long end = Long.MAX_VALUE;
    private double gcMillis;
    private double stallMillis;
    private double lateMillis;

    /** Starts a window; the health counters begin here. */
    LiveWindow(WindowSequence.Next next, long start, HealthProbe health) {
        this.kind = next.kind();
        this.iteration = next.iteration();
        this.slice = next.slice();
        this.prompts = next.prompts();
        this.lengthNanos = next.lengthNanos();
        this.requests = next.requests();
        this.drained = next.drained();
        this.start = start;
        this.gcAtStart = health.gcPauseMillis();
        health.takeMaxStallMillis();
        health.takeLateMillis();
    }

    String slice() {
        return slice;
    }

    /** When its time is over, ns from the load's start; {@link Long#MAX_VALUE} when time does not decide. */
    long timeIsOver() {
        return lengthNanos == null ? Long.MAX_VALUE : start + lengthNanos;
    }

    /** Whether it has all requests that it may have. */
    boolean isFull() {
        return requests != null && due.size() >= requests;
    }

    void addDue(Flight flight) {
        due.add(flight);
        await(flight);
    }

    void addCarried(Flight flight) {
        carried.add(flight);
        await(flight);
    }

    private void await(Flight flight) {
        flight.windows.add(this);
        pending++;
    }

    /** One of its requests has ended. */
    void flightEnded() {
        pending--;
    }

    /** Its time is over. */
    void close(long at, HealthProbe health) {
        end = at;
        gcMillis = health.gcPauseMillis() - gcAtStart;
        stallMillis = health.takeMaxStallMillis();
        lateMillis = health.takeLateMillis();
    }

    boolean isComplete() {
        return end != Long.MAX_VALUE && pending == 0;
    }

    Window window() {
        return new Window(kind, iteration, slice, start, end, drained);
    }

    /** Its raw data; when it was cut short, with the requests that have ended. */
    WindowRecords records() {
        return new WindowRecords(window(), ended(due), ended(carried), health());
    }

    private static List<RequestRecord> ended(List<Flight> flights) {
        return flights.stream()
                .map(f -> f.record)
                .filter(r -> r != null)
                .sorted(Comparator.comparingLong(RequestRecord::due))
                .toList();
    }

    private Health health() {
        long[] lags = due.stream()
                .filter(f -> f.record != null && f.lag() != null)
                .mapToLong(Flight::lag)
                .toArray();
        if (lags.length == 0) {
            return new Health(null, null, gcMillis, stallMillis, lateMillis);
        }
        Arrays.sort(lags);
        int rank = Math.max(1, (int) Math.ceil(0.99 * lags.length));
        return new Health(lags[rank - 1] / 1e6, lags[lags.length - 1] / 1e6, gcMillis, stallMillis, lateMillis);
    }
}
