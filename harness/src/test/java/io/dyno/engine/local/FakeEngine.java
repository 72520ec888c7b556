package io.dyno.engine.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.JavaCommand;
import io.dyno.engine.ProcessSpec;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * An engine that misbehaves on demand. Arguments: port, served model, then any behaviours:
 *
 * <ul>
 *   <li>{@code exit=CODE}: prints an error and exits at once
 *   <li>{@code unhealthy}: its {@code /health} answers 503
 *   <li>{@code locked}: its {@code /v1/models} answers 401, its {@code /health} as ever
 *   <li>{@code grandchild}: leaves a process with a session of its own, an empty environment and a parent that has ended
 *   <li>{@code stubborn-bind}: goes on without a server where its port is taken; otherwise it complains and exits with 1
 * </ul>
 *
 * {@code POST /die} makes it halt with code 42. It prints the pid of each process that it is or starts.
 */
final class FakeEngine {
    static final String MODEL = "fake/model";

    private static final String PID = "[pid] ";

    /** Ignores the signals before it becomes the program that its arguments name: a JVM leaves them ignored. */
    private static final List<String> DEAF = List.of("bash", "-c", "trap '' INT TERM; exec \"$@\"", "deaf");

    private FakeEngine() {}

    /** A spec that runs this class. */
    static EngineSpec spec(String... behaviours) {
        return spec(command(MODEL, behaviours));
    }

    /** A spec whose engine ignores SIGINT and SIGTERM. */
    static EngineSpec deafSpec(String... behaviours) {
        List<String> argv = new ArrayList<>(DEAF);
        argv.addAll(command(MODEL, behaviours));
        return spec(argv);
    }

    static EngineSpec specServing(String model) {
        return spec(command(model));
    }

    static EngineSpec spec(List<String> argv) {
        return new EngineSpec(
                EngineKind.VLLM,
                EngineConfiguration.Kind.SERVER,
                MODEL,
                new Topology(1, 1, 1, 1, 1, 1),
                List.of(new ProcessSpec(0, ProcessSpec.Role.SINGLE, argv, Map.of("FAKE_SETTING", "a b\n$c\t\"d\""))));
    }

    private static List<String> command(String model, String... behaviours) {
        List<String> argv = new ArrayList<>(java(FakeEngine.class));
        argv.add(EngineSpec.PORT);
        argv.add(model);
        argv.addAll(List.of(behaviours));
        return argv;
    }

    /** Argv of a light JVM that runs a class of the tests. */
    static List<String> java(Class<?> main) {
        return JavaCommand.of(
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                classPath(),
                main.getName());
    }

    private static String classPath() {
        List<String> paths = new ArrayList<>();
        for (Class<?> type : List.of(
                FakeEngine.class,
                EngineSpec.class,
                com.sun.jna.Native.class,
                com.fasterxml.jackson.databind.ObjectMapper.class,
                com.fasterxml.jackson.core.JsonParser.class,
                com.fasterxml.jackson.annotation.JsonProperty.class)) {
            try {
                paths.add(Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return String.join(File.pathSeparator, paths);
    }

    /** The pids that engines printed. */
    static List<Long> pids(List<String> output) {
        return output.stream()
                .filter(line -> line.contains(PID))
                .map(line -> Long.valueOf(line.substring(line.indexOf(PID) + PID.length())))
                .toList();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> behaviours = List.of(args).subList(2, args.length);
        System.out.println("fake engine " + PID + ProcessHandle.current().pid());
        System.out.println("FAKE_SETTING is " + System.getenv("FAKE_SETTING").replace("\n", "<LF>"));
        if (behaviours.contains("grandchild")) {
            new ProcessBuilder("bash", "-c", "( setsid env -i sleep 1000 & echo grandchild " + PID + "$! )")
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        for (String behaviour : behaviours) {
            if (behaviour.startsWith("exit=")) {
                System.out.println("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.11 GiB");
                System.out.println("see above for the root cause");
                System.exit(Integer.parseInt(behaviour.substring("exit=".length())));
            }
        }
        serve(Integer.parseInt(args[0]), args[1], behaviours);
        new CountDownLatch(1).await();
    }

    private static void serve(int port, String model, List<String> behaviours) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException e) {
            System.out.println("OSError: [Errno 98] Address already in use");
            if (!behaviours.contains("stubborn-bind")) {
                System.exit(1);
            }
            return;
        }
        System.out.println("(Worker pid=1) INFO Loading weights took 0.08 seconds");
        System.out.println("(EngineCore pid=1) INFO GPU KV cache size: 412,160 tokens");
        server.createContext("/health", exchange -> answer(exchange, behaviours.contains("unhealthy") ? 503 : 200, ""));
        server.createContext("/v1/models", exchange -> {
            if (behaviours.contains("locked")) {
                answer(exchange, 401, "{\"error\":\"Unauthorized\"}");
            } else {
                answer(exchange, 200, models(model));
            }
        });
        server.createContext("/version", exchange -> answer(exchange, 200, "{\"version\":\"0.32.0\"}"));
        server.createContext("/reset_prefix_cache", exchange -> answer(exchange, 200, "{\"success\":true}"));
        server.createContext("/die", exchange -> {
            System.out.println("the engine core has met its end");
            Runtime.getRuntime().halt(42);
        });
        server.start();
    }

    static String models(String model) {
        return "{\"object\":\"list\",\"data\":[{\"id\":\"" + model + "\",\"object\":\"model\"}]}";
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
