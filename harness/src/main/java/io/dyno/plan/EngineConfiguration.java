package io.dyno.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One benchmark class, its engine settings and the kind of process: what a fork starts once. Engines are never shared between classes.
 *
 * @param id 12 hex digits of the SHA-256 of benchmark, kind and engine settings
 * @param benchmark the class's name
 * @param kind what runs
 * @param params the parameters that an engine setting follows, as in its points: name to text
 * @param settings the engine settings asked for
 * @param topology how it lies over GPUs
 * @param forks measured forks, at least 1
 * @param warmupForks forks thrown away before them
 * @param points the points it serves, in the plan's order; a fork shuffles them by {@link Plan#order}
 */
public record EngineConfiguration(
        String id,
        String benchmark,
        Kind kind,
        Map<String, String> params,
        SettingValues settings,
        Topology topology,
        int forks,
        int warmupForks,
        List<Point> points) {

    public EngineConfiguration {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        points = List.copyOf(points);
    }

    /** The kind of process. The names in dry runs are these in lower case. */
    public enum Kind {
        /** {@code vllm serve}, for SERVE. */
        SERVER,
        /** An offline engine, for THROUGHPUT and LATENCY. */
        WORKER,
        /** None kept: every iteration of STARTUP starts its own. */
        STARTUP
    }

    /** The model asked for. */
    public String model() {
        return settings.text("model");
    }
}
