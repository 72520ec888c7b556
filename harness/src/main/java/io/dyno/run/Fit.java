package io.dyno.run;

import io.dyno.plan.Point;
import io.dyno.plan.PromptShape;
import io.dyno.plan.Spread;
import io.dyno.plan.Workload;
import java.util.Optional;

/** Whether the prompts and outputs that a point asks for fit into a context that is known only from the model or the engine. */
final class Fit {
    private Fit() {}

    /**
     * Why the longest of them does not fit; empty when it does, or when nobody can tell before they are made. A normal distribution has no
     * longest: its mean stands for it.
     *
     * @param context tokens
     * @param whose how to call the context in a message
     */
    static Optional<String> refusal(Point point, long context, String whose) {
        Workload workload = point.workload();
        if (workload == null) {
            return Optional.empty();
        }
        PromptShape shape = workload.shape();
        String parts;
        long input;
        if (workload.inputLen() != null) {
            parts = "inputLen";
            input = shape.input().longest(workload.inputLen());
        } else if (shape.suffixLen() != null) {
            parts = "prefixLen + suffixLen";
            input = (long) shape.prefixLen() + shape.suffixLen();
        } else {
            return Optional.empty();
        }
        long output = workload.outputLen() == null ? 1 : shape.output().longest(workload.outputLen());
        boolean ranges = shape.input() instanceof Spread.Range || shape.output() instanceof Spread.Range;
        return input + output <= context
                ? Optional.empty()
                : Optional.of(parts + " + outputLen = " + input + " + " + output
                        + (ranges ? " (the longest of their ranges)" : "") + " does not fit into " + whose
                        + ", so the server would refuse every request; shorten the prompt or the output");
    }
}
