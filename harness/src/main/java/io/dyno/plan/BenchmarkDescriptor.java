package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Level;

/**
 * What was written on a benchmark class and its base classes, attribute by attribute, and nothing else: defaults are the plan's business.
 *
 * @param benchmark the class's name as a user writes it: {@code com.acme.ChatCapacity}, nested classes with a dot
 * @param settings written settings, in the order of {@link Settings#all()}, then unknown flags by name
 * @param params {@code @Param} fields, base classes first, in source order
 * @param benches what was written in {@code bench}; empty when nothing was
 * @param slo the limits of {@code @Slo}, or null
 * @param forks {@code @Fork(value)}, or null
 * @param warmupForks {@code @Fork(warmups)}, or null
 * @param warmup {@code @Warmup}, or null
 * @param measurement {@code @Measurement}, or null
 * @param hasPrompts whether there is a {@code @Prompts} method
 * @param setups levels that have a {@code @Setup} method
 * @param tearDowns levels that have a {@code @TearDown} method
 */
public record BenchmarkDescriptor(
        String benchmark,
        List<WrittenSetting> settings,
        List<ParamField> params,
        List<Bench> benches,
        SloLimits slo,
        Integer forks,
        Integer warmupForks,
        Iterations warmup,
        Iterations measurement,
        boolean hasPrompts,
        Set<Level> setups,
        Set<Level> tearDowns) {

    public BenchmarkDescriptor {
        settings = List.copyOf(settings);
        params = List.copyOf(params);
        benches = List.copyOf(benches);
        setups = Set.copyOf(setups);
        tearDowns = Set.copyOf(tearDowns);
    }

    /** The simple name: {@code ChatCapacity}. */
    public String simpleName() {
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    /** The same class with a model written on it; it has none. */
    BenchmarkDescriptor withModel(String model) {
        List<WrittenSetting> all = new ArrayList<>();
        all.add(new WrittenSetting("model", List.of(model)));
        all.addAll(settings);
        return new BenchmarkDescriptor(
                benchmark,
                all,
                params,
                benches,
                slo,
                forks,
                warmupForks,
                warmup,
                measurement,
                hasPrompts,
                setups,
                tearDowns);
    }

    /**
     * A setting with the values written for it.
     *
     * @param name the setting's name
     * @param values as text, at least one; no limit is {@code inf}; a list setting has its whole list as one JSON array
     *     ({@link Values#array}) in {@code values.get(0)}
     */
    public record WrittenSetting(String name, List<String> values) {
        public WrittenSetting {
            values = List.copyOf(values);
        }
    }

    /**
     * A {@code @Param} field.
     *
     * @param field the field's name
     * @param setting the setting it sets (a name of {@link Settings}, or a flag), or null when it is the user's own
     * @param type the field's Java type, for messages: {@code int}, {@code java.lang.String}, …
     * @param values its values as text; never empty
     * @param constants the constants when the type is an enum, so that {@code -p} can be checked; else empty
     */
    public record ParamField(String field, String setting, String type, List<String> values, List<String> constants) {
        public ParamField {
            values = List.copyOf(values);
            constants = List.copyOf(constants);
        }

        /** A field whose type is no enum. */
        public ParamField(String field, String setting, String type, List<String> values) {
            this(field, setting, type, values, List.of());
        }
    }

    /**
     * What {@code @Warmup} or {@code @Measurement} says.
     *
     * @param iterations number of iterations, or null
     * @param timeNanos length of an iteration, ns, or null
     */
    public record Iterations(Integer iterations, Long timeNanos) {}
}
