package io.dyno.profilers.torch;

import io.dyno.engine.EngineChoice;
import io.dyno.profile.Profiler;
import io.dyno.profile.ProfilerException;
import io.dyno.profile.ProfilerOptions;
import io.dyno.profile.ProfilerProvider;
import java.util.List;
import java.util.Optional;

/** {@code -prof torch}. */
public final class TorchProvider implements ProfilerProvider {
    @Override
    public String name() {
        return "torch";
    }

    @Override
    public String description() {
        return "PyTorch's profiler inside vLLM: a trace a rank for Perfetto, and the operators that took the most time";
    }

    @Override
    public List<Option> options() {
        return TorchOptions.DECLARED;
    }

    @Override
    public Optional<String> unsupported(EngineChoice engine) {
        return switch (engine.engine()) {
            case VLLM -> Optional.empty();
            case SIM -> Optional.of("the simulator runs no operators that could be traced; name a vLLM with -vllm");
            case REMOTE ->
                Optional.of("a server has to be told of its profiler when it is started, and this one runs"
                        + " already; start it through Dyno instead of -url");
        };
    }

    /** vLLM brings PyTorch along. */
    @Override
    public String support() {
        return "is part of vLLM";
    }

    @Override
    public Profiler create(ProfilerOptions options) throws ProfilerException {
        return new TorchProfiler(TorchOptions.of(options));
    }
}
