package io.dyno.run;

import io.dyno.plan.Point;
import java.util.Optional;

/** Whether the prompts and outputs that a point asks for fit into a context that is known only from the model or the engine. */
final class Fit {
    private Fit() {}

    /**
     * Why they do not fit; empty when they do, or when nobody can tell before they are made.
     *
     * @param context tokens
     * @param whose how to call the context in a message
     */
    static Optional<String> refusal(Point point, long context, String whose) {
        if (point.workload() == null || point.workload().inputLen() == null) {
            return Optional.empty();
        }
        int input = point.workload().inputLen();
        int output = point.workload().outputLen() == null ? 1 : point.workload().outputLen();
        return input + output <= context
                ? Optional.empty()
                : Optional.of("inputLen + outputLen = " + input + " + " + output + " does not fit into " + whose
                        + ", so the server would refuse every request; shorten the prompt or the output");
    }
}
