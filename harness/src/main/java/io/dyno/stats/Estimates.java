package io.dyno.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Estimates over forks. A fork is the unit: its iterations share one engine and are not independent, so that each fork enters with one
 * number, and the error comes from the differences between forks alone. One fork tells nothing of them, and there is no error then.
 */
public final class Estimates {
    /** The confidence of every interval, unless told otherwise. */
    public static final double LEVEL = 0.95;

    /** Why there is no error with one fork. */
    public static final String ONE_FORK = "one fork: it does not tell how much engines differ";

    private Estimates() {}

    /**
     * The mean of the forks' means.
     *
     * @param raw one list per fork of one number per iteration, null where there is none
     * @param absent the reason to give when there is no number at all
     */
    public static Estimate overForks(List<List<Double>> raw, String absent) {
        List<Double> means = new ArrayList<>();
        for (List<Double> fork : raw) {
            means.add(mean(fork));
        }
        return ofForks(means, absent);
    }

    /**
     * The mean of one number per fork: mean ± t(1 − α/2, n − 1) · s/√n.
     *
     * @param forks one number per fork, null where there is none
     * @param absent the reason to give when there is no number at all
     */
    public static Estimate ofForks(List<Double> forks, String absent) {
        List<Double> given = forks.stream().filter(Objects::nonNull).toList();
        int n = given.size();
        Double score = mean(given);
        if (score == null) {
            return Estimate.absent(LEVEL, absent);
        }
        if (n == 1) {
            return new Estimate(score, null, LEVEL, null, null, 1, ONE_FORK);
        }
        double squares = 0;
        for (double value : given) {
            squares += (value - score) * (value - score);
        }
        double standardError = Math.sqrt(squares / (n - 1) / n);
        double t = new TDistribution(null, n - 1).inverseCumulativeProbability(1 - (1 - LEVEL) / 2);
        double error = t * standardError;
        return new Estimate(score, error, LEVEL, score - error, score + error, n, null);
    }

    private static Double mean(List<Double> values) {
        double sum = 0;
        int n = 0;
        for (Double value : values) {
            if (value != null) {
                sum += value;
                n++;
            }
        }
        return n == 0 ? null : Double.valueOf(sum / n);
    }
}
