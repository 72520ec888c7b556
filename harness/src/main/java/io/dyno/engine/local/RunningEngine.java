package io.dyno.engine.local;

import io.dyno.engine.DynoEnding;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.keeper.ProcessExit;
import io.dyno.engine.keeper.Signal;
import io.dyno.engine.local.Processes.Patient;
import io.dyno.metrics.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The processes of an engine that is in use, server or worker: how it is found dead, and how it is stopped. */
final class RunningEngine {
    private static final System.Logger LOGGER = System.getLogger(RunningEngine.class.getName());

    /** How long what an engine leaves behind may take to end by itself before it is killed. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Processes processes;
    private final Autopsy autopsy;
    private final Graces graces;
    private final CompletableFuture<EngineFailure> died;

    /** The patient programs, when the engine was ready. */
    private final List<Patient> around;

    /** Whether an end is no surprise. */
    private volatile boolean stopping;

    private boolean stopped;

    /** Why a patient program's work is not whole; null while that is not known, and when it is. */
    private volatile String unfinished;

    /**
     * @param more what else is known of an end: empty, or words that follow the rest
     */
    RunningEngine(Processes processes, Autopsy autopsy, Graces graces, Supplier<String> more) {
        this.processes = processes;
        this.autopsy = autopsy;
        this.graces = graces;
        this.around = processes.patients();
        this.died = processes
                .exit()
                .handle((exit, untold) -> judge(exit, untold, more))
                .thenCompose(failure ->
                        failure.map(CompletableFuture::completedFuture).orElseGet(CompletableFuture::new));
        CompletableFuture<Void> unused = processes.deserted().thenRun(() -> {
            if (!stopping) {
                died.complete(autopsy.deserted(around.get(0).program(), "while it was in use" + more.get()));
            }
        });
    }

    /** Whether something around it must not be killed. */
    boolean patient() {
        return !around.isEmpty();
    }

    /** See {@link EngineHandle#unfinished}. */
    Optional<String> unfinished() {
        return Optional.ofNullable(unfinished);
    }

    /** Why it ended, unless it was asked to. */
    private Optional<EngineFailure> judge(ProcessExit exit, Throwable untold, Supplier<String> more) {
        if (stopping) {
            return Optional.empty();
        }
        return Optional.of(
                exit != null
                        ? autopsy.ended(exit, "while it was in use" + more.get())
                        : autopsy.seen(FailureClass.SERVER_CRASH, "the engine was lost: " + untold.getMessage()));
    }

    CompletableFuture<EngineFailure> died() {
        return died;
    }

    /** The programs that were started, the one that answers first. */
    List<Long> pids() {
        List<Long> started = processes.pids();
        int last = started.size() - 1;
        List<Long> pids = new ArrayList<>(started.subList(last, last + 1));
        pids.addAll(started.subList(0, last));
        return List.copyOf(pids);
    }

    /** Takes it for lost, although its processes live until it is stopped. */
    void giveUp(FailureClass type, String evidence) {
        if (!stopping) {
            died.complete(autopsy.seen(type, evidence));
        }
    }

    /** An end from now on is no surprise. */
    void expectEnd() {
        stopping = true;
    }

    /**
     * SIGINT to the programs, SIGTERM to those that stay, SIGKILL to all that is left of them and their descendants; returns when there is
     * none. A thread that is interrupted meanwhile skips to SIGKILL and stays interrupted. Patient programs are waited for as long as they may
     * take, and never killed: one that takes longer, or for which there is no time since the thread is interrupted or Dyno is to end, is left to
     * the keeper. Does nothing the second time.
     */
    void stop() {
        stopping = true;
        stopOnce();
    }

    private synchronized void stopOnce() {
        if (stopped) {
            return;
        }
        stopped = true;
        boolean interrupted = Thread.interrupted(); // an interrupt from before is no reason to hurry
        long begin = System.nanoTime();
        try {
            ask();
            awaitPatients(begin);
            if (processes.awaitEnded(Duration.ZERO)) {
                processes.awaitGone(SETTLE);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        List<Patient> left = processes.patients();
        unfinished = left.isEmpty() ? killed() : stillWrites(left.get(0), begin);
        if (left.isEmpty()) {
            processes.kill();
            interrupted |= awaitGone();
        } else if (interrupted) {
            Thread.currentThread().interrupt(); // nor does the close wait
        }
        processes.close();
        autopsy.cleanLog();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the kernel says that nothing is left, and does not hurry; whether it was interrupted meanwhile. */
    private boolean awaitGone() {
        boolean interrupted = false;
        while (true) {
            try {
                if (!processes.awaitGone(graces.kill())) {
                    LOGGER.log(
                            System.Logger.Level.WARNING,
                            "SIGKILL did not end processes {0} of the engine: they hang in the kernel, and may hold GPU memory",
                            processes.tree());
                }
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** What is patient is waited for, but not by a Dyno that is to end. */
    private void awaitPatients(long begin) throws InterruptedException {
        Duration most = processes.patients().stream()
                .map(patient -> patient.patience().most())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        boolean ended = false;
        while (!ended && !DynoEnding.begun() && System.nanoTime() - begin < most.toNanos()) {
            ended = processes.awaitEnded(LOOK);
        }
    }

    private static String stillWrites(Patient patient, long begin) {
        return patient.program() + ", pid " + patient.pid() + ", has not ended "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds()
                + " s after it was asked to, and still writes "
                + patient.patience().writes();
    }

    /** What a signal did to a patient program; null when it ended by itself, or there was none. */
    private String killed() {
        if (around.isEmpty() || !processes.exit().isDone() || processes.exit().isCompletedExceptionally()) {
            return null;
        }
        ProcessExit exit = processes.exit().join();
        return exit.signal() == null
                ? null
                : around.get(0).program() + " was ended by " + exit.text() + " before it had written "
                        + around.get(0).patience().writes();
    }

    private void ask() throws InterruptedException {
        processes.signal(Signal.INT);
        if (!processes.awaitEnded(graces.interrupt())) {
            processes.signal(Signal.TERM);
            boolean unused = processes.awaitEnded(graces.terminate());
        }
    }

    /** Waits for its programs to end by themselves; whether they did. */
    boolean awaitEnded(Duration timeout) throws InterruptedException {
        return processes.awaitEnded(timeout);
    }
}
