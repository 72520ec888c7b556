package io.dyno.run;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, SIGTERM, a parent that is gone: the run's thread is interrupted and given time to stop the engine and to write what is complete,
 * then the process ends with exit code 130. A second signal cannot hurry it; SIGKILL can, and then the keeper cleans up.
 */
final class Interruption {
    /** An engine may take 30 s to end; results are written in a few more. */
    private static final long PATIENCE_SECONDS = 60;

    private final Thread run;
    private final PrintStream err;
    private final CountDownLatch over = new CountDownLatch(1);

    private Interruption(Thread run, PrintStream err) {
        this.run = run;
        this.err = err;
    }

    /** Listens for the end of this process from now on. */
    static Interruption of(Thread run, PrintStream err) {
        Interruption interruption = new Interruption(run, err);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutdown, "dyno-shutdown"));
        return interruption;
    }

    /** Ends the process as a signal would. */
    void now() {
        new Thread(() -> System.exit(ExitCode.INTERRUPTED.code()), "dyno-exit").start();
    }

    /** The run has ended by itself, or what was to be done after an interruption is done. */
    void over() {
        over.countDown();
    }

    private void shutdown() {
        if (over.getCount() == 0) {
            return;
        }
        err.println("dyno: interrupted; stopping the engine and keeping what is complete");
        run.interrupt();
        try {
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                err.println("dyno: it does not end; leaving it to the keeper");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }
}
