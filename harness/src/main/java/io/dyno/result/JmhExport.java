package io.dyno.result;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dyno.metrics.Direction;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.stats.Estimate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.ListStatistics;

/**
 * jmh.json: JMH's own format through JMH's own classes, for the viewers and build tools that read it. The only class that knows them. The
 * format has no place for a failure, a mark or an error over forks, so that only points that ended well are in it, marks are part of the
 * name, and score and error are ours: where there is one fork the error is "NaN", as JMH writes what it does not know.
 */
final class JmhExport {
    /** Where characters stand that JMH would take for JSON's own. */
    private static final char PRIVATE = '\uE000';

    private JmhExport() {}

    static String of(RunResults results) {
        List<RunResult> runs = new ArrayList<>();
        for (PointResult p : results.points()) {
            MetricResult score = p.score();
            if (p.status() == Status.OK && score != null && score.estimate().score() != null) {
                runs.add(run(p, score));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(runs);
        }
        return restore(bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    /**
     * JMH indents its JSON by looking for brackets, braces and commas, also those inside names, labels and units, and escapes nothing there.
     * So such characters travel as characters of the private use area.
     */
    private static String protect(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 128 || Character.isLetterOrDigit(c) || "._-:/ %".indexOf(c) >= 0;
            safe.append(plain ? c : (char) (PRIVATE + c));
        }
        return safe.toString();
    }

    private static String restore(String json) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c >= PRIVATE && c < PRIVATE + 128) {
                text.append(JsonStringEncoder.getInstance().quoteAsString(Character.toString((char) (c - PRIVATE))));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static RunResult run(PointResult p, MetricResult score) {
        BenchmarkParams params = params(p, score);
        List<BenchmarkResult> forks = new ArrayList<>();
        for (int fork = 0; fork < score.raw().size(); fork++) {
            List<IterationResult> iterations = new ArrayList<>();
            for (int i = 0; i < score.raw().get(fork).size(); i++) {
                if (score.raw().get(fork).get(i) != null) {
                    iterations.add(iteration(p, params, fork, i));
                }
            }
            if (!iterations.isEmpty()) {
                percentiles(p, iterations.get(0), fork);
                forks.add(new BenchmarkResult(params, iterations));
            }
        }
        return new RunResult(params, forks);
    }

    private static IterationResult iteration(PointResult p, BenchmarkParams params, int fork, int i) {
        IterationResult result =
                new IterationResult(params, params.getMeasurement(), new IterationResultMetaData(1, 1));
        for (MetricResult m : p.metrics().values()) {
            if (completeBeside(p.score(), m)) {
                result.addResult(new Score(
                        p, m, m.metric().name(), m.estimate(), m.raw().get(fork).get(i)));
            }
        }
        return result;
    }

    /** Whether a metric has a number wherever the score has one: a gap would shift the numbers behind it to other windows. */
    private static boolean completeBeside(MetricResult score, MetricResult m) {
        for (int fork = 0; fork < score.raw().size(); fork++) {
            for (int i = 0; i < score.raw().get(fork).size(); i++) {
                if (score.raw().get(fork).get(i) != null && m.raw().get(fork).get(i) == null) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Percentiles belong to a fork as a whole; its first iteration carries them, so that viewers find a number for each fork. */
    private static void percentiles(PointResult p, IterationResult first, int fork) {
        for (MetricResult m : p.metrics().values()) {
            m.percentiles().forEach((percent, q) -> {
                if (q.raw().stream().allMatch(Objects::nonNull)) {
                    String label = m.metric().name() + ":p" + percent;
                    first.addResult(new Score(p, m, label, q.estimate(), q.raw().get(fork)));
                }
            });
        }
    }

    private static BenchmarkParams params(PointResult p, MetricResult score) {
        int iterations = score.raw().stream().mapToInt(List::size).max().orElse(0);
        WorkloadParams values = new WorkloadParams();
        int order = 0;
        for (Map.Entry<String, String> e : p.params().entrySet()) {
            // JMH compares parameters by this number and nothing else.
            values.put(protect(e.getKey()), e.getValue(), order++);
        }
        return new BenchmarkParams(
                protect(p.foreignName()),
                "",
                false,
                1,
                new int[] {1},
                List.of(),
                score.raw().size(),
                0,
                new IterationParams(IterationType.WARMUP, 0, TimeValue.NONE, 1),
                new IterationParams(IterationType.MEASUREMENT, iterations, TimeValue.NONE, 1),
                score.metric().direction() == Direction.HIGHER ? Mode.Throughput : Mode.AverageTime,
                values,
                TimeUnit.SECONDS,
                1,
                "",
                List.of(),
                "",
                p.engine() == null ? "" : p.engine(),
                p.engineVersion() == null ? "" : p.engineVersion(),
                "dyno",
                TimeValue.NONE);
    }

    /** A number of JMH's kind whose aggregate over all forks and iterations is the estimate that Dyno made of them. */
    private static final class Score extends Result<Score> {
        private static final long serialVersionUID = 1L;

        private final transient Estimate estimate;
        private final boolean aggregate;

        Score(PointResult p, MetricResult m, String label, Estimate estimate, double value) {
            this(
                    label.equals(p.primary()) ? ResultRole.PRIMARY : ResultRole.SECONDARY,
                    protect(label),
                    new ListStatistics(new double[] {value}),
                    protect(m.metric().unit()),
                    estimate,
                    false);
        }

        private Score(
                ResultRole role,
                String label,
                ListStatistics values,
                String unit,
                Estimate estimate,
                boolean aggregate) {
            super(role, label, values, unit, AggregationPolicy.AVG);
            this.estimate = estimate;
            this.aggregate = aggregate;
        }

        @Override
        protected Aggregator<Score> getThreadAggregator() {
            // An iteration has one number; it must stay that number, as it is what rawData shows.
            return parts -> parts.iterator().next();
        }

        @Override
        protected Aggregator<Score> getIterationAggregator() {
            return Score::pooled;
        }

        private static Score pooled(Collection<Score> parts) {
            ListStatistics values = new ListStatistics();
            parts.forEach(part -> values.addValue(part.statistics.getMean()));
            Score first = parts.iterator().next();
            return new Score(first.role, first.label, values, first.unit, first.estimate, true);
        }

        /** Forks may have different numbers of windows: the mean over forks is not the mean over all windows. */
        @Override
        public double getScore() {
            return aggregate ? estimate.score() : super.getScore();
        }

        @Override
        public double getScoreError() {
            return estimate.error() == null ? Double.NaN : estimate.error();
        }

        @Override
        public double[] getScoreConfidence() {
            return estimate.error() == null
                    ? new double[] {Double.NaN, Double.NaN}
                    : new double[] {estimate.lo(), estimate.hi()};
        }
    }
}
