package io.dyno.run;

import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A probe that is found as others are, and unusable but where a test says otherwise. */
public final class TestGpuProbe implements GpuProbe {
    static volatile boolean usable;
    static volatile List<String> duringWindows = List.of();
    static volatile List<String> afterTheEngine = List.of();
    static final List<String> CALLS = new CopyOnWriteArrayList<>();

    @Override
    public Optional<String> unusable() {
        return usable ? Optional.empty() : Optional.of("no test wants it");
    }

    @Override
    public List<Gpu> gpus() {
        return List.of(new Gpu(0, "GPU-1", "NVIDIA Test", 1L << 30), new Gpu(1, "GPU-2", "NVIDIA Test", 1L << 30));
    }

    @Override
    public Map<String, Object> driver() {
        return Map.of("driver", "1.2.3");
    }

    @Override
    public Map<String, Object> details(Gpu gpu) {
        return Map.of("powerLimitWatts", 700.0, "migMode", false);
    }

    @Override
    public GpuGuard guard(GpuUse use) {
        CALLS.add("guard " + use);
        return new GpuGuard() {
            @Override
            public void engineReady(List<Long> pids) {
                CALLS.add(pids.isEmpty() ? "engineReady without processes" : "engineReady");
            }

            @Override
            public List<String> doubts() {
                return duringWindows;
            }

            @Override
            public List<String> engineStopped() {
                CALLS.add("engineStopped");
                return afterTheEngine;
            }

            @Override
            public void close() {
                CALLS.add("close");
            }
        };
    }
}
