package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.plan.LoadShape;

/** Isolated iterations, each from an empty engine to an empty engine. */
final class DrainedFlow extends Flow {
    private LiveWindow current;
    private Schedule arrivals;
    private long origin;
    private int stillToCome;

    DrainedFlow(LoadSpec spec, Driver driver, WindowSequence windows, HealthProbe health, Mailbox mailbox) {
        super(spec, driver, windows, health, mailbox);
    }

    @Override
    LiveWindow current() {
        return current;
    }

    @Override
    void start() {
        goOn();
    }

    @Override
    void goOn() {
        if (current != null || isWaiting()) {
            return;
        }
        if (windows.hasNext()) {
            post(new Mailbox.Event.Announced(windows.next(), timeline.now()));
        } else {
            end(null, null);
        }
    }

    @Override
    void announced(WindowSequence.Next iteration) {
        if (isEnding()) {
            return;
        }
        origin = timeline.now();
        current = new LiveWindow(iteration, origin, health);
        stillToCome = iteration.requests();
        if (spec.shape() instanceof LoadShape.OpenLoop shape) {
            arrivals = spec.arrivals() != null
                    ? new Schedule.Given(spec.arrivals())
                    : Schedule.open(
                            shape,
                            spec.workload().seed(),
                            "arrivals",
                            iteration.kind().name(),
                            Integer.toString(iteration.iteration()));
            arrive(origin + arrivals.next());
        } else if (spec.shape() instanceof LoadShape.ClosedLoop shape) {
            dueNow(Math.min(shape.maxConcurrency(), stillToCome));
        } else {
            dueNow(stillToCome);
        }
    }

    private void dueNow(int count) {
        for (int i = 0; i < count && !isEnding(); i++) {
            due(origin);
        }
    }

    private void arrive(long at) {
        timeline.at(
                at,
                () -> guarded(() -> {
                    long next = at;
                    while (!isEnding() && stillToCome > 0 && next <= timeline.now()) {
                        due(next);
                        next = origin + arrivals.next();
                    }
                    if (!isEnding() && stillToCome > 0) {
                        arrive(next);
                    }
                }));
    }

    private void due(long at) {
        stillToCome--;
        submit(current, at);
    }

    @Override
    public void ending(Flight flight) {
        if (isEnding()) {
            return;
        }
        if (spec.shape() instanceof LoadShape.ClosedLoop && stillToCome > 0) {
            due(flight.record.end());
        } else if (stillToCome == 0 && dispatcher.open().size() == 1) {
            LiveWindow done = current;
            current = null;
            close(done, lastEnd(done, flight));
        }
    }

    private static long lastEnd(LiveWindow window, Flight last) {
        return Math.max(window.start, last.record.end());
    }
}
