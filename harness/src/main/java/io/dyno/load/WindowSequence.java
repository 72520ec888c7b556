package io.dyno.load;

import io.dyno.PromptRequest;
import io.dyno.metrics.Window;
import io.dyno.plan.Windows;
import java.util.ArrayDeque;
import java.util.Deque;

/** Which window comes next: warm-up, measurement, those appended for void ones, and then the tail for as long as it takes. */
final class WindowSequence {
    private final Deque<Next> planned = new ArrayDeque<>();
    private final Windows measurement;
    private final boolean drained;
    private final PromptSlice tail;
    private int measured;
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
        drained = spec.drained();
        Windows warmup = spec.warmup();
        if (warmup.count() > 0) {
            PromptSlice slice = prompts.open(PromptRequest.WARMUP);
            for (int i = 0; i < warmup.count(); i++) {
                planned.add(next(Window.Kind.WARMUP, i, PromptRequest.WARMUP, slice, warmup));
            }
        }
        for (int i = 0; i < measurement.count(); i++) {
            append(prompts.open(i));
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
        planned.add(next(Window.Kind.MEASUREMENT, measured, measured, slice, measurement));
        measured++;
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
