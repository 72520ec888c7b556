package io.dyno.engine.local;

import io.dyno.EngineInfo;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.InForceReader;
import io.dyno.engine.Launcher.Request;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** One start of an engine, from its processes' start until it is ready or has failed. */
final class Startup {
    private static final long LOOK_MILLIS = 100;

    /** A second look tells a foreign server from an engine that is just handing its socket to a child. */
    private static final int FOREIGN_LOOKS = 2;

    private final EngineSpec spec;
    private final Request request;
    private final Graces graces;
    private final int port;
    private final URI url;
    private final ControlClient client;
    private final Autopsy autopsy;
    private final LogFollower follower;
    private final StartupLog story = new StartupLog();
    private final long begin = System.nanoTime();
    private final ReadyClock clock;
    private boolean progressInLog;
    private int foreignLooks;
    private Integer maxModelLen;

    /** Begins before any process is started, and reads nothing of what earlier starts wrote into the log. */
    Startup(EngineSpec spec, Request request, Graces graces, int port) throws IOException {
        this.spec = spec;
        this.request = request;
        this.graces = graces;
        this.port = port;
        this.url = URI.create("http://127.0.0.1:" + port);
        this.client = new ControlClient(url);
        this.autopsy = new Autopsy(request.log());
        this.follower = new LogFollower(request.log(), Files.size(request.log()));
        Downloads downloads = new Downloads(Downloads.blobs(spec.model(), System::getenv), begin);
        this.clock = new ReadyClock(request.readyTimeout(), downloads, begin);
    }

    /** Takes secrets out of the log of a start that failed, once its processes are gone. */
    void cleanLog() {
        autopsy.cleanLog();
    }

    /** The port that the engine was told. */
    int port() {
        return port;
    }

    /**
     * Waits until the engine is ready.
     *
     * @throws EngineException when it ended, serves another model, lost its port or took too long
     */
    EngineHandle awaitReady(Processes processes) throws EngineException, IOException, InterruptedException {
        while (true) {
            readLog();
            Optional<ProcessExit> exit = exitWithin(processes, 0);
            if (exit.isPresent()) {
                readLog();
                throw new EngineException(
                        autopsy.ended(exit.get(), "before it was ready, " + seconds() + " s after its start"));
            }
            if (answers(processes) && exitWithin(processes, 0).isEmpty()) {
                return ready(processes);
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
            exitWithin(processes, LOOK_MILLIS);
        }
    }

    /** Whether the engine is there, as all of this says: its own socket, a healthy answer, our model. */
    private boolean answers(Processes processes) throws EngineException, InterruptedException {
        if (!ListeningSockets.anybody(port)) {
            return false;
        }
        if (ListeningSockets.owner(port, processes.tree()) == ListeningSockets.Owner.FOREIGN) {
            foreignLooks++;
            if (foreignLooks == FOREIGN_LOOKS) {
                throw failure(
                        FailureClass.PORT_CONFLICT,
                        "another program listens on the engine's port " + port
                                + ", taken after Dyno had found it free");
            }
            return false;
        }
        foreignLooks = 0;
        return client.healthy() && servesOurModel();
    }

    private boolean servesOurModel() throws EngineException, InterruptedException {
        ControlClient.Answer answer;
        try {
            answer = client.get("/v1/models");
        } catch (IOException e) {
            return false;
        }
        if (answer.refusesUs()) {
            throw failure(
                    FailureClass.CONFIG_ERROR,
                    "the engine demands a key that Dyno does not have; give it in VLLM_API_KEY, without blanks around it,"
                            + " and nowhere else");
        }
        if (!answer.ok()) {
            return false;
        }
        List<ControlClient.Model> models =
                answer.json().map(ControlClient::models).orElse(List.of());
        for (ControlClient.Model model : models) {
            if (model.id().equals(spec.model())) {
                maxModelLen = model.maxModelLen();
                return true;
            }
        }
        if (!models.isEmpty()) {
            throw failure(
                    FailureClass.CONFIG_ERROR,
                    "the engine serves "
                            + models.stream().map(ControlClient.Model::id).collect(Collectors.joining(", ")) + ", not "
                            + spec.model());
        }
        return false;
    }

    private InForce inForce() throws InterruptedException {
        Map<String, String> models = maxModelLen == null ? Map.of() : Map.of("maxModelLen", maxModelLen.toString());
        return new InForceReader(client).read(models, story.inForce(), flags());
    }

    /** The flags of the program that answers, without dashes; what is no flag of an engine is found nowhere. */
    private List<String> flags() {
        return spec.processes().get(spec.processes().size() - 1).argv().stream()
                .filter(token -> token.startsWith("--"))
                .map(token -> token.split("=", 2)[0].replaceFirst("^--(no-)?", ""))
                .toList();
    }

    private EngineHandle ready(Processes processes) throws IOException, InterruptedException {
        readLog();
        StartupPhase ready = new StartupPhase("ready", null, (System.nanoTime() - begin) / 1e9);
        request.progress().accept(ready);
        List<StartupPhase> phases = new ArrayList<>(story.phases());
        phases.add(ready);
        EngineInfo info = new EngineInfo(
                url.toString(), spec.model(), client.version().orElse(null), spec.engine() == EngineKind.SIM);
        return new LocalEngineHandle(
                info,
                url,
                request.log(),
                phases,
                inForce(),
                new RunningEngine(processes, autopsy, graces, () -> ""),
                client);
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

    private String seconds() {
        return String.format("%.1f", (System.nanoTime() - begin) / 1e9);
    }
}
