package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.metrics.Window;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Windows;
import java.util.List;

/**
 * One load without a break, cut into windows by due time. Time is worked off in order, whichever event comes first: what was due before a
 * boundary is in the window before it even when the timer of the boundary was faster.
 */
final class ContinuousFlow extends Flow {
    /** A slot whose request failed is not free sooner after that request's due time: a server that refuses everything is not to be flooded. */
    static final long FAILED_SLOT_REST_NANOS = 100_000_000;

    private LiveWindow current;
    private Schedule arrivals;
    private long origin;
    private long nextArrival;
    private int closedSlots;
    private boolean slotsWaitForFirstEnd;

    ContinuousFlow(LoadSpec spec, Driver driver, WindowSequence windows, HealthProbe health, Mailbox mailbox) {
        super(spec, driver, windows, health, mailbox);
    }

    @Override
    LiveWindow current() {
        return current;
    }

    @Override
    void announced(WindowSequence.Next iteration) {
        throw new IllegalStateException("windows of a continuous load are not announced");
    }

    @Override
    void start() {
        origin = timeline.now();
        open(origin);
        if (spec.shape() instanceof LoadShape.OpenLoop shape) {
            arrivals = Schedule.open(shape, spec.workload().seed(), "arrivals");
            nextArrival = origin + arrivals.next();
            pump(origin);
            awaitArrival();
        } else if (spec.shape() instanceof LoadShape.ClosedLoop shape) {
            openSlots(shape.maxConcurrency());
        }
    }

    /** Slots open evenly over the first warm-up window, or all at once where there is none. */
    private void openSlots(int slots) {
        closedSlots = slots;
        Windows warmup = spec.warmup();
        slotFree(origin);
        if (warmup.count() > 0 && warmup.timeNanos() == null) {
            slotsWaitForFirstEnd = true;
        } else {
            openOtherSlots(origin, warmup.count() > 0 ? warmup.timeNanos() : 0);
        }
    }

    private void openOtherSlots(long from, long spanNanos) {
        for (int k = 1; k < closedSlots; k++) {
            freeAt(from + Schedule.slotOpening(k, closedSlots, spanNanos));
        }
    }

    private void freeAt(long at) {
        if (at <= timeline.now()) {
            slotFree(at);
        } else {
            timeline.at(at, () -> guarded(() -> slotFree(at)));
        }
    }

    private void slotFree(long at) {
        if (!isEnding()) {
            due(at);
        }
    }

    private void awaitArrival() {
        timeline.at(
                nextArrival,
                () -> guarded(() -> {
                    if (!isEnding()) {
                        pump(timeline.now());
                        awaitArrival();
                    }
                }));
    }

    /** Works off all that was due until {@code now}: arrivals and boundaries, in order. */
    private void pump(long now) {
        while (arrivals != null && nextArrival <= now && !isEnding()) {
            long at = nextArrival;
            nextArrival = origin + arrivals.next();
            due(at);
        }
        if (!isEnding()) {
            rollTo(now);
        }
    }

    private void due(long wanted) {
        rollTo(wanted);
        if (current.isFull() || (current.kind == Window.Kind.TAIL && windows.hasNext())) {
            advance(wanted);
        }
        // A slot's timer may be late and its window closed meanwhile: the request is then due in the window that is
        // open.
        submit(current, Math.max(wanted, current.start));
    }

    private void rollTo(long now) {
        while (current.timeIsOver() <= now) {
            advance(current.timeIsOver());
        }
    }

    private void advance(long at) {
        close(current, at);
        open(at);
        deliver();
    }

    private void open(long at) {
        WindowSequence.Next next = windows.next();
        current = new LiveWindow(next, at, health);
        for (Flight flight : List.copyOf(dispatcher.open())) {
            current.addCarried(flight);
        }
        post(new Mailbox.Event.Started(current));
        if (current.timeIsOver() != Long.MAX_VALUE) {
            long over = current.timeIsOver();
            timeline.at(
                    over,
                    () -> guarded(() -> {
                        if (!isEnding()) {
                            pump(over);
                        }
                    }));
        }
    }

    @Override
    public void ending(Flight flight) {
        if (isEnding()) {
            return;
        }
        long end = flight.record.end();
        pump(end);
        if (closedSlots > 0 && !isEnding()) {
            freeAt(flight.record.ok() ? end : Math.max(end, flight.due + FAILED_SLOT_REST_NANOS));
            if (slotsWaitForFirstEnd) {
                slotsWaitForFirstEnd = false;
                // Windows by count have no length yet; one request has shown what it will be.
                openOtherSlots(end, (end - flight.due) * spec.warmup().requests() / closedSlots);
            }
        }
    }

    @Override
    void goOn() {
        if (current.kind != Window.Kind.TAIL) {
            return;
        }
        if (!windows.hasNext()) {
            if (!isWaiting()) {
                end(null, null);
            }
        } else if (spec.measurement().timeNanos() != null) {
            advance(timeline.now());
        }
    }
}
