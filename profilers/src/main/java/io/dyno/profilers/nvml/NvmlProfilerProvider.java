package io.dyno.profilers.nvml;

import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code -prof nvml}. */
public final class NvmlProfilerProvider implements ProfilerProvider {
    /** For ServiceLoader. */
    public NvmlProfilerProvider() {}

    @Override
    public String name() {
        return "nvml";
    }

    @Override
    public String description() {
        return "the GPUs by NVML: energy per token and request, power, utilisation, temperature, clocks, memory";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("interval", "100", "ms between two samples, at least 10"),
                new Option("idle", "2000", "ms for which idle power is measured before each engine start; 0: not"));
    }

    @Override
    public Optional<String> unsupported() {
        try (Nvml nvml = Nvml.open()) {
            return MachineGpus.of(nvml).unusable();
        } catch (NvmlException e) {
            return Optional.of(e.getMessage());
        }
    }

    @Override
    public Profiler create(ProfilerOptions options) throws ProfilerException {
        return new NvmlProfiler(
                Duration.ofMillis(options.integer("interval", 10)), Duration.ofMillis(options.integer("idle", 0)));
    }
}
