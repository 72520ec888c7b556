package io.dyno.engine;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which engine will run and how it is called.
 *
 * @param engine which engine
 * @param command the start of every argv: {@code [/opt/venv/bin/vllm]}, or the simulator's java command; {@code serve MODEL --flags} follow.
 *     Empty for a foreign server
 * @param worker the start of an offline engine's argv: the Python of the chosen vLLM, or the simulator's java command. Empty for a foreign
 *     server
 * @param env what this engine needs in its environment besides a benchmark's own
 * @param urls where foreign servers answer, each as {@link ServerUrl} has it; empty for engines of ours
 * @param gpus the GPUs that were found, whatever the choice
 * @param reason why, for a human: {@code found on PATH}
 */
public record EngineChoice(
        EngineKind engine,
        List<String> command,
        List<String> worker,
        Map<String, String> env,
        List<URI> urls,
        List<GpuProbe.Gpu> gpus,
        String reason) {
    public EngineChoice {
        command = List.copyOf(command);
        worker = List.copyOf(worker);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
        urls = List.copyOf(urls);
        gpus = List.copyOf(gpus);
    }

    /** The same engine with one more variable in its environment; a benchmark's own {@code env} goes before it. */
    public EngineChoice with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(env);
        more.put(variable, value);
        return new EngineChoice(engine, command, worker, more, urls, gpus, reason);
    }
}
