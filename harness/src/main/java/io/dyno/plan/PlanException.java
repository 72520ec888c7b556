package io.dyno.plan;

import java.util.List;
import java.util.stream.Collectors;

/** What was asked for cannot be done; nothing was started. Its message is the problems' texts, one a line: a command line ends with exit code 2. */
public final class PlanException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public PlanException(List<Problem> problems) {
        super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All of them, in a stable order; at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
