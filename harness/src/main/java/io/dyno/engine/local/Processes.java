package io.dyno.engine.local;

import io.dyno.engine.Patience;
import io.dyno.engine.ProcessSpec;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The processes of one engine. Safe for use from several threads. */
interface Processes extends AutoCloseable {
    /**
     * Starts a program; both its streams are appended to the engine's log.
     *
     * @throws IOException when it cannot be started; the message says why
     */
    void start(ProcessSpec process) throws IOException, InterruptedException;

    /** The programs started, in that order, whether or not they still run. */
    List<Long> pids();

    /** Completes when the first of the programs has ended; exceptionally when nobody can tell any more. */
    CompletableFuture<ProcessExit> exit();

    /** The programs and all their living descendants. */
    Set<Long> tree();

    /** Patient programs that run: those that were started with {@link Patience}. */
    List<Patient> patients();

    /**
     * A patient program that runs.
     *
     * @param program what it is called
     */
    record Patient(long pid, String program, Patience patience) {}

    /** Completes when the engine that a patient program runs has ended, from now on, and the program has not. */
    CompletableFuture<Void> deserted();

    /** Sends a signal to the programs that run, not to their children. Patient programs hear SIGINT only, and only once. */
    void signal(Signal signal);

    /** Kills all programs and their descendants, without waiting; patient programs are spared. */
    void kill();

    /** Waits until no program runs; true when that is so. */
    boolean awaitEnded(Duration timeout) throws InterruptedException;

    /** Waits until neither a program nor a descendant is left; true when that is so. */
    boolean awaitGone(Duration timeout) throws InterruptedException;

    /** Kills whatever is left and frees what is needed to look after it. Patient programs that live go on alone, and the user is told. */
    @Override
    void close();
}
