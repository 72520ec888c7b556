package io.dyno.plan;

import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import org.openjdk.jmh.annotations.Level;

/**
 * What the processor generates for each benchmark class: its description, and plain calls into it in place of reflection. Found through
 * {@link java.util.ServiceLoader}.
 */
public interface BenchmarkDefinition {
    /** What was written on the class; defaults are not filled in. */
    BenchmarkDescriptor descriptor();

    /** A new instance: one per point and fork. */
    Object newInstance();

    /**
     * Sets a {@code @Param} field.
     *
     * @param field the field's name
     * @param value one of its values, as text
     * @throws IllegalArgumentException when there is no such field, or its type cannot hold the value
     */
    void set(Object instance, String field, String value);

    /**
     * Calls the {@code @Prompts} method.
     *
     * @throws UnsupportedOperationException when the class has none
     * @throws Exception whatever the method throws
     */
    default Iterable<Prompt> prompts(Object instance, PromptRequest request) throws Exception {
        throw new UnsupportedOperationException(descriptor().benchmark() + " has no @Prompts method");
    }

    /**
     * Calls the {@code @Setup} methods of a level, those of base classes first.
     *
     * @throws Exception whatever a method throws
     */
    default void setup(Object instance, Level level, EngineInfo engine) throws Exception {}

    /**
     * Calls the {@code @TearDown} methods of a level, those of base classes last.
     *
     * @throws Exception whatever a method throws
     */
    default void tearDown(Object instance, Level level, EngineInfo engine) throws Exception {}
}
