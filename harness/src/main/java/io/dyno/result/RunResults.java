package io.dyno.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that a run yielded.
 *
 * @param name the run's name
 * @param run run.json as it is; an empty object when there is none
 * @param points all points, in the plan's order: what was measured, and nothing else
 * @param profiles points under profilers that slow the engine down, in the plan's order: never scores
 * @param exit the exit code, or null when the run did not end
 * @param exitReason what the exit code stands for, or null
 * @param begun when it began, or null when its journal is empty
 * @param ended when its last line was written, or null when its journal is empty
 */
public record RunResults(
        String name,
        JsonNode run,
        List<PointResult> points,
        List<PointResult> profiles,
        Integer exit,
        String exitReason,
        Instant begun,
        Instant ended) {
    public RunResults {
        points = List.copyOf(points);
        profiles = List.copyOf(profiles);
    }

    /** What was measured, then what was profiled: the entries of files, which mark the latter. */
    List<PointResult> entries() {
        return Stream.concat(points.stream(), profiles.stream()).toList();
    }
}
