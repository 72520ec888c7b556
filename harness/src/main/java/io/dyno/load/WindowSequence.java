package io.dyno.load;

import io.dyno.PromptRequest;
import io.dyno.metrics.Window;
import io.dyno.plan.Windows;
import java.util.ArrayDeque;
import java.util.Deque;

/** Which window comes next: warm-up, measurement (or what is profiled in its place), those appended for void ones, and then the tail for as long as it takes. */
final class WindowSequence {
    private final Deque<Next> planned = new ArrayDeque<>();
    private final Windows measurement;
    private final Window.Kind measured;
    private final int first;
    private final boolean drained;
    private final PromptSlice tail;
    private int appended;
    private int tails;

    /**
     * What a window will be.
     *
     * @param lengthNanos its length, or null when not by time
     * @param requests how many are due in it, or null when not by count
     */
    record Next(
            Window.Kind kind,
            int iteration,
            String slice,
            PromptSlice prompts,
            Long lengthNanos,
            Integer requests,
            boolean drained) {}

    WindowSequence(LoadSpec spec, PromptSource prompts) {
        measurement = spec.measurement();
        measured = spec.profiled() == null ? Window.Kind.MEASUREMENT : Window.Kind.PROFILED;
        first = spec.profiled() == null ? 0 : spec.profiled();
        drained = spec.drained();
        Windows warmup = spec.warmup();
        if (warmup.count() > 0) {
            PromptSlice slice = prompts.open(PromptRequest.WARMUP);
            for (int i = 0; i < warmup.count(); i++) {
                planned.add(next(Window.Kind.WARMUP, i, PromptRequest.WARMUP, slice, warmup));
            }
        }
        for (int i = 0; i < measurement.count(); i++) {
            append(prompts.open(first + i));
        }
        tail = drained ? null : prompts.open(PromptRequest.TAIL);
    }

    private Next next(Window.Kind kind, int iteration, int window, PromptSlice slice, Windows windows) {
        boolean byTime = !drained && windows.timeNanos() != null;
        return new Next(
                kind,
                iteration,
                PromptSource.sliceName(window),
                slice,
                byTime ? windows.timeNanos() : null,
                byTime ? null : windows.requests(),
                drained);
    }

    /** One more measurement window, after those that are still to come. */
    void append(PromptSlice slice) {
        int number = first + appended++;
        planned.add(next(measured, number, number, slice, measurement));
    }

    /** Whether a window is still to come before the tail. */
    boolean hasNext() {
        return !planned.isEmpty();
    }

    /** The next window; the tail when there is no other. */
    Next next() {
        Next next = planned.poll();
        return next != null
                ? next
                : new Next(
                        Window.Kind.TAIL,
                        tails++,
                        PromptSource.sliceName(PromptRequest.TAIL),
                        tail,
                        null,
                        null,
                        drained);
    }
}
