package io.dyno.engine.sim;

import io.dyno.engine.sim.Fault.Kind;
import java.util.Optional;

/** Whether the fault asked for has come. Used on one thread. */
final class FaultSwitch {
    private final Optional<Fault> fault;
    private final Runnable onTrip;
    private boolean on;
    private long requests;

    /**
     * @param onTrip called once when the fault comes, not for one that is there from the start
     */
    FaultSwitch(Optional<Fault> fault, Runnable onTrip) {
        this.fault = fault;
        this.onTrip = onTrip;
        this.on = fault.isPresent() && fault.get().when() instanceof Fault.When.AtStart;
    }

    /** Whether a fault of this kind is there now. */
    boolean on(Kind kind) {
        return on && fault.isPresent() && fault.get().kind() == kind;
    }

    /** A generation request has been accepted. */
    void request() {
        requests++;
        if (fault.isPresent() && fault.get().when() instanceof Fault.When.AtRequest at && requests >= at.count()) {
            trip();
        }
    }

    /** How long after readiness the fault comes, ns; empty when that is not what it waits for. */
    Optional<Long> delayNanos() {
        return fault.isPresent() && fault.get().when() instanceof Fault.When.After after
                ? Optional.of(after.nanos())
                : Optional.empty();
    }

    void trip() {
        if (!on) {
            on = true;
            onTrip.run();
        }
    }
}
