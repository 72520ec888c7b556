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
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.InForce;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One start of an engine, from its processes' start until it is ready or has failed. */
final class Startup implements EngineStart {
    private static final long LOOK_MILLIS = 100;

    /** A second look tells a foreign server from an engine that is just handing its socket to a child. */
    private static final int FOREIGN_LOOKS = 2;

    private final EngineSpec spec;
    private final Request request;
    private final Graces graces;
    private final int port;
    private final URI url;
    private final ControlClient client;
    private final StartWatch watch;
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
        this.watch = new StartWatch(spec, request);
    }

    @Override
    public void abandon() {
        watch.cleanLog();
    }

    @Override
    public ProcessSpec inPlace(ProcessSpec process) {
        return process.withArgv(process.argv().stream()
                .map(argument -> argument.equals(EngineSpec.PORT) ? Integer.toString(port) : argument)
                .toList());
    }

    /** It may also serve another model, or have lost its port. */
    @Override
    public EngineHandle awaitReady(Processes processes) throws EngineException, IOException, InterruptedException {
        while (true) {
            watch.read();
            Optional<ProcessExit> exit = watch.exitWithin(processes, 0);
            if (exit.isPresent()) {
                throw watch.ended(exit.get(), "");
            }
            if (answers(processes) && watch.exitWithin(processes, 0).isEmpty()) {
                return ready(processes);
            }
            watch.checkTime();
            Optional<ProcessExit> unused = watch.exitWithin(processes, LOOK_MILLIS);
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
                throw watch.failure(
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
            throw watch.failure(
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
            throw watch.failure(
                    FailureClass.CONFIG_ERROR,
                    "the engine serves "
                            + models.stream().map(ControlClient.Model::id).collect(Collectors.joining(", ")) + ", not "
                            + spec.model());
        }
        return false;
    }

    private InForce inForce() throws InterruptedException {
        Map<String, String> models = maxModelLen == null ? Map.of() : Map.of("maxModelLen", maxModelLen.toString());
        return new InForceReader(client).read(models, watch.inForce(), flags());
    }

    /** The flags of the program that answers, without dashes; what is no flag of an engine is found nowhere. */
    private List<String> flags() {
        return spec.processes().get(spec.processes().size() - 1).argv().stream()
                .filter(token -> token.startsWith("--"))
                .map(token -> token.split("=", 2)[0].replaceFirst("^--(no-)?", ""))
                .toList();
    }

    private EngineHandle ready(Processes processes) throws IOException, InterruptedException {
        List<StartupPhase> phases = watch.ready();
        EngineInfo info = new EngineInfo(
                url.toString(), spec.model(), client.version().orElse(null), spec.engine() == EngineKind.SIM);
        RunningEngine running = new RunningEngine(processes, watch.autopsy(), graces, () -> "");
        return new LocalEngineHandle(info, url, request.log(), phases, inForce(), running, client);
    }
}
