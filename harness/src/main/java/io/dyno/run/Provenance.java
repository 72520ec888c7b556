package io.dyno.run;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpecs;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.Redaction;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.PlanException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What run.json says of where the numbers come from: versions, machine, GPUs, arguments, environment without secrets, seeds, git. */
final class Provenance {
    /** Environment variables that change what an engine does. Others are nobody's business and are not kept. */
    private static final List<String> RELEVANT = List.of(
            "VLLM_",
            "CUDA_",
            "NVIDIA_",
            "NCCL_",
            "GLOO_",
            "HF_",
            "HUGGING",
            "TORCH",
            "PYTORCH_",
            "TRITON_",
            "OMP_",
            "MKL_",
            "KMP_",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "SLURM_",
            "DYNO_",
            "RAY_",
            "ROCR_",
            "HIP_");

    private Provenance() {}

    /**
     * The map that becomes run.json.
     *
     * @param name the run's name
     * @param arguments the command line's arguments, secrets taken out here
     * @param probe knows the GPUs
     * @param profilers as {@link ProfilerRecord} describes them
     */
    static Map<String, Object> of(
            String name,
            Instant started,
            List<String> arguments,
            EngineChoice choice,
            GpuProbe probe,
            List<EngineConfiguration> configurations,
            long seed,
            List<Map<String, Object>> profilers) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("run", name);
        run.put("started", started.toString());
        run.put("dyno", DynoVersion.TEXT);
        run.put("arguments", Redaction.argv(arguments));
        run.put("seed", seed);
        run.put("engine", choice.engine().id());
        run.put("simulated", choice.engine() == EngineKind.SIM);
        run.put("engineCommand", Redaction.argv(shortened(choice)));
        run.put("engineChosenBecause", choice.reason());
        run.put("engines", configurations.stream().map(c -> engine(c, choice)).toList());
        run.put("urls", choice.urls().stream().map(URI::toString).toList());
        run.put("gpus", choice.gpus().stream().map(gpu -> gpu(gpu, probe)).toList());
        run.put("gpuDriver", choice.gpus().isEmpty() ? Map.of() : probe.driver());
        run.put("gpusNotWatched", choice.engine() == EngineKind.VLLM ? probe.unwatched() : List.of());
        run.put("profilers", profilers);
        run.put("host", host());
        run.put("java", java());
        run.put("git", git(Path.of("").toAbsolutePath()));
        run.put("environment", Redaction.environment(relevant(System.getenv())));
        return run;
    }

    /**
     * The provenance of a run that may be continued: what the first part wrote stays, each further part is listed under {@code resumed}.
     *
     * @param file run.json of the first part, if there is one
     * @throws IOException when it is there and cannot be read
     */
    static Map<String, Object> continued(Path file, Map<String, Object> now) throws IOException {
        if (Files.notExists(file)) {
            return now;
        }
        Map<String, Object> first = new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
        List<Object> parts = new ArrayList<>();
        if (first.get("resumed") instanceof List<?> before) {
            parts.addAll(before);
        }
        parts.add(now);
        first.put("resumed", parts);
        return first;
    }

    /** The simulator's command holds our whole class path; its main class says enough. */
    private static List<String> shortened(EngineChoice choice) {
        List<String> command = choice.command();
        return choice.engine() == EngineKind.SIM && !command.isEmpty()
                ? List.of(command.get(0), "…", command.get(command.size() - 1))
                : command;
    }

    /** How the engines of a configuration are started, and what is added to their environment. */
    private static Map<String, Object> engine(EngineConfiguration configuration, EngineChoice choice) {
        Map<String, Object> engine = new LinkedHashMap<>();
        engine.put("configuration", configuration.id());
        try {
            engine.put(
                    "processes",
                    EngineSpecs.of(configuration, choice).processes().stream()
                            .map(process -> process(process, choice))
                            .toList());
        } catch (PlanException e) {
            engine.put("refused", e.getMessage());
        }
        return engine;
    }

    private static Map<String, Object> process(ProcessSpec process, EngineChoice choice) {
        List<String> argv = new ArrayList<>(shortened(choice));
        argv.addAll(
                process.argv().subList(choice.command().size(), process.argv().size()));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("node", process.node());
        shown.put("argv", Redaction.argv(argv));
        shown.put("env", Redaction.environment(process.env()));
        return shown;
    }

    private static Map<String, Object> gpu(GpuProbe.Gpu gpu, GpuProbe probe) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("index", gpu.index());
        entry.put("uuid", gpu.uuid());
        entry.put("name", gpu.name());
        entry.put("memoryBytes", gpu.memoryBytes());
        entry.putAll(probe.details(gpu));
        return entry;
    }

    static Map<String, String> relevant(Map<String, String> environment) {
        Map<String, String> kept = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (RELEVANT.stream().anyMatch(name::startsWith)) {
                kept.put(name, value);
            }
        });
        return kept;
    }

    private static Map<String, Object> host() {
        Map<String, Object> host = new LinkedHashMap<>();
        try {
            host.put("name", InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            host.put("name", null);
        }
        host.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        host.put("arch", System.getProperty("os.arch"));
        host.put("cpus", Runtime.getRuntime().availableProcessors());
        host.put("cpu", fromProc("/proc/cpuinfo", "model name"));
        host.put("memory", fromProc("/proc/meminfo", "MemTotal"));
        return host;
    }

    private static Map<String, Object> java() {
        Map<String, Object> java = new LinkedHashMap<>();
        java.put("version", System.getProperty("java.version"));
        java.put("vm", System.getProperty("java.vm.name"));
        java.put("vendor", System.getProperty("java.vendor"));
        return java;
    }

    /** The first value of a key in a {@code key : value} file, or null. */
    private static String fromProc(String file, String key) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(null);
        } catch (IOException e) {
            return null; // not Linux
        }
    }

    /** Commit and cleanliness of the checkout that the run was started in, or null where there is none. */
    private static Map<String, Object> git(Path folder) {
        List<String> head = output(folder, "git", "rev-parse", "HEAD");
        if (head == null || head.isEmpty()) {
            return null;
        }
        List<String> changes = output(folder, "git", "status", "--porcelain");
        Map<String, Object> git = new LinkedHashMap<>();
        git.put("commit", head.get(0));
        git.put("dirty", changes == null ? null : !changes.isEmpty());
        return git;
    }

    /** A command's output lines, or null when it cannot be run, fails or takes long. Through a file, so that a full pipe cannot hold it up. */
    private static List<String> output(Path folder, String... command) {
        try {
            Path lines = Files.createTempFile("dyno", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectOutput(lines.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return null;
                }
                return process.exitValue() == 0 ? Files.readAllLines(lines) : null;
            } finally {
                Files.deleteIfExists(lines);
            }
        } catch (IOException e) {
            return null; // no git
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
