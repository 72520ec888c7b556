package io.dyno.engine.local;

import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that works beside an engine for a while and ends by itself. It is kept as engines are: it ends when Dyno ends, in whatever way. */
public final class Companion {
    private Companion() {}

    /**
     * Runs a program to its end. Nothing of it is left when this returns or throws.
     *
     * @param log where its streams are appended
     * @return how it ended; empty when it did not within {@code patience} and was killed
     * @throws IOException when it cannot be started, or its keeper was killed
     */
    public static Optional<ProcessExit> run(ProcessSpec program, Path log, Duration patience)
            throws IOException, InterruptedException {
        try (Processes processes = LocalLauncher.processes(log, Graces.DEFAULT)) {
            processes.start(program);
            return Optional.of(processes.exit().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }
}
