package io.dyno.run;

import io.dyno.engine.GpuGuard;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.GpuUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A probe that is found as others are, and unusable but where a test says otherwise. */
public final class TestGpuProbe implements GpuProbe {
    static volatile boolean usable;
    static volatile List<String> duringWindows = List.of();
    static volatile List<String> afterTheEngine = List.of();
    static volatile List<String> unwatched = List.of();

    /** Doubts of the first call of each guard only: of the time before the first window. */
    static volatile List<String> beforeTheLoad = List.of();

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
    public List<String> unwatched() {
        return unwatched;
    }

    @Override
    public Map<String, Object> driver() {
        return Map.of("driver", "1.2.3");
    }

    @Override
    public Map<String, Object> details(Gpu gpu) {
        return Map.of("powerLimitWatts", 700.0, "migMode", false);
    }

    private static List<String> both(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    @Override
    public GpuGuard guard(GpuUse use) {
        CALLS.add("guard " + use);
        return new GpuGuard() {
            @Override
            public void engineReady(List<Long> pids) {
                CALLS.add(pids.isEmpty() ? "engineReady without processes" : "engineReady");
            }

            private final AtomicBoolean asked = new AtomicBoolean();

            @Override
            public List<String> doubts() {
                return asked.getAndSet(true) ? duringWindows : both(beforeTheLoad, duringWindows);
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
