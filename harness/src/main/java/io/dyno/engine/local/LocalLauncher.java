package io.dyno.engine.local;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher;
import io.dyno.engine.ProcessSpec;
import io.dyno.metrics.FailureClass;
import io.dyno.plan.EngineConfiguration;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Starts engines on this machine, each behind a keeper of its own. Before a start nobody answers on the chosen port; an engine whose port
 * somebody else took in between is started once more on another. Linux on x86-64 and aarch64; elsewhere {@link #warning} says what is lost.
 */
public final class LocalLauncher implements Launcher {
    private static final int PORT_TRIES = 20;
    private static final Set<String> KEPT_ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    private final Graces graces;
    private final IntSupplier ports;

    public LocalLauncher() {
        this(Graces.DEFAULT);
    }

    /**
     * A launcher with other graces.
     *
     * @param graces how long a stop waits after each signal
     */
    public LocalLauncher(Graces graces) {
        this(graces, Ports::free);
    }

    /** A launcher that takes its ports from {@code ports}, as long as nobody answers there. */
    LocalLauncher(Graces graces, IntSupplier ports) {
        this.graces = graces;
        this.ports = ports;
    }

    /** What a user of this system must be told before anything starts; null where the keeper works. */
    public static String warning() {
        if (kept()) {
            return null;
        }
        return "this system (" + System.getProperty("os.name") + ", " + System.getProperty("os.arch")
                + ") has no keeper: should Dyno be killed, engines that it started may go on; end them by hand";
    }

    private static boolean kept() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
                && KEPT_ARCHITECTURES.contains(System.getProperty("os.arch"));
    }

    @Override
    public EngineHandle launch(EngineSpec spec, Request request) throws EngineException, InterruptedException {
        check(spec);
        try {
            Files.createDirectories(request.log().toAbsolutePath().getParent());
            try {
                return start(spec, request);
            } catch (EngineException e) {
                if (e.failure().type() != FailureClass.PORT_CONFLICT) {
                    throw e;
                }
                return start(spec, request);
            }
        } catch (IOException e) {
            throw failed(FailureClass.CONFIG_ERROR, "the engine cannot be started: " + e.getMessage(), request.log());
        }
    }

    private static void check(EngineSpec spec) throws EngineException {
        if (spec.processes().stream().anyMatch(process -> process.node() != 0)) {
            throw failed(
                    FailureClass.CONFIG_ERROR,
                    "this engine needs " + spec.topology().nodes()
                            + " nodes, but engines are started on this machine only; lower tp, pp or dp",
                    null);
        }
        if (spec.processes().isEmpty()) {
            throw failed(
                    FailureClass.CONFIG_ERROR,
                    "an engine of kind " + spec.kind().name().toLowerCase(Locale.ROOT)
                            + " has no process that could be started",
                    null);
        }
        boolean server = spec.kind() == EngineConfiguration.Kind.SERVER;
        if (server
                && spec.processes().stream().noneMatch(process -> process.argv().contains(EngineSpec.PORT))) {
            throw new IllegalArgumentException("no argv of the engine takes " + EngineSpec.PORT);
        }
    }

    private EngineHandle start(EngineSpec spec, Request request)
            throws EngineException, IOException, InterruptedException {
        Path log = request.log().toAbsolutePath();
        new FileOutputStream(log.toFile(), true).close(); // so that there is a log to follow
        EngineStart start = spec.kind() == EngineConfiguration.Kind.SERVER
                ? new Startup(spec, request, graces, freePort())
                : new WorkerStartup(spec, request, graces, freePort());
        Processes processes = null;
        boolean started = false;
        try {
            processes = processes(log, graces);
            for (ProcessSpec process : spec.processes()) {
                processes.start(request.wrap().apply(start.inPlace(process)));
            }
            EngineHandle handle = start.awaitReady(processes);
            started = true;
            return handle;
        } finally {
            if (!started && processes != null) {
                processes.close();
            }
            if (!started) {
                start.abandon();
            }
        }
    }

    /** Processes behind a keeper where there can be one. */
    static Processes processes(Path log, Graces graces) throws IOException, InterruptedException {
        return kept() ? KeptProcesses.open(log, graces) : new PlainProcesses(log);
    }

    private int freePort() throws IOException {
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = ports.getAsInt();
            if (!Ports.answers(port)) {
                return port;
            }
        }
        throw new IOException("somebody answers on each of " + PORT_TRIES + " ports that should have been free");
    }

    private static EngineException failed(FailureClass type, String message, Path log) {
        return new EngineException(new EngineFailure(type, message, null, 0, log, List.of()));
    }
}
