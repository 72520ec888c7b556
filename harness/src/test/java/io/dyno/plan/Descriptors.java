package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDescriptor.Iterations;
import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Level;

/** Builds descriptors as the processor would. */
final class Descriptors {
    private String benchmark = "com.acme.ChatCapacity";
    private final List<WrittenSetting> settings = new ArrayList<>();
    private final List<ParamField> params = new ArrayList<>();
    private List<Bench> benches = List.of();
    private SloLimits slo;
    private Integer forks;
    private Integer warmupForks;
    private Iterations warmup;
    private Iterations measurement;
    private boolean prompts;
    private Set<Level> setups = Set.of();

    /** A class on which nothing is written. */
    static Descriptors bare() {
        return new Descriptors();
    }

    /** A class with a model. */
    static Descriptors model() {
        return bare().set("model", "m");
    }

    Descriptors named(String name) {
        benchmark = name;
        return this;
    }

    Descriptors set(String name, String... values) {
        settings.add(new WrittenSetting(name, List.of(values)));
        return this;
    }

    Descriptors list(String name, String... elements) {
        return set(name, Values.array(List.of(elements)));
    }

    Descriptors field(String field, String setting, String type, String... values) {
        params.add(new ParamField(field, setting, type, List.of(values)));
        return this;
    }

    Descriptors bench(Bench... values) {
        benches = List.of(values);
        return this;
    }

    Descriptors slo(Double ttft, Double tpot, Double e2el, double attainment) {
        slo = new SloLimits(ttft, tpot, e2el, attainment);
        return this;
    }

    Descriptors forks(Integer value, Integer warmups) {
        forks = value;
        warmupForks = warmups;
        return this;
    }

    Descriptors warmup(Integer iterations, Long seconds) {
        warmup = iterations(iterations, seconds);
        return this;
    }

    Descriptors measurement(Integer iterations, Long seconds) {
        measurement = iterations(iterations, seconds);
        return this;
    }

    Descriptors prompts() {
        prompts = true;
        return this;
    }

    Descriptors setup(Level level) {
        setups = Set.of(level);
        return this;
    }

    BenchmarkDescriptor build() {
        return new BenchmarkDescriptor(
                benchmark,
                settings,
                params,
                benches,
                slo,
                forks,
                warmupForks,
                warmup,
                measurement,
                prompts,
                setups,
                Set.of());
    }

    private static Iterations iterations(Integer count, Long seconds) {
        return new Iterations(count, seconds == null ? null : seconds * 1_000_000_000L);
    }
}
