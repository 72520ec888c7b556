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
import io.dyno.plan.Topology;
import io.dyno.plan.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns engine configurations into processes. Pure. */
public final class EngineSpecs {
    /** With 1, which is what Dyno sets, a server offers the resets of its caches and {@code /server_info}. */
    public static final String DEV_MODE = "VLLM_SERVER_DEV_MODE";

    private EngineSpecs() {}

    /**
     * The processes of a configuration: {@code serve MODEL --host 127.0.0.1 --port {port}}, then a flag for each engine setting in the
     * configuration's order, then {@code engineArgs}. A foreign server has no processes; nor have, so far, offline engines and STARTUP.
     *
     * @param choice the engine: its kind, the words before {@code serve}, and what its environment needs
     * @throws PlanException when the engine would lie over several nodes, which no launcher can start yet
     */
    public static EngineSpec of(EngineConfiguration configuration, EngineChoice choice) throws PlanException {
        boolean none = choice.engine() == EngineKind.REMOTE || configuration.kind() != Kind.SERVER;
        List<ProcessSpec> processes = none ? List.of() : List.of(server(configuration, choice));
        return new EngineSpec(
                choice.engine(), configuration.kind(), configuration.model(), configuration.topology(), processes);
    }

    private static ProcessSpec server(EngineConfiguration configuration, EngineChoice choice) throws PlanException {
        Topology topology = configuration.topology();
        if (topology.nodes() > 1) {
            throw new PlanException(List.of(new Problem(
                    Rule.SEVERAL_NODES,
                    new Place.OnClass(),
                    configuration.benchmark() + ": tp·pp·dp = " + topology.gpus() + " GPUs lie over " + topology.nodes()
                            + " nodes, and Dyno starts engines on one node so far; choose sizes that fit one node")));
        }
        SettingValues settings = configuration.settings();
        List<String> argv = new ArrayList<>(choice.command());
        argv.addAll(List.of("serve", configuration.model(), "--host", "127.0.0.1", "--port", EngineSpec.PORT));
        settings.asMap().forEach((name, value) -> {
            Setting setting = Settings.find(name).orElseGet(() -> Settings.unknownFlag(name));
            if (setting.flag() != null && !setting.name().equals("model")) {
                addFlag(argv, setting.flag(), value);
            }
        });
        argv.addAll(settings.list("engineArgs"));
        return new ProcessSpec(0, ProcessSpec.Role.SINGLE, argv, environment(settings, choice));
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

    private static Map<String, String> environment(SettingValues settings, EngineChoice choice) {
        Map<String, String> env = new TreeMap<>();
        env.put(DEV_MODE, "1");
        env.putAll(choice.env());
        for (String entry : settings.list("env")) {
            int equals = entry.indexOf('=');
            env.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return env;
    }
}
