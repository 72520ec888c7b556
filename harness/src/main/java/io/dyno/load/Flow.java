package io.dyno.load;

import io.dyno.engine.Driver;
import io.dyno.engine.Timeline;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import io.dyno.plan.LoadShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What continuous and isolated loads have in common: windows that wait for their last request, the end, the cut. Lives on the timeline. */
abstract class Flow implements Dispatcher.Ends {
    /** Nobody limits the requests in flight. */
    private static final int UNCAPPED = Integer.MAX_VALUE;

    final LoadSpec spec;
    final Timeline timeline;
    final Dispatcher dispatcher;
    final WindowSequence windows;
    final HealthProbe health;

    private final Mailbox mailbox;
    private final Deque<LiveWindow> incomplete = new ArrayDeque<>();
    private final List<WindowRecords> unfinished = new ArrayList<>();
    private LiveWindow cutShort;
    private int unjudged;
    private int voids;
    private boolean ending;
    private boolean finished;
    private FailureClass failure;
    private String message;

    Flow(LoadSpec spec, Driver driver, WindowSequence windows, HealthProbe health, Mailbox mailbox) {
        this.spec = spec;
        this.timeline = driver.timeline();
        this.windows = windows;
        this.health = health;
        this.mailbox = mailbox;
        this.dispatcher = new Dispatcher(spec, driver, slots(spec.shape()), this);
    }

    private static int slots(LoadShape shape) {
        return shape instanceof LoadShape.OpenLoop open && open.maxConcurrency() != null
                ? open.maxConcurrency()
                : UNCAPPED; // the slots of a closed loop make requests due; a request that is due has one
    }

    static Flow of(LoadSpec spec, Driver driver, WindowSequence windows, HealthProbe health, Mailbox mailbox) {
        return spec.drained()
                ? new DrainedFlow(spec, driver, windows, health, mailbox)
                : new ContinuousFlow(spec, driver, windows, health, mailbox);
    }

    /** Begins, unless it was cancelled before. */
    final void begin() {
        if (!ending) {
            start();
        }
    }

    /** Begins. */
    abstract void start();

    /** The listener has seen a window's announcement: an isolated iteration may begin. */
    abstract void announced(WindowSequence.Next iteration);

    /** All windows asked for are judged and none is to be appended, or one was. */
    abstract void goOn();

    /** The window that is filling, or null. */
    abstract LiveWindow current();

    /** Runs a task of this load; a mistake in it ends the load loudly instead of hanging it. */
    @Override
    public final void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            ending = true;
            mailbox.post(new Mailbox.Event.Crashed(e));
        }
    }

    final void post(Mailbox.Event event) {
        mailbox.post(event);
    }

    final boolean isEnding() {
        return ending;
    }

    /** Draws a prompt for a request that is due in {@code window} and hands it over; false when there is none and the load is ending. */
    final boolean submit(LiveWindow window, long due) {
        DrawnPrompt prompt;
        try {
            prompt = window.prompts.next();
        } catch (DatasetException e) {
            end(FailureClass.CONFIG_ERROR, e.getMessage());
            return false;
        }
        Flight flight = new Flight(prompt, due);
        window.addDue(flight);
        dispatcher.submit(flight);
        return true;
    }

    /** A window's time is over. */
    final void close(LiveWindow window, long at) {
        window.close(at, health);
        incomplete.add(window);
        post(new Mailbox.Event.Ended(window));
    }

    @Override
    public final void settled() {
        deliver();
        if (ending && !finished && dispatcher.open().isEmpty()) {
            finish();
        }
    }

    /** Hands over what is complete, in the order of windows. */
    final void deliver() {
        while (!incomplete.isEmpty() && incomplete.peek().isComplete()) {
            LiveWindow window = incomplete.poll();
            unjudged++;
            post(new Mailbox.Event.Complete(window));
        }
    }

    /** Whether windows are still incomplete or not judged. */
    final boolean isWaiting() {
        return unjudged > 0 || incomplete.stream().anyMatch(w -> w.kind != Window.Kind.TAIL);
    }

    /** The listener has judged a window; {@code more} is the slice of one to append, or null. */
    final void judged(boolean valid, PromptSlice more) {
        unjudged--;
        voids += valid ? 0 : 1;
        if (more != null) {
            windows.append(more);
        }
        if (!ending) {
            goOn();
        }
    }

    /** Ends the load: nothing is due any more, open requests are cut. Does nothing the second time. */
    final void end(FailureClass why, String text) {
        if (ending) {
            return;
        }
        ending = true;
        failure = why;
        message = text;
        LiveWindow last = current();
        if (last != null) {
            if (last.kind == Window.Kind.TAIL) {
                close(last, timeline.now());
            } else {
                last.close(timeline.now(), health);
                cutShort = last;
            }
        }
        dispatcher.cut(
                why == null ? FailureClass.INTERRUPTED : why, why == null ? "cut: the load had ended" : "cut: " + text);
        if (!finished && dispatcher.open().isEmpty()) {
            finish();
        }
    }

    private void finish() {
        finished = true;
        deliver();
        if (cutShort != null) {
            unfinished.add(cutShort.records());
        }
        post(new Mailbox.Event.Finished(new LoadResult(failure, message, voids, unfinished)));
    }
}
