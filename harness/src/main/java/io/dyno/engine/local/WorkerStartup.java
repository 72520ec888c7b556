package io.dyno.engine.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.local.WorkerSocket.Event;
import io.dyno.engine.local.WorkerSocket.Rank;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One start of an offline engine, from its processes' start until all of its ranks are ready or it has failed. */
final class WorkerStartup {
    private static final int PROTOCOL = 1;
    private static final long LOOK_MILLIS = 100;

    /** How long the processes may take to end once a rank is gone: torchrun ends the others first. */
    static final long MOST_MILLIS_TO_END = 4_000;

    private final EngineSpec spec;
    private final Request request;
    private final Graces graces;
    private final WorkerSocket socket;
    private final Autopsy autopsy;
    private final LogFollower follower;
    private final StartupLog story = new StartupLog();
    private final long begin = System.nanoTime();
    private final ReadyClock clock;
    private final TreeMap<Integer, Rank> ready = new TreeMap<>();
    private boolean progressInLog;

    /** Begins before any process is started, and reads nothing of what earlier starts wrote into the log. */
    WorkerStartup(EngineSpec spec, Request request, Graces graces, WorkerSocket socket) throws IOException {
        this.spec = spec;
        this.request = request;
        this.graces = graces;
        this.socket = socket;
        this.autopsy = new Autopsy(request.log());
        this.follower = new LogFollower(request.log(), Files.size(request.log()));
        Downloads downloads = new Downloads(Downloads.blobs(spec.model(), System::getenv), begin);
        this.clock = new ReadyClock(request.readyTimeout(), downloads, begin);
    }

    /** Takes secrets out of the log of a start that failed, once its processes are gone. */
    void cleanLog() {
        autopsy.cleanLog();
    }

    /**
     * Waits until all ranks are ready.
     *
     * @throws EngineException when one ended, said no message of ours, or took too long
     */
    EngineHandle awaitReady(Processes processes) throws EngineException, IOException, InterruptedException {
        while (true) {
            readLog();
            Optional<ProcessExit> exit = exitWithin(processes, 0);
            if (exit.isPresent()) {
                throw new EngineException(ended(exit.get()));
            }
            Event event = socket.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event != null) {
                heard(event, processes);
            }
            if (!ready.isEmpty()
                    && ready.size() == ready.firstEntry().getValue().world()) {
                return handle(processes);
            }
            if (clock.tick(System.nanoTime(), progressInLog)) {
                request.progress().accept(new StartupPhase("download", "under way", null));
            }
            if (clock.over()) {
                throw failure(
                        FailureClass.STARTUP_TIMEOUT,
                        "the engine was alive but not ready within "
                                + request.readyTimeout().toMillis() / 1000.0 + " s, downloads not counted");
            }
        }
    }

    private void heard(Event event, Processes processes) throws EngineException, IOException, InterruptedException {
        if (event instanceof Event.Said said) {
            said(said.rank(), said.message());
        } else if (event instanceof Event.Rubbish rubbish) {
            throw failure(FailureClass.SERVER_CRASH, rubbish(rubbish));
        } else {
            Optional<ProcessExit> exit = exitWithin(processes, MOST_MILLIS_TO_END);
            throw exit.isPresent()
                    ? new EngineException(ended(exit.get()))
                    : failure(FailureClass.SERVER_CRASH, event.rank().text() + " ended before it was ready");
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
                    throw failure(
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
        readLog();
        StartupPhase done = new StartupPhase("ready", null, (System.nanoTime() - begin) / 1e9);
        request.progress().accept(done);
        List<StartupPhase> phases = new ArrayList<>(story.phases());
        phases.add(done);
        RunningEngine running = new RunningEngine(processes, autopsy, graces, () -> lostRank(socket));
        return new LocalWorkerHandle(
                spec, request.log(), phases, story.inForce(), List.copyOf(ready.values()), running, socket, graces);
    }

    /** Which of several ranks ended first, as words after those of the engine's end; empty where there is one only. */
    static String lostRank(WorkerSocket socket) {
        Rank lost = socket.firstLost();
        return lost == null || lost.world() < 2 ? "" : "; " + lost.text() + " ended first";
    }

    private EngineFailure ended(ProcessExit exit) throws IOException {
        readLog();
        String seconds = String.format("%.1f", (System.nanoTime() - begin) / 1e9);
        return autopsy.ended(exit, "before it was ready, " + seconds + " s after its start" + lostRank(socket));
    }

    private void readLog() throws IOException {
        progressInLog = false;
        for (String line : follower.poll()) {
            story.read(line).ifPresent(request.progress());
            progressInLog |= story.downloading();
        }
    }

    private Optional<ProcessExit> exitWithin(Processes processes, long millis)
            throws EngineException, InterruptedException {
        try {
            return Optional.of(processes.exit().get(millis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failure(
                    FailureClass.SERVER_CRASH,
                    "the engine was lost: " + e.getCause().getMessage());
        }
    }

    private EngineException failure(FailureClass type, String message) {
        return new EngineException(autopsy.seen(type, message));
    }
}
