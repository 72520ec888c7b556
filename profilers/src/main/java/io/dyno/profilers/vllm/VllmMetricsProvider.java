package io.dyno.profilers.vllm;

import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import java.util.List;
import java.util.Optional;

/** {@code -prof vllm}. */
public final class VllmMetricsProvider implements ProfilerProvider {
    @Override
    public String name() {
        return "vllm";
    }

    @Override
    public String description() {
        return "the engine's own metrics: KV-cache usage, prefix-cache hits, preemptions, queue, prefill and decode time";
    }

    @Override
    public List<Option> options() {
        return List.of(new Option("interval", "1000", "ms between two readings of /metrics, at least 10"));
    }

    @Override
    public Optional<String> unsupported() {
        return Optional.empty();
    }

    @Override
    public Profiler create(ProfilerOptions options) throws ProfilerException {
        return new VllmMetricsProfiler(options.integer("interval", 10));
    }
}
