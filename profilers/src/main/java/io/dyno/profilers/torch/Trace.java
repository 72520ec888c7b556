package io.dyno.profilers.torch;

import io.dyno.profilers.torch.Operator.Side;
import java.util.List;

/**
 * What is kept of a trace.
 *
 * @param events how many events it has, of all kinds
 * @param processes ids of the processes whose operators it holds
 * @param spanMicros from the first operator's begin to the last one's end
 * @param operators by falling self time
 * @param untold why it has operators that are not told; null when all are
 */
record Trace(long events, List<String> processes, double spanMicros, List<Operator> operators, String untold) {
    Trace {
        processes = List.copyOf(processes);
        operators = List.copyOf(operators);
    }

    /** A trace that is too large for a table. */
    static Trace withoutOperators(long events, List<String> processes, double spanMicros, String why) {
        return new Trace(events, processes, spanMicros, List.of(), why);
    }

    /** Self time of all operators of one side, ms. */
    double millis(Side side) {
        return operators.stream()
                        .filter(operator -> operator.side() == side)
                        .mapToDouble(Operator::selfMicros)
                        .sum()
                / 1e3;
    }

    boolean has(Side side) {
        return operators.stream().anyMatch(operator -> operator.side() == side);
    }
}
