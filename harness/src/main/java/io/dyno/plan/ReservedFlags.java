package io.dyno.plan;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Flags and variables that a benchmark must not set: Dyno sets them itself, or they are secrets. */
final class ReservedFlags {
    private static final String ADDRESS =
            "the engine listens on loopback and a free port that Dyno chooses for every start";
    private static final String NODES = "Dyno decides where each process of an engine lies";

    private static final Map<String, String> OF_DYNO = Map.ofEntries(
            Map.entry("host", ADDRESS),
            Map.entry("port", ADDRESS),
            Map.entry("uds", ADDRESS),
            Map.entry("root-path", ADDRESS),
            Map.entry("ssl-keyfile", ADDRESS),
            Map.entry("ssl-certfile", ADDRESS),
            Map.entry("grpc", "Dyno speaks HTTP to the engine"),
            Map.entry("config", "settings in a file of vLLM's would be in force without standing in any result"),
            Map.entry("served-model-name", "Dyno knows its own engine by the model's name"),
            Map.entry("headless", NODES),
            Map.entry("nnodes", NODES),
            Map.entry("node-rank", NODES),
            Map.entry("master-addr", NODES),
            Map.entry("master-port", NODES),
            Map.entry("data-parallel-rank", NODES),
            Map.entry("data-parallel-start-rank", NODES),
            Map.entry("data-parallel-size-local", NODES),
            Map.entry("data-parallel-address", NODES),
            Map.entry("data-parallel-rpc-port", NODES),
            Map.entry("data-parallel-external-lb", NODES),
            Map.entry("data-parallel-hybrid-lb", NODES),
            Map.entry("data-parallel-multi-port-external-lb", NODES),
            Map.entry("prefill-context-parallel-size", "Dyno counts tp·pp·dp GPUs and does not plan these yet"));

    private static final Set<String> SECRET_FLAGS = Set.of("api-key", "hf-token");

    private ReservedFlags() {}

    /** What is wrong with setting this flag, if anything is. */
    static Optional<Finding> flag(String name) {
        if (SECRET_FLAGS.contains(name)) {
            String variable = name.equals("hf-token") ? "HF_TOKEN" : "VLLM_API_KEY";
            return Optional.of(new Finding(
                    Rule.SECRET,
                    "--" + name + " would show a secret to every user of the machine and in every file; export "
                            + variable + " in the shell instead, the engine inherits it"));
        }
        return Optional.ofNullable(OF_DYNO.get(name))
                .map(reason -> new Finding(
                        Rule.FLAG_OF_DYNO, "--" + name + " cannot be set by a benchmark: " + reason + "; remove it"));
    }
}
