package io.dyno.engine.local;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What one start of an engine, server or worker, tells while it is waited for: its log, its end, its time. */
final class StartWatch {
    private final Request request;
    private final Autopsy autopsy;
    private final LogFollower follower;
    private final StartupLog story = new StartupLog();
    private final long begin = System.nanoTime();
    private final ReadyClock clock;
    private boolean progressInLog;

    /** Begins before any process is started, and reads nothing of what earlier starts wrote into the log. */
    StartWatch(EngineSpec spec, Request request) throws IOException {
        this.request = request;
        this.autopsy = new Autopsy(request.log());
        this.follower = new LogFollower(request.log(), Files.size(request.log()));
        Downloads downloads = new Downloads(Downloads.blobs(spec.model(), System::getenv), begin);
        this.clock = new ReadyClock(request.readyTimeout(), downloads, begin);
    }

    Autopsy autopsy() {
        return autopsy;
    }

    /** Takes secrets out of the log of a start that failed, once its processes are gone. */
    void cleanLog() {
        autopsy.cleanLog();
    }

    /** What the log has told of values in force. */
    Map<String, String> inForce() {
        return story.inForce();
    }

    /** Reads on in the log. */
    void read() throws IOException {
        progressInLog = false;
        for (String line : follower.poll()) {
            story.read(line).ifPresent(request.progress());
            progressInLog |= story.downloading();
        }
    }

    /**
     * Looks at the clock, after the log was read.
     *
     * @throws EngineException when the time is over; downloads do not count
     */
    void checkTime() throws EngineException {
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

    /** The engine is ready: its phases, that last one included. */
    List<StartupPhase> ready() throws IOException {
        read();
        StartupPhase ready = new StartupPhase("ready", null, (System.nanoTime() - begin) / 1e9);
        request.progress().accept(ready);
        List<StartupPhase> phases = new ArrayList<>(story.phases());
        phases.add(ready);
        return phases;
    }

    /** How the first of the processes has ended, when it does within this time. */
    Optional<ProcessExit> exitWithin(Processes processes, long millis) throws EngineException, InterruptedException {
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

    /**
     * It ended before it was ready.
     *
     * @param more what else is known: empty, or words that follow the rest
     */
    EngineException ended(ProcessExit exit, String more) throws IOException {
        read();
        String seconds = String.format("%.1f", (System.nanoTime() - begin) / 1e9);
        EngineFailure why = autopsy.ended(exit, "before it was ready, " + seconds + " s after its start" + more);
        return new EngineException(why);
    }

    /** Something that was seen from outside decided. */
    EngineException failure(FailureClass type, String message) {
        return new EngineException(autopsy.seen(type, message));
    }
}
