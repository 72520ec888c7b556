package io.dyno.profile;

import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import java.util.Objects;

/**
 * A secondary result of one window.
 *
 * @param kind what the window was for
 * @param iteration its number within its kind, from 0
 * @param value the number or why there is none; its metric is named {@code <profiler>.<name>}, or is
 *     one {@linkplain io.dyno.metrics.MetricNames#ofGpus of GPUs}, which are bare
 */
public record ProfilerResult(Window.Kind kind, int iteration, MetricValue value) {
    public ProfilerResult {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(value, "value");
    }
}
