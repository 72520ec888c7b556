package io.dyno.engine.sim;

import io.dyno.engine.sim.Fault.Kind;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The simulator as a program: {@code serve MODEL --flags}, as {@code vllm serve}; {@code worker}, the offline engine (see {@link WorkerMain});
 * {@code torchrun}, several of them (see {@link TorchRun}). It takes its machine from the environment variable DYNO_SIM (see {@link SimOptions}).
 * A server listens on 127.0.0.1 unless {@code --host} says otherwise, and ends within a second of SIGINT or SIGTERM.
 *
 * <p>Exit codes of a server as vLLM's: 0 after a signal, 1 when the engine could not start or died, 2 for a command line that cannot be read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is put on the event loop lives and ends with it
public final class SimMain {
    private static final String USAGE = """
            usage: serve MODEL [flags of vllm serve]
                   worker --socket PATH --model MODEL [flags of vllm's engine]
                   torchrun --nproc-per-node=N worker ...
            This is Dyno's simulator; of vLLM's commands it has serve.""";

    private final VllmLog log;
    private final Map<String, String> environment;
    private final SimOptions machine;
    private final StartupLog startup;

    private SimMain(VllmLog log, Map<String, String> environment, SimOptions machine) {
        this.log = log;
        this.environment = environment;
        this.machine = machine.ofRank(0);
        this.startup = new StartupLog(log);
    }

    /** Runs until a signal comes, or the command has been done. */
    public static void main(String[] args) throws InterruptedException {
        String command = args.length == 0 ? "" : args[0];
        VllmLog log = new VllmLog(new PrintStream(System.out, false, StandardCharsets.UTF_8), command.equals("worker"));
        if (args.length == 1 && (command.equals("--version") || command.equals("-v"))) {
            log.raw(Service.VERSION);
            return;
        }
        if (!List.of("serve", "worker", "torchrun").contains(command)) {
            System.err.println(USAGE);
            exit(2);
        }
        SimOptions machine;
        try {
            machine = SimOptions.parse(System.getenv(SimOptions.VARIABLE));
        } catch (IllegalArgumentException e) {
            System.err.println("dyno sim: " + SimOptions.VARIABLE + ": " + e.getMessage());
            exit(2);
            return;
        }
        List<String> rest = Arrays.asList(args).subList(1, args.length);
        try {
            switch (command) {
                case "worker" -> exit(new WorkerMain(log, System.getenv(), machine).run(rest));
                case "torchrun" -> exit(new TorchRun(log, System.getenv()).run(rest));
                default -> new SimMain(log, System.getenv(), machine).serve(rest);
            }
        } catch (Refusal e) {
            new StartupLog(log).refused(e);
            exit(e.exitCode());
        }
    }

    private void serve(List<String> args) throws Refusal, InterruptedException {
        ServeArguments arguments = ServeArguments.parse(args);
        int port = arguments.flags().atLeastZero("port", 8000);
        startup.banner(machine, arguments.model());
        startup.arguments(arguments);
        startup.notModelled(arguments.notModelled());
        ModelShape shape = new ModelShapes(environment)
                .find(arguments.model(), arguments.flags().text("revision").orElse(null));
        SimConfig config = SimConfig.of(
                shape, machine, arguments.flags(), "1".equals(environment.get("VLLM_ALLOW_LONG_MAX_MODEL_LEN")));
        startup.configuration(config, arguments.flags());
        startup.phases(config, StartupTimes.BLINK);
        StartFaults.play(machine, log);
        listen(arguments, config, port);
    }

    private void listen(ServeArguments arguments, SimConfig config, int port) throws InterruptedException {
        String host = arguments.flags().text("host").orElse("127.0.0.1");
        String start = environment.getOrDefault(SimOptions.START_VARIABLE, "pid " + log.pid());
        SimServer server = new SimServer();
        EngineMetrics metrics = new EngineMetrics(config);
        EngineLoop loop = new EngineLoop(server.loop(), new SimEngine(config, start, metrics));
        Service[] holder = new Service[1];
        FaultSwitch faults = new FaultSwitch(machine.fault(), () -> trip(holder[0]));
        Service service = new Service(config, arguments, environment, log, loop, metrics, faults);
        holder[0] = service;
        if (faults.on(Kind.STALL)) {
            loop.stop();
        }
        int bound;
        try {
            bound = server.listen(host, port, service);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                throw e;
            }
            log.raw("OSError: [Errno 98] Address already in use: ('" + host + "', " + port + "): " + e.getMessage());
            exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> onSignal(server, service), "shutdown"));
        if (!arguments.flags().on("disable-log-stats", false)) {
            new StatsLog(service).every(server.loop());
        }
        faults.delayNanos().ifPresent(delay -> server.loop().schedule(faults::trip, delay, TimeUnit.NANOSECONDS));
        startup.ready(host, bound);
    }

    /** A fault has come while the server was running. Called on the event loop. */
    private void trip(Service service) {
        switch (machine.fault().orElseThrow().kind()) {
            case OOM -> {
                StartFaults.logOutOfMemory(machine, log);
                log.error(
                        VllmLog.API,
                        "async_llm.py:906",
                        "AsyncLLM output_handler failed.\nvllm.v1.engine.exceptions.EngineDeadError: "
                                + ApiError.ENGINE_DEAD);
                SimServer.endOpen(service);
                log.raw("INFO:     Shutting down");
                // What was written to the open streams leaves before the process does.
                service.loop().later(() -> Runtime.getRuntime().halt(1));
            }
            case CRASH -> Runtime.getRuntime().halt(StartFaults.SEGMENTATION_FAULT);
            case STALL, HANG -> service.loop().stop();
            case SLOW_START, HTTP_500, CUT, RUBBISH -> {}
        }
    }

    private void onSignal(SimServer server, Service service) {
        String[] first = {
            "launcher.py:254] [shutdown] API server: shutdown triggered",
            "launcher.py:270] [shutdown] API server: stopping engine client mode=abort timeout=0s",
            "core_client.py:770] [shutdown] MPClient: start timeout=0s",
            "core_client.py:772] [shutdown] MPClient: stopping engine manager",
            "core_client.py:774] [shutdown] MPClient: engine manager stopped",
            "core_client.py:777] [shutdown] MPClient: complete",
            "launcher.py:279] [shutdown] API server: engine client stopped",
            "launcher.py:304] [shutdown] API server: shutting down FastAPI HTTP server"
        };
        for (String line : first) {
            int end = line.indexOf(']');
            log.info(VllmLog.API, line.substring(0, end), line.substring(end + 2));
        }
        try {
            server.shutDown(service);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.raw("INFO:     Shutting down");
        log.raw("INFO:     Waiting for application shutdown.");
        log.raw("INFO:     Application shutdown complete.");
        // A JVM that a signal ends exits with 128 + its number; vLLM exits with 0.
        Runtime.getRuntime().halt(0);
    }

    private static void exit(int code) {
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }
}
