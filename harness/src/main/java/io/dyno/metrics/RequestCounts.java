package io.dyno.metrics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the requests that were due in a window ended.
 *
 * @param due all of them
 * @param failed those that failed, by class; classes without a request are absent
 * @param metSlo those that met the SLO, or null when there is no SLO
 */
public record RequestCounts(int due, Map<FailureClass, Integer> failed, Integer metSlo) {
    /** None at all. */
    public static final RequestCounts NONE = new RequestCounts(0, Map.of(), null);

    public RequestCounts {
        Map<FailureClass, Integer> ordered = new EnumMap<>(FailureClass.class);
        ordered.putAll(failed);
        failed = Collections.unmodifiableMap(ordered);
    }

    /** Failed requests of all classes. */
    public int failures() {
        return failed.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Both together; {@code metSlo} is null only when both have none. */
    public RequestCounts plus(RequestCounts other) {
        Map<FailureClass, Integer> sum = new EnumMap<>(FailureClass.class);
        sum.putAll(failed);
        other.failed.forEach((type, n) -> sum.merge(type, n, Integer::sum));
        Integer met =
                metSlo == null ? other.metSlo : Integer.valueOf(metSlo + (other.metSlo == null ? 0 : other.metSlo));
        return new RequestCounts(due + other.due, sum, met);
    }
}
