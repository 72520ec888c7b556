package io.dyno.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells when the process that started this one is gone, such as Maven, which dies of SIGTERM or SIGKILL without ending its child. Looks once
 * a second; a parent is gone when its process has ended or this process has another parent.
 *
 * <p>Only for a Dyno that belongs to its parent: a shell that is left while its jobs go on is not to end them.
 */
public final class ParentWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final CountDownLatch closed = new CountDownLatch(1);

    private ParentWatch() {}

    /**
     * Watches the parent of this process from now on.
     *
     * @param gone called once, on a thread of the watch; never called when there is no parent to watch
     */
    public static ParentWatch start(Runnable gone) {
        return start(() -> ProcessHandle.current().parent(), LOOK, gone);
    }

    static ParentWatch start(Supplier<Optional<ProcessHandle>> parents, Duration look, Runnable gone) {
        ParentWatch watch = new ParentWatch();
        parents.get().ifPresent(parent -> {
            Thread thread = new Thread(() -> watch.run(parent, parents, look, gone), "dyno-parent-watch");
            thread.setDaemon(true);
            thread.start();
        });
        return watch;
    }

    private void run(ProcessHandle parent, Supplier<Optional<ProcessHandle>> parents, Duration look, Runnable gone) {
        try {
            while (!closed.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
                boolean adopted = !parents.get().equals(Optional.of(parent));
                if (adopted || !parent.isAlive()) {
                    gone.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Watches no longer. */
    @Override
    public void close() {
        closed.countDown();
    }
}
