package io.dyno.load;

import io.dyno.plan.LoadShape;
import io.dyno.plan.RandomStream;
import java.util.List;

/**
 * When requests are due, as a pure function of how many came before: absolute times, so that lateness never adds up. Nothing is rescaled to end
 * at a round time: that would take the variance out of a Poisson process.
 */
public sealed interface Schedule {
    /** Offsets in ns of requests 0, 1, 2, …, not decreasing; the first is 0. */
    long next();

    /**
     * The open loop of a shape.
     *
     * @param purpose names the random stream of the gaps
     */
    static Schedule open(LoadShape.OpenLoop shape, long seed, String... purpose) {
        return Double.isInfinite(shape.burstiness())
                ? new Constant(shape.requestRate())
                : new Gamma(shape.requestRate(), shape.burstiness(), RandomStream.of(seed, purpose));
    }

    /** When the k-th of {@code slots} opens, ns, if all open evenly over {@code spanNanos} from 0. */
    static long slotOpening(int k, int slots, long spanNanos) {
        return spanNanos / slots * k + spanNanos % slots * k / slots; // exact, and no overflow
    }

    /** Request k at k/rate. */
    final class Constant implements Schedule {
        private final double rate;
        private long sent;

        Constant(double rate) {
            this.rate = rate;
        }

        @Override
        public long next() {
            return Math.round(sent++ * 1e9 / rate); // from k, not from the last: no drift
        }
    }

    /** Gamma-distributed gaps of mean 1/rate and coefficient of variation 1/√burstiness; burstiness 1 is a Poisson process. */
    final class Gamma implements Schedule {
        private final double meanGapNanos;
        private final double burstiness;
        private final RandomStream random;
        private double at;

        Gamma(double rate, double burstiness, RandomStream random) {
            this.meanGapNanos = 1e9 / rate;
            this.burstiness = burstiness;
            this.random = random;
        }

        @Override
        public long next() {
            long due = Math.round(at);
            at += meanGapNanos * (random.nextGamma(burstiness) / burstiness);
            return due;
        }
    }

    /** Arrivals that were seen before, replayed. After the last, the last again. */
    final class Given implements Schedule {
        private final List<Long> offsets;
        private int sent;

        Given(List<Long> offsets) {
            this.offsets = offsets;
        }

        @Override
        public long next() {
            return offsets.get(Math.min(sent++, offsets.size() - 1));
        }
    }
}
