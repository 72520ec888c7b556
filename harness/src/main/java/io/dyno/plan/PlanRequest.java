package io.dyno.plan;

import io.dyno.Bench;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line asks for, and what is known of the machine.
 *
 * @param parameters {@code -p}: name as written to values as written, in order; values are those of {@link Values#split}
 * @param benches {@code -bm}; empty when not given
 * @param forks {@code -f}, or null
 * @param warmupForks {@code -wf}, or null
 * @param iterations {@code -i}, or null
 * @param warmupIterations {@code -wi}, or null
 * @param timeNanos {@code -r}, ns, or null
 * @param warmupTimeNanos {@code -w}, ns, or null
 * @param remote whether a server that somebody else started is measured
 * @param servedModel the one model that a remote engine serves, for classes that name none; null where that is not known
 * @param installed the flags of the installed vLLM, or null when nobody asked it: it is asked for names that the catalogue lacks
 * @param given GPUs that were given ({@code -gpus}, {@code -nodes}, Slurm): what is left of tp·pp is filled by dp
 * @param detected number of GPUs that were found (or are simulated): they bound a benchmark; null when nobody looked
 * @param orderSeed seed of the order of points within forks
 * @param startSeconds expected time to a ready engine, s
 * @param profiling what intrusive profilers will do besides
 */
public record PlanRequest(
        Map<String, List<String>> parameters,
        List<Bench> benches,
        Integer forks,
        Integer warmupForks,
        Integer iterations,
        Integer warmupIterations,
        Long timeNanos,
        Long warmupTimeNanos,
        boolean remote,
        String servedModel,
        FlagCatalogue installed,
        Optional<GivenGpus> given,
        Integer detected,
        long orderSeed,
        double startSeconds,
        List<Profiling> profiling) {

    /**
     * GPUs that were given.
     *
     * @param nodes nodes, at least 1
     * @param gpusPerNode GPUs on each, at least 1
     */
    public record GivenGpus(int nodes, int gpusPerNode) {
        /** All of them. */
        public int total() {
            return nodes * gpusPerNode;
        }
    }

    public PlanRequest {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        parameters.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        parameters = Collections.unmodifiableMap(copy);
        benches = List.copyOf(benches);
        profiling = List.copyOf(profiling);
    }

    /** Nothing asked for, nothing known. */
    public static PlanRequest none() {
        return builder().build();
    }

    /** Starts from nothing asked for. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what is asked for; each method sets the component of its name. */
    public static final class Builder {
        private final Map<String, List<String>> parameters = new LinkedHashMap<>();
        private List<Bench> benches = List.of();
        private Integer forks;
        private Integer warmupForks;
        private Integer iterations;
        private Integer warmupIterations;
        private Long timeNanos;
        private Long warmupTimeNanos;
        private boolean remote;
        private String servedModel;
        private FlagCatalogue installed;
        private Optional<GivenGpus> given = Optional.empty();
        private Integer detected;
        private long orderSeed = Defaults.SEED;
        private double startSeconds = Defaults.ENGINE_START_SECONDS;
        private List<Profiling> profiling = List.of();

        private Builder() {}

        /** One {@code -p}: a name and its text, as {@code 8,32}; the text is split here. */
        public Builder parameter(String name, String text) {
            return parameter(name, Values.split(text));
        }

        /** One {@code -p} whose values are split already. */
        public Builder parameter(String name, List<String> values) {
            parameters.put(name, values);
            return this;
        }

        public Builder benches(List<Bench> value) {
            benches = value;
            return this;
        }

        public Builder forks(Integer value) {
            forks = value;
            return this;
        }

        public Builder warmupForks(Integer value) {
            warmupForks = value;
            return this;
        }

        public Builder iterations(Integer value) {
            iterations = value;
            return this;
        }

        public Builder warmupIterations(Integer value) {
            warmupIterations = value;
            return this;
        }

        public Builder timeNanos(Long value) {
            timeNanos = value;
            return this;
        }

        public Builder warmupTimeNanos(Long value) {
            warmupTimeNanos = value;
            return this;
        }

        public Builder remote(boolean value) {
            remote = value;
            return this;
        }

        public Builder servedModel(String value) {
            servedModel = value;
            return this;
        }

        public Builder installed(FlagCatalogue value) {
            installed = value;
            return this;
        }

        public Builder given(GivenGpus value) {
            given = Optional.ofNullable(value);
            return this;
        }

        public Builder detected(Integer value) {
            detected = value;
            return this;
        }

        public Builder orderSeed(long value) {
            orderSeed = value;
            return this;
        }

        public Builder startSeconds(double value) {
            startSeconds = value;
            return this;
        }

        public Builder profiling(List<Profiling> value) {
            profiling = value;
            return this;
        }

        public PlanRequest build() {
            return new PlanRequest(
                    parameters,
                    benches,
                    forks,
                    warmupForks,
                    iterations,
                    warmupIterations,
                    timeNanos,
                    warmupTimeNanos,
                    remote,
                    servedModel,
                    installed,
                    given,
                    detected,
                    orderSeed,
                    startSeconds,
                    profiling);
        }
    }
}
