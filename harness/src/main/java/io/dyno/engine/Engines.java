package io.dyno.engine;

import io.dyno.engine.EngineRefusedException.Kind;
import io.dyno.plan.Suggestions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Chooses the engine. {@code auto} is vLLM where an executable is given ({@code -vllm}, {@code DYNO_VLLM}), or where a GPU is visible and
 * {@code vllm} is on the PATH; the simulator where there is no GPU. A GPU without vLLM is refused: a machine that could measure never
 * simulates unless it is told to.
 */
public final class Engines {
    /** Environment variable: path of the vllm executable, as {@code -vllm}. */
    public static final String VLLM_VARIABLE = "DYNO_VLLM";

    /** Environment variable that tells the simulator its machine, as {@code -sim}. */
    public static final String SIM_VARIABLE = "DYNO_SIM";

    /** Main class of the simulator. */
    public static final String SIM_MAIN = "io.dyno.engine.sim.SimMain";

    /** Few threads of its own and one compiler: on a small machine the simulator shares the cores with the client. */
    private static final List<String> SIM_FLAGS =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final List<String> NAMES = List.of("auto", "vllm", "sim", "remote");

    private Engines() {}

    /**
     * Chooses on this machine: asks for its GPUs, its environment and its PATH.
     *
     * @throws EngineRefusedException when there is nothing to choose
     */
    public static EngineChoice choose(EngineWish wish) throws EngineRefusedException {
        List<GpuProbe.Gpu> gpus = wish.urls().isEmpty() ? GpuProbe.find().gpus() : List.of();
        return decide(wish, System::getenv, gpus, Executables::find);
    }

    /**
     * The decision itself.
     *
     * @param env looks an environment variable up; null when it is not set
     * @param gpus the visible GPUs
     * @param executables finds a program by path, by the folder of a virtual environment, or by name on the PATH
     * @throws EngineRefusedException when there is nothing to choose
     */
    static EngineChoice decide(
            EngineWish wish,
            Function<String, String> env,
            List<GpuProbe.Gpu> gpus,
            Function<String, Optional<Path>> executables)
            throws EngineRefusedException {
        String asked = wish.engine() == null ? "auto" : wish.engine();
        checkOptions(wish, asked);
        checkKey(wish, env);
        if (!wish.urls().isEmpty()) {
            return new EngineChoice(EngineKind.REMOTE, List.of(), List.of(), Map.of(), urls(wish.urls()), gpus, "-url");
        }
        String given = wish.vllm() != null ? wish.vllm() : blankAsNull(env.apply(VLLM_VARIABLE));
        String givenBy = wish.vllm() != null ? "-vllm" : VLLM_VARIABLE;
        if (asked.equals("sim")) {
            return sim(wish, gpus, "-engine sim");
        }
        if (given != null) {
            return vllm(wish, given, gpus, executables, givenBy);
        }
        if (asked.equals("vllm")) {
            return vllm(wish, "vllm", gpus, executables, "found on PATH");
        }
        if (gpus.isEmpty()) {
            return sim(wish, gpus, "no GPU was found");
        }
        if (wish.sim() != null) {
            throw new EngineRefusedException(
                    Kind.USAGE,
                    "-sim describes a simulated machine, but this one has " + count(gpus)
                            + " and would measure; add -engine sim to simulate, or leave -sim out");
        }
        return vllm(wish, "vllm", gpus, executables, "found on PATH");
    }

    private static void checkOptions(EngineWish wish, String asked) throws EngineRefusedException {
        if (!NAMES.contains(asked)) {
            throw usage("there is no engine \"" + asked + "\"" + "; engines are auto, vllm, sim and remote"
                    + Suggestions.didYouMean(asked, NAMES));
        }
        boolean auto = asked.equals("auto");
        if (asked.equals("remote") && wish.urls().isEmpty()) {
            throw usage("-engine remote attaches to a server that runs already; say where: -url http://host:8000");
        }
        if (!wish.urls().isEmpty() && !auto && !asked.equals("remote")) {
            throw usage("-url attaches to a server that runs already, -engine " + asked
                    + " starts one; leave one of them out");
        }
        if (wish.vllm() != null && (!wish.urls().isEmpty() || asked.equals("sim"))) {
            throw usage("-vllm names the vLLM to start, but " + (!wish.urls().isEmpty() ? "-url" : "-engine sim")
                    + " starts none; leave one of them out");
        }
        if (wish.sim() != null && (!wish.urls().isEmpty() || wish.vllm() != null || asked.equals("vllm"))) {
            throw usage("-sim describes a simulated machine, but "
                    + (!wish.urls().isEmpty() ? "-url" : wish.vllm() != null ? "-vllm" : "-engine vllm")
                    + " asks for a real engine; leave one of them out");
        }
    }

    /** A key that cannot be sent is told now, not by each request. */
    private static void checkKey(EngineWish wish, Function<String, String> env) throws EngineRefusedException {
        try {
            Optional<ApiKey> unused =
                    ApiKey.find(wish.urls().isEmpty() ? ApiKey.VARIABLES.subList(0, 1) : ApiKey.VARIABLES, env);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private static List<URI> urls(List<String> written) throws EngineRefusedException {
        List<URI> urls = new ArrayList<>();
        for (String text : written) {
            try {
                URI url = ServerUrl.parse(text);
                if (urls.contains(url)) {
                    throw usage("-url names " + url + " twice; name each server once");
                }
                urls.add(url);
            } catch (IllegalArgumentException e) {
                throw usage("-url " + e.getMessage());
            }
        }
        return urls;
    }

    private static EngineChoice sim(EngineWish wish, List<GpuProbe.Gpu> gpus, String reason) {
        List<String> command = JavaCommand.of(SIM_FLAGS, System.getProperty("java.class.path"), SIM_MAIN);
        Map<String, String> env = wish.sim() == null ? Map.of() : Map.of(SIM_VARIABLE, wish.sim());
        return new EngineChoice(EngineKind.SIM, command, command, env, List.of(), gpus, reason);
    }

    private static EngineChoice vllm(
            EngineWish wish,
            String program,
            List<GpuProbe.Gpu> gpus,
            Function<String, Optional<Path>> executables,
            String reason)
            throws EngineRefusedException {
        Optional<Path> path = executables.apply(program);
        if (path.isEmpty() && wish.started()) {
            throw new EngineRefusedException(Kind.UNAVAILABLE, missing(program, gpus, reason));
        }
        String command = path.map(Path::toString).orElse(program);
        String python = path.flatMap(InstalledVllm::python).map(Path::toString).orElse("python3");
        return new EngineChoice(EngineKind.VLLM, List.of(command), List.of(python), Map.of(), List.of(), gpus, reason);
    }

    private static String missing(String program, List<GpuProbe.Gpu> gpus, String reason) {
        String remedies = "; name one with -vllm /path/to/vllm or " + VLLM_VARIABLE
                + ", attach to a running server with -url http://host:8000, or simulate with -engine sim";
        if (reason.equals("-vllm") || reason.equals(VLLM_VARIABLE)) {
            return reason + " names \"" + program + "\", which is no program that can be run" + remedies;
        }
        if (gpus.isEmpty()) {
            return "-engine vllm was asked for, but there is no vllm on the PATH" + remedies;
        }
        return "this machine has " + count(gpus)
                + " but no vllm on the PATH, and Dyno does not simulate where it could measure" + remedies;
    }

    private static String count(List<GpuProbe.Gpu> gpus) {
        String name = gpus.get(0).name();
        return gpus.size() + (gpus.size() == 1 ? " GPU" : " GPUs") + (name == null ? "" : " (" + name + ")");
    }

    private static String blankAsNull(String value) {
        return value == null || value.isBlank() ? null : value;
    }

    private static EngineRefusedException usage(String message) {
        return new EngineRefusedException(Kind.USAGE, message);
    }
}
