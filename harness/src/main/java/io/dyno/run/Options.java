package io.dyno.run;

import io.dyno.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run can be told, as a value. The command line makes one, and so does {@link Builder}: each option of {@link OptionTable} calls
 * the builder, so that both can say the same. What was not given stays empty until the plan fills defaults in.
 *
 * @param includes regular expressions; a benchmark runs when one is found in its name; empty is all
 * @param excludes regular expressions; a benchmark does not run when one is found in its name
 * @param forks measured forks, at least 1
 * @param warmupForks forks thrown away first
 * @param iterations measurement iterations, at least 1
 * @param warmupIterations warm-up iterations
 * @param time length of a measurement window
 * @param warmupTime length of a warm-up window
 * @param benches what to measure in place of what the classes say; empty is what they say
 * @param params settings and {@code @Param} fields by name, each with the text after {@code name=}
 * @param profilers {@code name[:key=value;…]} each
 * @param resultFormat format of a further result file: text, csv, scsv, json or latex
 * @param resultFile a further result file
 * @param output where a copy of the console output goes
 * @param failOnError whether the run stops at the first failed point
 * @param timeout when a request has failed, counted from when it was due
 * @param engine auto, vllm, sim or remote
 * @param vllm the vllm executable, or a virtual environment that has it
 * @param urls servers that run already, loaded as one; empty when none are named
 * @param sim the simulated machine, such as {@code gpu=H100;gpus=8}
 * @param results where runs are kept
 * @param run the run's name, in place of one made from the time
 * @param resume whether to go on with an unfinished run
 * @param gpus GPUs to use on this machine
 * @param strict whether a suspect result is a failure
 * @param readyTimeout how long an engine's start may take, downloads not counted
 * @param devMode whether engines offer the resets of their caches and {@code /server_info}; they do unless false is given
 * @param maxFailed share of a point's scored requests that may fail, in [0, 1]
 * @param keepText whether prompts and answers are kept in the request files
 * @param crosscheckPairs pairs of runs by Dyno and by {@code vllm bench serve} after each point's last fork, at least 1; empty for none
 */
public record Options(
        List<String> includes,
        List<String> excludes,
        Optional<Integer> forks,
        Optional<Integer> warmupForks,
        Optional<Integer> iterations,
        Optional<Integer> warmupIterations,
        Optional<Duration> time,
        Optional<Duration> warmupTime,
        List<Bench> benches,
        Map<String, String> params,
        List<String> profilers,
        Optional<String> resultFormat,
        Optional<Path> resultFile,
        Optional<Path> output,
        boolean failOnError,
        Optional<Duration> timeout,
        String engine,
        Optional<Path> vllm,
        List<String> urls,
        Optional<String> sim,
        Path results,
        Optional<String> run,
        boolean resume,
        Optional<Integer> gpus,
        boolean strict,
        Optional<Duration> readyTimeout,
        Optional<Boolean> devMode,
        Optional<Double> maxFailed,
        boolean keepText,
        Optional<Integer> crosscheckPairs) {
    public Options {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
        benches = List.copyOf(benches);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        profilers = List.copyOf(profilers);
        urls = List.copyOf(urls);
    }

    /** Options that run every benchmark on the class path as its annotations say. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Every method gives the builder back; where one value is kept, the last one given wins. */
    public static final class Builder {
        private final List<String> includes = new ArrayList<>();
        private final List<String> excludes = new ArrayList<>();
        private Integer forks;
        private Integer warmupForks;
        private Integer iterations;
        private Integer warmupIterations;
        private Duration time;
        private Duration warmupTime;
        private final List<Bench> benches = new ArrayList<>();
        private final Map<String, String> params = new LinkedHashMap<>();
        private final List<String> profilers = new ArrayList<>();
        private String resultFormat;
        private Path resultFile;
        private Path output;
        private boolean failOnError;
        private Duration timeout;
        private String engine = "auto";
        private Path vllm;
        private final List<String> urls = new ArrayList<>();
        private String sim;
        private Path results = Path.of("dyno-results");
        private String run;
        private boolean resume;
        private Integer gpus;
        private boolean strict;
        private Duration readyTimeout;
        private Boolean devMode;
        private Double maxFailed;
        private boolean keepText;
        private Integer crosscheckPairs;

        private Builder() {}

        /** Runs benchmarks in whose name the expression is found; may be called again. */
        public Builder include(String regexp) {
            includes.add(regexp);
            return this;
        }

        /** Leaves out benchmarks in whose name the expression is found; may be called again. */
        public Builder exclude(String regexp) {
            excludes.add(regexp);
            return this;
        }

        /** Sets {@link Options#forks}. */
        public Builder forks(int value) {
            forks = value;
            return this;
        }

        /** Sets {@link Options#warmupForks}. */
        public Builder warmupForks(int value) {
            warmupForks = value;
            return this;
        }

        /** Sets {@link Options#iterations}. */
        public Builder iterations(int value) {
            iterations = value;
            return this;
        }

        /** Sets {@link Options#warmupIterations}. */
        public Builder warmupIterations(int value) {
            warmupIterations = value;
            return this;
        }

        /** Sets {@link Options#time}. */
        public Builder time(Duration value) {
            time = value;
            return this;
        }

        /** Sets {@link Options#warmupTime}. */
        public Builder warmupTime(Duration value) {
            warmupTime = value;
            return this;
        }

        /** Measures this in place of what the classes say; may be called again. */
        public Builder bench(Bench bench) {
            benches.add(bench);
            return this;
        }

        /** Sets a setting or {@code @Param} field; several values, separated by commas, sweep. */
        public Builder param(String name, String values) {
            params.put(name, values);
            return this;
        }

        /** Attaches a profiler, {@code name[:key=value;…]}; may be called again. */
        public Builder profiler(String spec) {
            profilers.add(spec);
            return this;
        }

        /** Sets {@link Options#resultFormat}. */
        public Builder resultFormat(String value) {
            resultFormat = value;
            return this;
        }

        /** Sets {@link Options#resultFile}. */
        public Builder resultFile(Path value) {
            resultFile = value;
            return this;
        }

        /** Sets {@link Options#output}. */
        public Builder output(Path value) {
            output = value;
            return this;
        }

        /** Sets {@link Options#failOnError}. */
        public Builder failOnError(boolean value) {
            failOnError = value;
            return this;
        }

        /** Sets {@link Options#timeout}. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Sets {@link Options#engine}. */
        public Builder engine(String value) {
            engine = value;
            return this;
        }

        /** Sets {@link Options#vllm}. */
        public Builder vllm(Path value) {
            vllm = value;
            return this;
        }

        /** Attaches to a server that runs already, such as {@code http://host:8000}; several are loaded as one. */
        public Builder url(String value) {
            urls.add(value);
            return this;
        }

        /** Sets {@link Options#sim}. */
        public Builder sim(String value) {
            sim = value;
            return this;
        }

        /** Sets {@link Options#results}. */
        public Builder results(Path value) {
            results = value;
            return this;
        }

        /** Sets {@link Options#run}. */
        public Builder run(String value) {
            run = value;
            return this;
        }

        /** Sets {@link Options#resume}. */
        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        /** Sets {@link Options#gpus}. */
        public Builder gpus(int value) {
            gpus = value;
            return this;
        }

        /** Sets {@link Options#strict}. */
        public Builder strict(boolean value) {
            strict = value;
            return this;
        }

        /** Sets {@link Options#readyTimeout}. */
        public Builder readyTimeout(Duration value) {
            readyTimeout = value;
            return this;
        }

        /** Sets {@link Options#devMode}. */
        public Builder devMode(boolean value) {
            devMode = value;
            return this;
        }

        /** Sets {@link Options#maxFailed}. */
        public Builder maxFailed(double value) {
            maxFailed = value;
            return this;
        }

        /** Sets {@link Options#keepText}. */
        public Builder keepText(boolean value) {
            keepText = value;
            return this;
        }

        /** Sets {@link Options#crosscheckPairs}. */
        public Builder crosscheckPairs(int value) {
            crosscheckPairs = value;
            return this;
        }

        /** The options as they are now. */
        public Options build() {
            return new Options(
                    includes,
                    excludes,
                    Optional.ofNullable(forks),
                    Optional.ofNullable(warmupForks),
                    Optional.ofNullable(iterations),
                    Optional.ofNullable(warmupIterations),
                    Optional.ofNullable(time),
                    Optional.ofNullable(warmupTime),
                    benches,
                    params,
                    profilers,
                    Optional.ofNullable(resultFormat),
                    Optional.ofNullable(resultFile),
                    Optional.ofNullable(output),
                    failOnError,
                    Optional.ofNullable(timeout),
                    engine,
                    Optional.ofNullable(vllm),
                    urls,
                    Optional.ofNullable(sim),
                    results,
                    Optional.ofNullable(run),
                    resume,
                    Optional.ofNullable(gpus),
                    strict,
                    Optional.ofNullable(readyTimeout),
                    Optional.ofNullable(devMode),
                    Optional.ofNullable(maxFailed),
                    keepText,
                    Optional.ofNullable(crosscheckPairs));
        }
    }
}
