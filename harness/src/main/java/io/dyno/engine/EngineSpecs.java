package io.dyno.engine;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.EngineConfiguration.Kind;
import io.dyno.plan.FlagCatalogue;
import io.dyno.plan.PlanException;
import io.dyno.plan.Problem;
import io.dyno.plan.Problem.Place;
import io.dyno.plan.Rule;
import io.dyno.plan.Setting;
import io.dyno.plan.SettingValues;
import io.dyno.plan.Settings;
import io.dyno.plan.Spelling;
import io.dyno.plan.Topology;
import io.dyno.plan.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns engine configurations into processes. Pure. */
public final class EngineSpecs {
    /** With 1, which is what Dyno sets, a server offers the resets of its caches and {@code /server_info}. */
    public static final String DEV_MODE = "VLLM_SERVER_DEV_MODE";

    private static final String EXECUTOR = "distributed-executor-backend";

    /** How vLLM is told that ranks are started by torchrun. */
    private static final String EXTERNAL_LAUNCHER = "external_launcher";

    private EngineSpecs() {}

    /**
     * The processes of a configuration: {@code serve MODEL --host 127.0.0.1 --port {port}}, then a flag for each engine setting in the
     * configuration's order, then {@code engineArgs}. An offline engine takes the same flags; with data parallelism torchrun starts one process
     * a GPU. A foreign server has no processes.
     *
     * @param choice the engine: its kind, the words before {@code serve}, and what its environment needs
     * @throws PlanException when the engine would lie over several nodes, which no launcher can start yet, or when an offline engine is asked to
     *     start its ranks in another way than Dyno does
     */
    public static EngineSpec of(EngineConfiguration configuration, EngineChoice choice) throws PlanException {
        List<ProcessSpec> processes = choice.engine() == EngineKind.REMOTE
                ? List.of()
                : List.of(
                        configuration.kind() == Kind.SERVER
                                ? server(configuration, choice)
                                : worker(configuration, choice));
        return new EngineSpec(
                choice.engine(), configuration.kind(), configuration.model(), configuration.topology(), processes);
    }

    private static ProcessSpec server(EngineConfiguration configuration, EngineChoice choice) throws PlanException {
        checkNodes(configuration);
        List<String> argv = new ArrayList<>(choice.command());
        argv.addAll(List.of("serve", configuration.model(), "--host", "127.0.0.1", "--port", EngineSpec.PORT));
        addFlags(argv, configuration.settings());
        Map<String, String> env = environment(configuration.settings(), choice);
        env.putIfAbsent(DEV_MODE, "1");
        return new ProcessSpec(0, ProcessSpec.Role.SINGLE, argv, env);
    }

    private static ProcessSpec worker(EngineConfiguration configuration, EngineChoice choice) throws PlanException {
        checkNodes(configuration);
        boolean replicas = configuration.topology().dp() > 1;
        checkExecutor(configuration, replicas);
        List<String> argv = new ArrayList<>(choice.worker());
        if (replicas) {
            argv.addAll(torchrun(configuration, choice.engine()));
        }
        argv.add(choice.engine() == EngineKind.SIM ? "worker" : EngineSpec.WORKER);
        argv.addAll(List.of("--socket", EngineSpec.SOCKET, "--model", configuration.model()));
        addFlags(argv, configuration.settings());
        if (replicas && executor(configuration.settings()).isEmpty()) {
            argv.addAll(List.of("--" + EXECUTOR, EXTERNAL_LAUNCHER));
        }
        Map<String, String> env = environment(configuration.settings(), choice);
        return new ProcessSpec(0, replicas ? ProcessSpec.Role.RANK : ProcessSpec.Role.SINGLE, argv, env);
    }

    /** One process a GPU: each is a rank that builds its part of the engine by itself. */
    private static List<String> torchrun(EngineConfiguration configuration, EngineKind engine) {
        String processes = "--nproc-per-node=" + configuration.topology().gpus();
        return engine == EngineKind.SIM
                ? List.of("torchrun", processes)
                : List.of(
                        "-m",
                        "torch.distributed.run",
                        "--nnodes=1",
                        processes,
                        "--rdzv-backend=c10d",
                        "--rdzv-endpoint=127.0.0.1:" + EngineSpec.PORT,
                        "--rdzv-id=" + configuration.id());
    }

    /** Without {@code external_launcher} each process under torchrun would build an engine of its own; with it, one alone waits for others. */
    private static void checkExecutor(EngineConfiguration configuration, boolean replicas) throws PlanException {
        Optional<String> asked = executor(configuration.settings());
        if (asked.isEmpty() || asked.get().equals(EXTERNAL_LAUNCHER) == replicas) {
            return;
        }
        String why = replicas
                ? "with dp = " + configuration.topology().dp()
                        + " Dyno starts the ranks of an offline engine under torchrun, for which vLLM" + " needs "
                        + EXTERNAL_LAUNCHER
                : "that is for ranks under torchrun, and Dyno starts an offline engine with dp = 1 as one process";
        throw new PlanException(List.of(new Problem(
                Rule.FLAG_OF_DYNO,
                new Place.OnClass(),
                configuration.benchmark() + ": --" + EXECUTOR + " " + asked.get() + ": " + why + "; leave it out")));
    }

    /** The executor backend asked for, as a setting or among {@code engineArgs}. */
    private static Optional<String> executor(SettingValues settings) {
        Optional<String> setting = settings.asMap().entrySet().stream()
                .filter(entry -> Spelling.kebab(entry.getKey()).equals(EXECUTOR))
                .map(entry -> Values.text(entry.getValue()))
                .findFirst();
        List<String> arguments = settings.list("engineArgs");
        for (int i = 0; i < arguments.size(); i++) {
            String[] flag = arguments.get(i).split("=", 2);
            if (flag[0].replace('_', '-').equals("--" + EXECUTOR)) {
                return Optional.of(flag.length == 2 ? flag[1] : i + 1 < arguments.size() ? arguments.get(i + 1) : "");
            }
        }
        return setting;
    }

    private static void checkNodes(EngineConfiguration configuration) throws PlanException {
        Topology topology = configuration.topology();
        if (topology.nodes() > 1) {
            throw new PlanException(List.of(new Problem(
                    Rule.SEVERAL_NODES,
                    new Place.OnClass(),
                    configuration.benchmark() + ": tp·pp·dp = " + topology.gpus() + " GPUs lie over " + topology.nodes()
                            + " nodes, and Dyno starts engines on one node so far; choose sizes that fit one node")));
        }
    }

    private static void addFlags(List<String> argv, SettingValues settings) {
        settings.asMap().forEach((name, value) -> {
            Setting setting = Settings.find(name).orElseGet(() -> Settings.unknownFlag(name));
            if (setting.flag() != null && !setting.name().equals("model")) {
                addFlag(argv, setting.flag(), value);
            }
        });
        argv.addAll(settings.list("engineArgs"));
    }

    private static void addFlag(List<String> argv, String flag, Object value) {
        if (value instanceof Boolean on) {
            boolean toggle = FlagCatalogue.vllm()
                    .find(flag)
                    .map(known -> known.arity() == FlagCatalogue.Arity.TOGGLE)
                    .orElse(true); // as nearly all switches of vLLM
            if (on) {
                argv.add("--" + flag);
            } else if (toggle) {
                argv.add("--no-" + flag);
            }
        } else if (value instanceof List<?> elements) {
            argv.add("--" + flag);
            elements.forEach(element -> argv.add(String.valueOf(element)));
        } else {
            String text = Values.text(value);
            // argparse takes a value that begins with a dash for a flag, unless it stands behind an equals sign
            argv.addAll(text.startsWith("-") ? List.of("--" + flag + "=" + text) : List.of("--" + flag, text));
        }
    }

    /** What is added to the environment of an engine's processes: by the choice, then by the setting {@code env}. */
    public static Map<String, String> environment(SettingValues settings, EngineChoice choice) {
        Map<String, String> env = new TreeMap<>();
        env.putAll(choice.env());
        for (String entry : settings.list("env")) {
            int equals = entry.indexOf('=');
            env.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return env;
    }
}
