package io.dyno.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.ProcessSpec;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A worker that speaks the protocol, and misbehaves on demand. Arguments: the socket, then any behaviours. {@code ranks=N} starts N ranks,
 * each a replica, and ends them all with 1 once one of them has ended badly, as torchrun does. The others:
 *
 * <ul>
 *   <li>{@code exit=CODE}: prints an error and exits before its first word
 *   <li>{@code mute}: never connects
 *   <li>{@code garbage}: its first line is no JSON
 *   <li>{@code failed}: says that it failed, and exits with 1
 *   <li>{@code protocol=N}: speaks another version
 *   <li>{@code on-batch=WHAT}: what it does when asked for a batch: {@code halt=CODE}, {@code kill}, {@code hang}, {@code garbage},
 *       {@code refuse}, {@code short} (a result too few), {@code silent} (tells no times); {@code WHAT@RANK} in one rank only
 *   <li>{@code grandchild}: leaves a process with a session of its own
 * </ul>
 *
 * It prints the pid of each process that it is or starts.
 */
final class FakeWorker {
    static final String MODEL = "fake/model";
    private static final String PID = "[pid] ";
    private static final String ON_BATCH = "on-batch=";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final int rank = variable("RANK", 0);
    private final int world = variable("WORLD_SIZE", 1);
    private final List<String> behaviours;
    private OutputStream out;

    private FakeWorker(List<String> behaviours) {
        this.behaviours = behaviours;
    }

    /** A spec that runs this class in one process. */
    static EngineSpec spec(String... behaviours) {
        return spec(1, behaviours);
    }

    /** A spec that runs this class in so many ranks, each a replica. */
    static EngineSpec ranks(int ranks, String... behaviours) {
        List<String> all = new ArrayList<>(List.of("ranks=" + ranks));
        all.addAll(List.of(behaviours));
        return spec(ranks, all.toArray(String[]::new));
    }

    private static EngineSpec spec(int dp, String... behaviours) {
        List<String> argv = new ArrayList<>(FakeEngine.java(FakeWorker.class));
        argv.add(EngineSpec.SOCKET);
        argv.addAll(List.of(behaviours));
        return new EngineSpec(
                EngineKind.VLLM,
                EngineConfiguration.Kind.WORKER,
                MODEL,
                new Topology(1, 1, dp, 1, 1, dp),
                List.of(new ProcessSpec(0, ProcessSpec.Role.SINGLE, argv, Map.of())));
    }

    private static int variable(String name, int otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.println("fake worker " + PID + ProcessHandle.current().pid());
        List<String> behaviours = new ArrayList<>(List.of(args).subList(1, args.length));
        if (behaviours.remove("grandchild")) {
            new ProcessBuilder("bash", "-c", "( setsid sleep 1000 & echo grandchild " + PID + "$! )")
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        if (!behaviours.isEmpty() && behaviours.get(0).startsWith("ranks=")) {
            int ranks = Integer.parseInt(behaviours.get(0).substring("ranks=".length()));
            System.exit(launch(ranks, args[0], behaviours.subList(1, behaviours.size())));
        }
        new FakeWorker(behaviours).run(args[0]);
    }

    /** As torchrun: the first that ends badly ends them all. */
    private static int launch(int ranks, String socket, List<String> behaviours)
            throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            List<String> argv = new ArrayList<>(FakeEngine.java(FakeWorker.class));
            argv.add(socket);
            argv.addAll(behaviours);
            ProcessBuilder builder = new ProcessBuilder(argv).inheritIO();
            builder.environment().put("RANK", Integer.toString(rank));
            builder.environment().put("WORLD_SIZE", Integer.toString(ranks));
            processes.add(builder.start());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processes.forEach(Process::destroyForcibly)));
        CompletableFuture<Integer> badly = new CompletableFuture<>();
        CompletableFuture<?>[] ends = processes.stream()
                .map(process -> process.onExit().thenAccept(ended -> {
                    if (ended.exitValue() != 0) {
                        badly.complete(1);
                    }
                }))
                .toArray(CompletableFuture[]::new);
        return (Integer)
                CompletableFuture.anyOf(badly, CompletableFuture.allOf(ends).thenApply(all -> badly.getNow(0)))
                        .join();
    }

    private String behaviour(String prefix) {
        return behaviours.stream()
                .filter(behaviour -> behaviour.startsWith(prefix))
                .map(behaviour -> behaviour.substring(prefix.length()))
                .findFirst()
                .orElse("");
    }

    /** What this rank does when it is asked for a batch. */
    private String onBatch() {
        String[] what = behaviour(ON_BATCH).split("@", 2);
        return what.length == 1 || Integer.parseInt(what[1]) == rank ? what[0] : "";
    }

    private void run(String path) throws IOException, InterruptedException {
        if (!behaviour("exit=").isEmpty()) {
            System.out.println("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.11 GiB");
            System.exit(Integer.parseInt(behaviour("exit=")));
        }
        if (behaviours.contains("mute")) {
            System.out.println("(Worker pid=1) INFO Loading weights took 0.08 seconds");
            new CountDownLatch(1).await();
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            out = Channels.newOutputStream(channel);
            if (behaviours.contains("garbage")) {
                write("\u0007 Segmentation fault");
            }
            String protocol = behaviour("protocol=");
            say(NODES.objectNode()
                    .put("event", "hello")
                    .put("protocol", protocol.isEmpty() ? 1 : Integer.parseInt(protocol))
                    .put("rank", rank)
                    .put("world", world)
                    .put("pid", ProcessHandle.current().pid()));
            if (behaviours.contains("failed")) {
                System.out.println("ValueError: Model architectures ['FakeForCausalLM'] are not supported for now");
                say(NODES.objectNode()
                        .put("event", "failed")
                        .put("type", "ValueError")
                        .put("message", "no tail"));
                System.exit(1);
            }
            System.out.println("(Worker pid=1) INFO Loading weights took 0.08 seconds");
            System.out.println("(EngineCore pid=1) INFO GPU KV cache size: 412,160 tokens");
            ObjectNode ready = NODES.objectNode()
                    .put("event", "ready")
                    .put("version", "0.32.0")
                    .put("dpRank", rank)
                    .put("dpSize", world)
                    .put("maxModelLen", 2048)
                    .put("vocabSize", 1000);
            ready.putObject("inForce").put("max_model_len", "2048").put("dtype", "torch.bfloat16");
            ready.putObject("seconds").put("init", 1.5);
            say(ready);
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode order = JSON.readTree(line);
                answer(order);
                if (order.path("op").asText().equals("stop")) {
                    return;
                }
            }
        }
    }

    private void answer(JsonNode order) throws IOException, InterruptedException {
        ObjectNode answer = NODES.objectNode().put("id", order.path("id").asInt());
        switch (order.path("op").asText()) {
            case "generate" -> generate(order, answer);
            case "count" ->
                answer.putObject("ok").put("tokens", order.path("text").asText().length());
            case "metrics" -> answer.putObject("ok").put("text", "vllm:num_preemptions_total 3");
            case "resetPrefixCache" -> answer.putObject("ok").put("reset", true);
            default -> answer.putObject("ok");
        }
        say(answer);
    }

    private void generate(JsonNode order, ObjectNode answer) throws IOException, InterruptedException {
        String[] what = onBatch().split("=", 2);
        switch (what[0]) {
            case "halt" -> {
                System.out.println("the engine core has met its end");
                Runtime.getRuntime().halt(Integer.parseInt(what[1]));
            }
            case "kill" -> {
                new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start();
                new CountDownLatch(1).await();
            }
            case "hang" -> new CountDownLatch(1).await();
            case "garbage" -> write("{\"half\": of an answer");
            case "refuse" -> {
                answer.putObject("error").put("type", "ValueError").put("message", "the prompt is too long");
                return;
            }
            default -> {}
        }
        ObjectNode ok = answer.putObject("ok");
        long start = System.nanoTime();
        ArrayNode results = ok.put("start", start).put("end", start + 100).putArray("results");
        for (JsonNode request : order.path("requests")) {
            ObjectNode result = results.addObject()
                    .put("tokensIn", request.path("prompt").size())
                    .put("tokensCached", 0)
                    .put("tokensOut", request.path("maxTokens").asInt())
                    .put("finishReason", "length");
            if (!what[0].equals("silent")) {
                int k = results.size();
                result.put("arrival", start + k)
                        .put("scheduled", start + 10 + k)
                        .put("first", start + 20 + k)
                        .put("last", start + 40 + k);
            }
            if (order.path("keepText").asBoolean()) {
                result.put("text", "answer of rank " + rank);
            }
        }
        ObjectNode unknown = ok.putObject("unknown");
        if (what[0].equals("silent")) {
            unknown.put("first", "statistics are off");
        }
        if (what[0].equals("short")) {
            results.remove(0);
        }
    }

    private void say(ObjectNode message) throws IOException {
        write(message.toString());
    }

    private void write(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
