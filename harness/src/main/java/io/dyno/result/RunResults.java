package io.dyno.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * All that a run yielded.
 *
 * @param name the run's name
 * @param run run.json as it is; an empty object when there is none
 * @param points all points, in the plan's order
 * @param exit the exit code, or null when the run did not end
 * @param exitReason what the exit code stands for, or null
 * @param begun when it began, ms since 1970, or null
 * @param ended when its last line was written, ms since 1970, or null
 */
public record RunResults(
        String name, JsonNode run, List<PointResult> points, Integer exit, String exitReason, Long begun, Long ended) {
    public RunResults {
        points = List.copyOf(points);
    }
}
