package io.dyno.engine.keeper;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What is to be done about a program that must not be killed: it gets SIGINT at most once; the engine below it, which may not hear of that, is
 * ended some time after. Times are those of {@link System#nanoTime}. Guarded by its keeper.
 */
final class Patient {
    private final long termNanos;
    private final long killNanos;
    private final Kin kin;

    private boolean engineSeen;
    private boolean deserted;
    private Long asked;
    private boolean terminated;

    /**
     * One that has just been started.
     *
     * @param termMillis how long after it was asked to end the engine gets SIGTERM
     * @param killMillis the same for SIGKILL
     */
    Patient(long termMillis, long killMillis, Kin kin) {
        this.termNanos = TimeUnit.MILLISECONDS.toNanos(termMillis);
        this.killNanos = TimeUnit.MILLISECONDS.toNanos(killMillis);
        this.kin = kin;
    }

    Kin kin() {
        return kin;
    }

    /**
     * It was looked whether any process of the engine lives below it.
     *
     * @return whether the engine has ended since the last look
     */
    boolean looked(boolean engineBelow) {
        boolean before = deserted;
        engineSeen |= engineBelow;
        deserted = engineSeen && !engineBelow;
        return deserted && !before;
    }

    /**
     * It is asked to end; the first time counts.
     *
     * @return whether it is to get SIGINT: not one whose engine has ended, since it writes already, and a signal could break that off
     */
    boolean ask(long now) {
        boolean first = asked == null;
        if (first) {
            asked = now;
        }
        return first && !deserted;
    }

    /** What all of the engine is to get now. SIGTERM is said once, SIGKILL as often as it is asked for. */
    Optional<Signal> due(long now) {
        if (asked == null || now - asked < termNanos) {
            return Optional.empty();
        }
        if (now - asked >= killNanos) {
            return Optional.of(Signal.KILL);
        }
        boolean news = !terminated;
        terminated = true;
        return news ? Optional.of(Signal.TERM) : Optional.empty();
    }
}
