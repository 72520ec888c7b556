package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Window;

/**
 * One load of one point in one fork: the loop that makes requests due, sends them through a {@link Driver} and cuts their records into windows.
 * It has no thread and no clock of its own: all that happens in the load happens on the driver's timeline, in real or virtual time, and the
 * listener is called on the thread that called {@link #run}.
 *
 * <p>A continuous load goes through its warm-up and measurement windows without draining in between, then on with a tail that scores nothing
 * until the last scored request has ended, and is cut. Isolated iterations each run from an empty to an empty engine.
 */
public final class LoadRun {
    private final LoadSpec spec;
    private final Driver driver;
    private final PromptSource prompts;
    private final LoadListener listener;
    private final Mailbox mailbox = new Mailbox();
    private final Flow flow;
    private int extraWindows;

    /**
     * @param prompts for real time they should be {@link PreparedPrompts}, so that making them does not hold up the sending
     * @param health the client's own state: the driver's, or {@link HealthProbe#NONE} in virtual time
     */
    public LoadRun(LoadSpec spec, Driver driver, PromptSource prompts, HealthProbe health, LoadListener listener) {
        this.spec = spec;
        this.driver = driver;
        this.prompts = prompts;
        this.listener = listener;
        this.flow = Flow.of(spec, driver, new WindowSequence(spec, prompts), health, mailbox);
    }

    /**
     * Runs the load to its end. Once only. When the thread is interrupted, the load is cancelled as {@code interrupted}, the rest is delivered,
     * and the thread's interrupt status is set on return.
     *
     * @throws RuntimeException what the listener threw; the load is cut
     */
    public LoadResult run() {
        boolean interrupted = false;
        listener.loadStarted(System.nanoTime() - driver.timeline().now());
        onTimeline(flow::begin);
        try {
            while (true) {
                Mailbox.Event event = mailbox.poll();
                if (event instanceof Mailbox.Event.Finished finished) {
                    return finished.result();
                }
                if (event != null) {
                    handle(event);
                    continue;
                }
                try {
                    driver.run(mailbox.arrival());
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel(FailureClass.INTERRUPTED, "interrupted");
                }
            }
        } catch (RuntimeException | Error e) {
            cancel(FailureClass.INTERRUPTED, "the harness failed");
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Ends the load early. Open requests end as {@code type}; windows whose time was over are delivered, the one that was not is in
     * {@link LoadResult#unfinished}. Safe from any thread; does nothing when the load has ended.
     *
     * @param type such as {@code server_crash}
     * @param message why, one line
     */
    public void cancel(FailureClass type, String message) {
        onTimeline(() -> flow.end(type, message));
    }

    private void onTimeline(Runnable task) {
        driver.timeline().soon(() -> flow.guarded(task));
    }

    private void handle(Mailbox.Event event) {
        if (event instanceof Mailbox.Event.Started e) {
            LiveWindow w = e.window();
            listener.windowStarted(w.kind, w.iteration, w.slice(), w.start);
        } else if (event instanceof Mailbox.Event.Announced e) {
            listener.windowStarted(
                    e.iteration().kind(),
                    e.iteration().iteration(),
                    e.iteration().slice(),
                    e.at());
            onTimeline(() -> flow.announced(e.iteration()));
        } else if (event instanceof Mailbox.Event.Ended e) {
            listener.windowEnded(e.window().window());
        } else if (event instanceof Mailbox.Event.Complete e) {
            boolean scored = e.window().kind == Window.Kind.MEASUREMENT;
            boolean valid = listener.windowComplete(e.window().records()) || !scored;
            PromptSlice more = valid ? null : openOneMore();
            onTimeline(() -> flow.judged(valid, more));
        } else if (event instanceof Mailbox.Event.Crashed e) {
            throw new IllegalStateException("the load loop failed: " + e.cause(), e.cause());
        }
    }

    private PromptSlice openOneMore() {
        int asked = spec.measurement().count();
        int window = asked + extraWindows;
        if (extraWindows == asked || !prompts.has(window)) {
            return null;
        }
        extraWindows++;
        return prompts.open(window);
    }
}
