package io.dyno.plan;

import io.dyno.Bench;
import java.util.Set;

/**
 * One thing that can be set, under the one name it has everywhere.
 *
 * @param name the attribute's name: {@code maxConcurrency}; for a flag of vLLM that has no attribute the flag itself, without dashes
 * @param group what a change costs
 * @param type what its values are
 * @param limits which values of the type are allowed
 * @param flag the flag of {@code vllm serve} that it sets, without dashes, or null
 * @param annotation simple name of the annotation that has the attribute, such as {@code Load}; null for a flag without attribute
 * @param benches the benches that use it; engine settings are used by all
 * @param meaning what it sets and in which unit, in one line; empty for a flag without attribute
 */
public record Setting(
        String name,
        Group group,
        Type type,
        Limits limits,
        String flag,
        String annotation,
        Set<Bench> benches,
        String meaning) {
    /** What a change costs. */
    public enum Group {
        /** A fresh engine. */
        ENGINE,
        /** Nothing: the engine is kept within a fork. */
        LOAD
    }

    /** What the values are; in {@link SettingValues} as the Java type named. */
    public enum Type {
        /** {@link String}. */
        STRING,
        /** {@link Long}; {@code inf} is {@link Long#MAX_VALUE} where the setting allows it. */
        INTEGER,
        /** {@link Double}; {@code inf} is {@link Double#POSITIVE_INFINITY}. */
        NUMBER,
        /** {@link Boolean}. */
        BOOLEAN,
        /** {@link String} that is one JSON value. */
        JSON,
        /** {@code List<String>}: one value, written as one JSON array of strings on the command line. */
        LIST
    }

    public Setting {
        benches = Set.copyOf(benches);
    }

    /** Whether a change needs a fresh engine. */
    public boolean engine() {
        return group == Group.ENGINE;
    }

    /** Whether a bench uses it. */
    public boolean usedBy(Bench bench) {
        return benches.contains(bench);
    }

    /** Whether it is an attribute of an annotation. */
    public boolean hasAttribute() {
        return annotation != null;
    }
}
