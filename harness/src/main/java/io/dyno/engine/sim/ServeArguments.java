package io.dyno.engine.sim;

import io.dyno.plan.FlagCatalogue;
import io.dyno.plan.FlagCatalogue.Arity;
import io.dyno.plan.FlagCatalogue.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line of {@code vllm serve} or of the offline worker, read as vLLM's parser reads it, against the catalogue of its flags.
 *
 * @param model the model to serve
 * @param flags what was given; a list is one value with a line for each element, {@code --flag.key value} is under {@code flag.key}
 */
record ServeArguments(String model, Flags flags) {
    /** Flags that the simulator models. */
    private static final Set<String> MODELLED = Set.of(
            "tensor-parallel-size",
            "pipeline-parallel-size",
            "data-parallel-size",
            "enable-expert-parallel",
            "dtype",
            "quantization",
            "kv-cache-dtype",
            "kv-cache-memory-bytes",
            "num-gpu-blocks-override",
            "gpu-memory-utilization",
            "block-size",
            "max-model-len",
            "max-num-seqs",
            "max-num-batched-tokens",
            "enable-chunked-prefill",
            "long-prefill-token-threshold",
            "long-prefill-token-threshold-adaptive",
            "enable-prefix-caching",
            "enforce-eager");

    /** Flags that change no real engine's speed, or not by much. */
    private static final Set<String> NEUTRAL = Set.of(
            "host",
            "port",
            "served-model-name",
            "seed",
            "revision",
            "tokenizer",
            "tokenizer-revision",
            "trust-remote-code",
            "download-dir",
            "load-format",
            "chat-template",
            "generation-config",
            "api-key",
            "profiler-config",
            "enable-prompt-tokens-details",
            "disable-log-stats",
            "enable-log-requests",
            "disable-uvicorn-access-log",
            "uvicorn-log-level",
            "shutdown-timeout");

    /** Flags of the server around the engine, which the offline worker has not. */
    private static final Set<String> OF_SERVER = Set.of("""
            aggregate-engine-logging allow-credentials allowed-headers allowed-methods allowed-origins api-key api-server-count
            chat-template chat-template-content-format config data-parallel-supervisor-port default-chat-template-kwargs
            disable-access-log-for-endpoints disable-fastapi-docs disable-uvicorn-access-log enable-auto-tool-choice
            enable-force-include-usage enable-log-deltas enable-log-outputs enable-log-requests enable-offline-docs
            enable-per-request-metrics enable-prompt-tokens-details enable-request-id-headers enable-scale-out
            enable-server-load-tracking enable-ssl-refresh enable-tokenizer-info-endpoint exclude-tools-when-tool-choice-none
            grpc grpc-port headless host log-error-stack lora-modules max-log-len middleware port response-role
            return-tokens-as-token-ids root-path shutdown-timeout sse-keep-alive-interval ssl-ca-certs ssl-cert-reqs
            ssl-certfile ssl-ciphers ssl-keyfile tokens-only tool-call-parser tool-parser-plugin tool-server
            trust-request-chat-template uds uvicorn-log-level""".split("\\s+"));

    /** What vLLM serves when no model is named. */
    private static final String DEFAULT_MODEL = "Qwen/Qwen3-0.6B";

    /**
     * Reads what stands after {@code serve}.
     *
     * @throws Refusal as vLLM's parser refuses: the message is what it prints, usage included, and the exit code 2
     */
    static ServeArguments parse(List<String> arguments) throws Refusal {
        return parse(arguments, Program.SERVE);
    }

    /** Whose command line it is, for what argparse prints of mistakes. */
    enum Program {
        SERVE(
                "usage: vllm [-h] [-v] {chat,complete,serve,launch,bench,collect-env,run-batch} ...\nvllm: error: ",
                "usage: vllm serve [model_tag] [options]\nvllm serve: error: "),
        WORKER(WORKER_ERROR, WORKER_ERROR);

        private final String unknown;
        private final String wrong;

        Program(String unknown, String wrong) {
            this.unknown = unknown;
            this.wrong = wrong;
        }

        /** What argparse says of a command line. */
        Refusal refused(String why) {
            return Refusal.usage(wrong + why);
        }
    }

    private static final String WORKER_ERROR =
            "usage: dyno_worker.py [-h] --socket SOCKET --model MODEL [engine arguments]\ndyno_worker.py: error: ";

    /**
     * Reads the arguments of one of the programs; the offline worker takes no model without {@code --model}, and none of a server's flags.
     *
     * @throws Refusal as above
     */
    static ServeArguments parse(List<String> arguments, Program program) throws Refusal {
        boolean serves = program == Program.SERVE;
        Map<String, String> values = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        String model = null;
        int i = 0;
        while (i < arguments.size()) {
            String argument = arguments.get(i++);
            if (!isFlag(argument)) {
                if (model == null && serves) {
                    model = argument;
                } else {
                    unknown.add(argument);
                }
                continue;
            }
            int equals = argument.indexOf('=');
            String spelling = equals < 0 ? argument : argument.substring(0, equals);
            Flag flag = FlagCatalogue.vllm().find(spelling).orElse(null);
            if (flag == null || (!serves && OF_SERVER.contains(flag.name()))) {
                unknown.add(argument);
                while (i < arguments.size() && !isFlag(arguments.get(i))) {
                    unknown.add(arguments.get(i++));
                }
                continue;
            }
            if (flag.isBoolean()) {
                if (equals >= 0) {
                    throw refused(program, flag, "ignored explicit argument '" + argument.substring(equals + 1) + "'");
                }
                values.put(
                        flag.name(),
                        String.valueOf(
                                !spelling.startsWith("--no-") || flag.name().startsWith("no-")));
                continue;
            }
            List<String> words = new ArrayList<>();
            if (equals >= 0) {
                words.add(argument.substring(equals + 1));
            } else {
                boolean several = flag.arity() == Arity.LIST;
                while (i < arguments.size() && !isFlag(arguments.get(i)) && (several || words.isEmpty())) {
                    words.add(arguments.get(i++));
                }
            }
            values.put(key(flag, spelling), value(program, flag, words));
        }
        if (!unknown.isEmpty()) {
            throw Refusal.usage(program.unknown + "unrecognized arguments: " + String.join(" ", unknown));
        }
        String named = values.remove("model");
        String served = model != null ? model : named != null ? named : DEFAULT_MODEL;
        return new ServeArguments(served, new Flags(values));
    }

    private static String key(Flag flag, String spelling) {
        int dot = spelling.indexOf('.');
        return flag.arity() == Arity.JSON && dot > 0 ? flag.name() + spelling.substring(dot) : flag.name();
    }

    private static String value(Program program, Flag flag, List<String> words) throws Refusal {
        if (words.isEmpty()) {
            if (flag.arity() == Arity.OPTIONAL) {
                return "";
            }
            throw refused(
                    program,
                    flag,
                    flag.arity() == Arity.LIST ? "expected at least one argument" : "expected one argument");
        }
        for (String word : words) {
            if (!flag.choices().isEmpty() && !flag.open() && !flag.choices().contains(word)) {
                throw refused(
                        program,
                        flag,
                        "invalid choice: '" + word + "' (choose from "
                                + String.join(
                                        ", ",
                                        flag.choices().stream()
                                                .map(c -> "'" + c + "'")
                                                .toList())
                                + ")");
            }
        }
        return String.join("\n", words);
    }

    private static Refusal refused(Program program, Flag flag, String why) {
        List<String> names = new ArrayList<>(List.of("--" + flag.name()));
        names.addAll(flag.aliases());
        return program.refused("argument " + String.join("/", names) + ": " + why);
    }

    /** As argparse decides: a dash in front, and no negative number. */
    private static boolean isFlag(String argument) {
        return argument.length() > 1 && argument.startsWith("-") && !argument.matches("-\\d+(\\.\\d*)?|-\\.\\d+");
    }

    /** Flags given that would change a real engine's speed and do not change this one's. */
    List<String> notModelled() {
        return flags.asMap().keySet().stream()
                .filter(name ->
                        !MODELLED.contains(name) && !NEUTRAL.contains(name) && !name.startsWith("profiler-config."))
                .toList();
    }

    /** The names under which the model is served; the first is the one in answers. */
    List<String> servedNames() {
        return flags.text("served-model-name")
                .map(names -> List.of(names.split("\n")))
                .orElse(List.of(model));
    }
}
