package io.dyno.profile;

import io.dyno.metrics.Metric;
import io.dyno.metrics.Window;

/**
 * A secondary result of one window.
 *
 * @param window the window
 * @param metric its name is {@code <profiler>.<name>}
 * @param value the value in the metric's unit, or null
 * @param reason why there is no value; null when there is one
 */
public record ProfilerResult(Window window, Metric metric, Double value, String reason) {}
