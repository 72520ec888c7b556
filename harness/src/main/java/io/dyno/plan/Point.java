package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One benchmark, one bench and one value of every parameter.
 *
 * @param id 12 hex digits of the SHA-256 of benchmark, bench and settings
 * @param benchmark the class's name
 * @param bench what is measured
 * @param params what sweeps, and what {@code -p} named: name (of the field where a field sets it, else of the setting) to text; an empty text
 *     where the setting is left out
 * @param fields values of the class's {@code @Param} fields, to be set on its instances; without those whose setting this bench does not use
 * @param settings all settings that this bench uses and that were asked for or have a default; {@code salt} only when it was written
 * @param load when requests are due; null for STARTUP
 * @param workload what is sent
 * @param drained whether iterations are isolated runs from empty to empty
 * @param batchSize prompts of LATENCY's batch, else null
 * @param slo limits, or null
 * @param warmup warm-up windows
 * @param measurement measurement windows
 * @param notes what the plan did that the user should know: "time is not used: …"
 */
public record Point(
        String id,
        String benchmark,
        Bench bench,
        Map<String, String> params,
        Map<String, String> fields,
        SettingValues settings,
        LoadShape load,
        Workload workload,
        boolean drained,
        Integer batchSize,
        SloLimits slo,
        Windows warmup,
        Windows measurement,
        List<String> notes) {

    public Point {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        notes = List.copyOf(notes);
    }
}
