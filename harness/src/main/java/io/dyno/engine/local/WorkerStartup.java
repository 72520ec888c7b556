package io.dyno.engine.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.local.WorkerSocket.Event;
import io.dyno.engine.local.WorkerSocket.Rank;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One start of an offline engine, from its processes' start until all of its ranks are ready or it has failed. */
final class WorkerStartup implements EngineStart {
    private static final int PROTOCOL = 1;

    /** The one argument that holds a port among other words. */
    private static final String RENDEZVOUS = "--rdzv-endpoint=";

    private static final long LOOK_MILLIS = 100;

    /** How long the processes may take to end once a rank is gone: torchrun ends the others first. */
    static final long MOST_MILLIS_TO_END = 4_000;

    private final EngineSpec spec;
    private final Request request;
    private final Graces graces;
    private final WorkerSocket socket;
    private final StartWatch watch;
    private final int port;
    private final TreeMap<Integer, Rank> ready = new TreeMap<>();

    /**
     * Begins before any process is started.
     *
     * @param port free: where the ranks of torchrun meet
     */
    WorkerStartup(EngineSpec spec, Request request, Graces graces, int port) throws IOException {
        this.spec = spec;
        this.request = request;
        this.graces = graces;
        this.port = port;
        this.watch = new StartWatch(spec, request);
        this.socket = WorkerSocket.open();
    }

    @Override
    public void abandon() {
        socket.close();
        watch.cleanLog();
    }

    @Override
    public ProcessSpec inPlace(ProcessSpec process) {
        return process.withArgv(process.argv().stream().map(this::inPlace).toList());
    }

    private String inPlace(String argument) {
        return switch (argument) {
            case EngineSpec.WORKER -> socket.program().toString();
            case EngineSpec.SOCKET -> socket.path().toString();
            default ->
                argument.startsWith(RENDEZVOUS) ? argument.replace(EngineSpec.PORT, Integer.toString(port)) : argument;
        };
    }

    /** It is ready when all ranks are. */
    @Override
    public EngineHandle awaitReady(Processes processes) throws EngineException, IOException, InterruptedException {
        while (true) {
            watch.read();
            Optional<ProcessExit> exit = watch.exitWithin(processes, 0);
            if (exit.isPresent()) {
                throw watch.ended(exit.get(), lostRank(socket));
            }
            Event event = socket.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event != null) {
                heard(event, processes);
            }
            if (!ready.isEmpty()
                    && ready.size() == ready.firstEntry().getValue().world()) {
                return handle(processes);
            }
            watch.checkTime();
        }
    }

    private void heard(Event event, Processes processes) throws EngineException, IOException, InterruptedException {
        if (event instanceof Event.Said said) {
            said(said.rank(), said.message());
        } else if (event instanceof Event.Rubbish rubbish) {
            throw watch.failure(FailureClass.SERVER_CRASH, rubbish(rubbish));
        } else {
            Optional<ProcessExit> exit = watch.exitWithin(processes, MOST_MILLIS_TO_END);
            throw exit.isPresent()
                    ? watch.ended(exit.get(), lostRank(socket))
                    : watch.failure(FailureClass.SERVER_CRASH, event.rank().text() + " ended before it was ready");
        }
    }

    static String rubbish(Event.Rubbish rubbish) {
        return rubbish.rank().text() + " wrote what is no message onto its socket: " + rubbish.shown();
    }

    private void said(Rank rank, ObjectNode message) throws EngineException {
        switch (message.path("event").asText()) {
            case "hello" -> {
                rank.hello(message);
                if (message.path("protocol").asInt() != PROTOCOL) {
                    throw watch.failure(
                            FailureClass.CONFIG_ERROR,
                            "the worker speaks protocol " + message.path("protocol") + ", and this Dyno " + PROTOCOL);
                }
            }
            case "ready" -> {
                rank.ready(message);
                ready.put(rank.number(), rank);
            }
            default -> {} // "failed": its end follows, and the log has the words
        }
    }

    private EngineHandle handle(Processes processes) throws IOException {
        List<StartupPhase> phases = watch.ready();
        RunningEngine running = new RunningEngine(processes, watch.autopsy(), graces, () -> lostRank(socket));
        return new LocalWorkerHandle(
                spec, request.log(), phases, watch.inForce(), List.copyOf(ready.values()), running, socket, graces);
    }

    /** Which of several ranks ended first, as words after those of the engine's end; empty where there is one only. */
    static String lostRank(WorkerSocket socket) {
        Rank lost = socket.firstLost();
        return lost == null || lost.world() < 2 ? "" : "; " + lost.text() + " ended first";
    }
}
