package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.engine.Timeline;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Hands due requests to the driver, at once or as soon as a slot is free, and keeps account of those that are open. Lives on the timeline. */
final class Dispatcher {
    private final LoadSpec spec;
    private final Driver driver;
    private final Timeline timeline;
    private final int slots;
    private final Ends ends;
    private final Set<Flight> open = new LinkedHashSet<>();
    private final Deque<Flight> waiting = new ArrayDeque<>();
    private int inFlight;
    private FailureClass cutAs;
    private String cutDetail;

    /** Told of the ends of requests. */
    interface Ends {
        /** A request has ended but still counts as open, so that a window that begins at this very moment carries it. */
        void ending(Flight flight);

        /** Runs what a driver's answer sets off; a mistake in it ends the load loudly instead of hanging it. */
        void guarded(Runnable task);

        /** It no longer does. */
        void settled();
    }

    /**
     * @param slots most requests in flight
     */
    Dispatcher(LoadSpec spec, Driver driver, int slots, Ends ends) {
        this.spec = spec;
        this.driver = driver;
        this.timeline = driver.timeline();
        this.slots = slots;
        this.ends = ends;
    }

    /** A request is due. */
    void submit(Flight flight) {
        open.add(flight);
        if (inFlight < slots) {
            send(flight);
            return;
        }
        waiting.add(flight); // not beyond its time: whoever has a slot was due before, and its time is up before
    }

    /** Requests that are due and have not ended, by due time. */
    Collection<Flight> open() {
        return open;
    }

    /** Ends every open request as {@code type}; their ends are told as all others. */
    void cut(FailureClass type, String detail) {
        cutAs = type;
        cutDetail = detail;
        for (Flight flight : List.copyOf(waiting)) {
            waiting.remove(flight);
            endUnsent(flight, type, detail);
        }
        driver.cut();
    }

    private void send(Flight flight) {
        inFlight++;
        driver.send(
                spec.request(flight.prompt, flight.due),
                record -> ends.guarded(() -> {
                    inFlight--;
                    end(flight, record);
                }));
    }

    private void end(Flight flight, RequestRecord record) {
        flight.record = cutAs != null && record.outcome().failure() == FailureClass.INTERRUPTED
                ? record.withOutcome(
                        RequestRecord.Outcome.failed(cutAs, record.outcome().status(), cutDetail))
                : record;
        if (inFlight < slots && !waiting.isEmpty()) {
            Flight next = waiting.poll();
            next.released = Math.max(next.due, record.end());
            send(next);
        }
        ends.ending(flight);
        open.remove(flight);
        for (LiveWindow window : flight.windows) {
            window.flightEnded();
        }
        ends.settled();
    }

    private void endUnsent(Flight flight, FailureClass type, String detail) {
        end(
                flight,
                new RequestRecord(
                        flight.prompt.slice(),
                        flight.prompt.index(),
                        flight.prompt.hash(),
                        flight.due,
                        null,
                        null,
                        null,
                        null,
                        Chunks.NONE,
                        timeline.now(),
                        RequestRecord.Outcome.failed(type, null, detail),
                        null,
                        null,
                        null,
                        TokenSource.NONE,
                        null,
                        null));
    }
}
