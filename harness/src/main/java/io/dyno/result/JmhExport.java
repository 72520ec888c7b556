package io.dyno.result;

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
import java.util.Set;
import java.util.TreeSet;
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
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.ListStatistics;

/**
 * jmh.json and the file of {@code -rf}: JMH's own formats through JMH's own classes, for the viewers and build tools that read them. The
 * formats have no place for a failure, a mark or an error over forks, so that only points that ended well are in them, marks are part of the
 * name, and score and error are ours: where there is one fork the error is "NaN", as JMH writes what it does not know.
 */
final class JmhExport {
    private final JmhFormat format;

    /** Names of all parameters of the run. */
    private final Set<String> params = new TreeSet<>();

    private JmhExport(JmhFormat format) {
        this.format = format;
    }

    static String of(RunResults results, JmhFormat format) {
        return new JmhExport(format).text(results);
    }

    private String text(RunResults results) {
        List<PointResult> points = results.entries().stream()
                .filter(p -> p.status() == Status.OK
                        && p.score() != null
                        && p.score().estimate().score() != null)
                .toList();
        points.forEach(p -> params.addAll(p.params().keySet()));
        List<RunResult> runs = points.stream().map(p -> run(p, p.score())).toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(format.type(), out).writeOut(runs);
        }
        return format.restore(bytes.toString(StandardCharsets.UTF_8));
    }

    private RunResult run(PointResult p, MetricResult score) {
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

    private IterationResult iteration(PointResult p, BenchmarkParams params, int fork, int i) {
        IterationResult result =
                new IterationResult(params, params.getMeasurement(), new IterationResultMetaData(1, 1));
        for (MetricResult m : p.metrics().values()) {
            if (completeBeside(p.score(), m)) {
                result.addResult(score(
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
    private void percentiles(PointResult p, IterationResult first, int fork) {
        for (MetricResult m : p.metrics().values()) {
            m.percentiles().forEach((percent, q) -> {
                if (q.raw().stream().allMatch(Objects::nonNull)) {
                    String label = m.metric().name() + ":p" + percent;
                    first.addResult(score(p, m, label, q.estimate(), q.raw().get(fork)));
                }
            });
        }
    }

    private BenchmarkParams params(PointResult p, MetricResult score) {
        int iterations = score.raw().stream().mapToInt(List::size).max().orElse(0);
        WorkloadParams values = new WorkloadParams();
        int order = 0;
        for (Map.Entry<String, String> e : p.params().entrySet()) {
            // JMH compares parameters by this number and nothing else.
            values.put(format.protect(e.getKey()), format.protectValue(e.getValue()), order++);
        }
        if (format == JmhFormat.LATEX) {
            for (String name : params) {
                if (!p.params().containsKey(name)) {
                    values.put(format.protect(name), "N/A", order++); // JMH's LaTeX breaks where a benchmark lacks it
                }
            }
        }
        return new BenchmarkParams(
                format.protect(p.foreignName()),
                "",
                false,
                1,
                new int[] {1},
                List.of(),
                score.raw().size(),
                0,
                new IterationParams(IterationType.WARMUP, p.windows().warmups(), TimeValue.NONE, 1),
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

    private Score score(PointResult p, MetricResult m, String label, Estimate estimate, double value) {
        return new Score(
                label.equals(p.primary()) ? ResultRole.PRIMARY : ResultRole.SECONDARY,
                format.protect(label),
                new ListStatistics(new double[] {value}),
                format.protect(m.metric().unit()),
                estimate,
                false);
    }

    /** A number of JMH's kind whose aggregate over all forks and iterations is the estimate that Dyno made of them. */
    private static final class Score extends Result<Score> {
        private static final long serialVersionUID = 1L;

        private final transient Estimate estimate;
        private final boolean aggregate;

        Score(ResultRole role, String label, ListStatistics values, String unit, Estimate estimate, boolean aggregate) {
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
