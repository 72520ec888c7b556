package io.dyno.metrics;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How unwell the client may be before a window is suspect, and before it is void. Below the first limit the client's share of a latency is
 * lost in the noise; above the second the window measured the client.
 *
 * @param sendLagP99Millis limits of the send lag's 99th percentile, ms
 * @param loopStallMillis limits of the longest stall of the event loop, ms
 * @param loopLatePercent limits of the part of the window in which the event loop was late, %
 * @param gcPercent limits of the part of the window spent in garbage collection, %
 */
public record HealthBudget(Limit sendLagP99Millis, Limit loopStallMillis, Limit loopLatePercent, Limit gcPercent) {
    /** Send lag p99 10 and 50 ms, loop stall 250 and 1,000 ms, loop late for 5 and 25 %, garbage collection 1 and 5 % of the window. */
    public static final HealthBudget DEFAULT =
            new HealthBudget(new Limit(10, 50), new Limit(250, 1000), new Limit(5, 25), new Limit(1, 5));

    /**
     * Two limits.
     *
     * @param suspect above it a window is suspect
     * @param voided above it a window is void
     */
    public record Limit(double suspect, double voided) {
        private Validity check(double value, String code, String what, String unit) {
            if (!(value > suspect)) {
                return Validity.OK;
            }
            boolean over = value > voided;
            String reason = code + ": " + what + " " + plain(value) + " " + unit + ", budget "
                    + plain(over ? voided : suspect) + " " + unit;
            return over ? Validity.voided(reason) : Validity.suspect(reason);
        }

        private static String plain(double d) {
            return BigDecimal.valueOf(d)
                    .setScale(1, RoundingMode.HALF_UP)
                    .stripTrailingZeros()
                    .toPlainString();
        }
    }

    /**
     * What the client's state says of a window.
     *
     * @param health the state, or null when no client was at work
     * @param seconds length of the window, s
     * @param burst whether many requests are due at once by design (a drained run): the last of a burst leaves late however well the
     *     client is, and the run's duration contains it, so that lag makes such a window suspect but not void
     */
    public Validity judge(Health health, double seconds, boolean burst) {
        if (health == null) {
            return Validity.OK;
        }
        Validity lag = Validity.OK;
        if (health.sendLagP99Millis() != null) {
            double p99 = health.sendLagP99Millis();
            lag = sendLagP99Millis.check(p99, "send_lag", "requests left late, p99", "ms");
            if (burst && lag.isVoid()) {
                lag = new Validity(Validity.Level.SUSPECT, lag.reasons());
            }
        }
        double late = percent(health.loopLateMillis(), seconds);
        double gc = percent(health.gcPauseMillis(), seconds);
        return lag.and(loopStallMillis.check(
                        health.loopStallMaxMillis(), "client_stall", "the client's event loop stood still for", "ms"))
                .and(loopLatePercent.check(
                        late, "client_late", "the client's event loop was late for", "% of the window"))
                .and(gcPercent.check(gc, "client_gc", "garbage collection of the client took", "% of the window"));
    }

    private static double percent(double millis, double seconds) {
        return seconds > 0 ? millis / 1e3 / seconds * 100 : 0;
    }
}
