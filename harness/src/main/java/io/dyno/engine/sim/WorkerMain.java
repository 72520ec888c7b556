package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.sim.Fault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The offline engine as a process: {@code worker --socket PATH --model MODEL FLAGS…}, where Dyno listens at PATH. It speaks the protocol of
 * Dyno's real worker and logs as vLLM does. A batch is computed when it comes and answered when its modelled time has passed. The process
 * ends as soon as its socket does.
 *
 * <p>Exit codes as the real one's: 0 when it was stopped, 1 when the engine could not start or died, 2 for a command line that cannot be read.
 */
final class WorkerMain {
    private final VllmLog log;
    private final Map<String, String> environment;
    private final WorkerRank rank;
    private final SimOptions machine;
    private final StartupLog startup;
    private final long origin = System.nanoTime();

    WorkerMain(VllmLog log, Map<String, String> environment, SimOptions machine) {
        this.log = log;
        this.environment = environment;
        this.rank = WorkerRank.of(environment);
        this.machine = machine.ofRank(rank.rank());
        this.startup = new StartupLog(log);
    }

    /**
     * Works until it is stopped.
     *
     * @return the exit code
     * @throws Refusal what vLLM would refuse; Dyno has been told, unless the command line cannot be read
     */
    int run(List<String> arguments) throws Refusal, InterruptedException {
        List<String> flags = new ArrayList<>(arguments);
        Path path = socket(flags);
        try {
            WorkerSocket socket = WorkerSocket.connect(path);
            BlockingQueue<byte[]> commands = read(socket);
            socket.send(WorkerMessages.hello(rank, log.pid()));
            try {
                return work(start(flags), socket, commands);
            } catch (Refusal e) {
                if (e.stage() != Refusal.Stage.USAGE) {
                    socket.send(WorkerMessages.failed(e.exception(), e.exceptionMessage()));
                }
                throw e;
            }
        } catch (IOException e) {
            log.raw("OSError: " + path + ": " + e.getMessage());
            return 1;
        }
    }

    /** Takes {@code --socket PATH} out of the arguments. */
    private static Path socket(List<String> arguments) throws Refusal {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--socket=")) {
                return Path.of(arguments.remove(i).substring("--socket=".length()));
            }
            if (argument.equals("--socket") && i + 1 < arguments.size()) {
                arguments.remove(i);
                return Path.of(arguments.remove(i));
            }
        }
        throw ServeArguments.Program.WORKER.refused("the following arguments are required: --socket");
    }

    /** Commands as they come, on a thread of its own. Where they end, the process ends, whatever it is doing. */
    private static BlockingQueue<byte[]> read(WorkerSocket socket) {
        BlockingQueue<byte[]> commands = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        for (byte[] line = socket.line(); line != null; line = socket.line()) {
                            commands.add(line);
                        }
                    } catch (IOException e) {
                        // The other end was killed: as if it had been closed.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "commands");
        reader.setDaemon(true);
        reader.start();
        return commands;
    }

    /** A started engine, and what it says of itself. */
    private record Started(OfflineEngine engine, String model, ObjectNode description, boolean profiler) {}

    private Started start(List<String> words) throws Refusal, IOException, InterruptedException {
        ServeArguments arguments = ServeArguments.parse(words, ServeArguments.Program.WORKER);
        Flags flags = arguments.flags();
        startup.banner(machine, arguments.model());
        startup.arguments(arguments);
        startup.notModelled(arguments.notModelled());
        ModelShape shape = new ModelShapes(environment)
                .find(arguments.model(), flags.text("revision").orElse(null));
        boolean anyLength = "1".equals(environment.get("VLLM_ALLOW_LONG_MAX_MODEL_LEN"));
        SimConfig config = SimConfig.of(shape, machine, flags, anyLength, SimConfig.Use.OFFLINE);
        rank.check(flags, config);
        startup.configuration(config, flags);
        StartupTimes times = StartupTimes.of(config, environment, rank.rank());
        startup.phases(config, times);
        times.fillCache();
        StartFaults.play(machine, log);
        String start = environment.getOrDefault(SimOptions.START_VARIABLE, "pid " + log.pid());
        ObjectNode description = WorkerMessages.description(config, flags, rank, times);
        boolean profiler = flags.asMap().keySet().stream().anyMatch(name -> name.startsWith("profiler-config"));
        return new Started(new OfflineEngine(config, start), arguments.model(), description, profiler);
    }

    private int work(Started started, WorkerSocket socket, BlockingQueue<byte[]> commands)
            throws IOException, InterruptedException {
        WorkerFaults faults = new WorkerFaults(machine, socket, log);
        faults.answer("ready", WorkerMessages.ready(started.description));
        faults.startClock();
        while (true) {
            WorkerCommand command = WorkerCommand.parse(commands.take());
            ObjectNode answer;
            try {
                answer = WorkerMessages.ok(command.id(), answer(command, started, faults));
            } catch (OfflineError e) {
                answer = WorkerMessages.error(command.id(), e);
            }
            faults.answer(command.op(), answer);
            if (command.op().equals("stop") && !faults.on(Kind.HANG)) {
                return 0;
            }
        }
    }

    private ObjectNode answer(WorkerCommand command, Started started, WorkerFaults faults) throws OfflineError {
        command.check();
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        return switch (command.op()) {
            case "describe" -> started.description;
            case "generate" -> generate(command, started.engine, faults);
            case "count" -> nothing.put("tokens", started.engine.countChat(command.text()));
            case "resetPrefixCache" -> nothing.put("reset", started.engine.resetPrefixCache());
            case "metrics" -> nothing.put("text", started.engine.metrics(started.model));
            case "startProfile", "stopProfile" -> profile(command.op(), started, nothing);
            case "stop" -> nothing;
            default -> throw new OfflineError("ValueError", "there is no operation \"" + command.op() + "\"");
        };
    }

    private ObjectNode generate(WorkerCommand command, OfflineEngine engine, WorkerFaults faults) throws OfflineError {
        List<OfflineRequest> requests = command.requests();
        faults.requests(requests.size());
        if (faults.on(Kind.HTTP_500)) {
            throw new OfflineError(
                    "RuntimeError", "Internal error (Dyno's simulator was asked to fail: fault=http-500)");
        }
        int shortest =
                requests.stream().mapToInt(OfflineRequest::maxTokens).min().orElse(1);
        OfflineSampling sampling = OfflineSampling.of(command.sampling(), shortest);
        int replica = rank.dpRank(engine.config().dp());
        long start = System.nanoTime();
        List<OfflineEngine.Answered> answers = engine.generate(requests, sampling, i -> replica, start - origin);
        long last = answers.stream()
                .mapToLong(answered -> answered.sequence().lastToken)
                .max()
                .orElse(start - origin);
        long now = System.nanoTime();
        for (; now < origin + last; now = System.nanoTime()) {
            LockSupport.parkNanos(origin + last - now);
        }
        return WorkerMessages.batch(engine, answers, origin, start, now, command.keepText());
    }

    private ObjectNode profile(String op, Started started, ObjectNode nothing) throws OfflineError {
        if (!started.profiler) {
            throw new OfflineError(
                    "RuntimeError", "Profiling is not enabled. Please set --profiler-config to enable profiling.");
        }
        log.info(
                VllmLog.API,
                "dyno_sim:4",
                (op.equals("startProfile") ? "Starting profiler..." : "Stopping profiler...")
                        + " (Dyno's simulator has nothing to trace and writes no file)");
        return nothing;
    }
}
