package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.metrics.SloLimits;
import java.util.List;
import java.util.Map;

/**
 * One benchmark, one bench and one value of every parameter.
 *
 * @param id 12 hex digits of the SHA-256 of benchmark, bench and settings
 * @param benchmark the class's name
 * @param bench what is measured
 * @param params what sweeps, and what {@code -p} named: name to text
 * @param fields values of the class's {@code @Param} fields, to be set on its instances
 * @param settings all settings that this bench uses and that were asked for or have a default
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
        List<String> notes) {}
