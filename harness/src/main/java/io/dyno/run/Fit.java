package io.dyno.run;

import io.dyno.engine.EngineHandle;
import io.dyno.load.DatasetException;
import io.dyno.plan.Point;
import io.dyno.plan.PromptShape;
import io.dyno.plan.Spread;
import io.dyno.plan.Workload;
import java.util.Optional;

/** Whether the prompts and outputs that a point asks for fit into a context that is known only from the model or the engine. */
final class Fit {
    private Fit() {}

    /**
     * Looks at what an engine that is ready says of itself: a load of which every request is refused would take as long as a good one.
     *
     * @throws DatasetException when a point's load is such a one
     */
    static void check(Point point, EngineHandle engine) throws DatasetException {
        String context = engine.inForce().get("maxModelLen").orElse("");
        if (context.matches("\\d+")) {
            Optional<String> refusal = refusal(
                    point,
                    Long.parseLong(context),
                    "the " + context + " tokens that the engine takes (its max_model_len)");
            if (refusal.isPresent()) {
                throw new DatasetException(refusal.get());
            }
        }
    }

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
