package io.dyno.engine;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Plan;
import io.dyno.plan.Point;
import io.dyno.plan.SettingValues;
import io.dyno.plan.Settings;
import io.dyno.plan.Topology;
import io.dyno.plan.Values;
import io.dyno.plan.Windows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What {@code -dry-run} prints, as plain maps and lists. Pure. */
public final class DryRun {
    private DryRun() {}

    /**
     * One engine configuration of a plan, with keys in a fixed order. Values are maps, lists, strings, numbers, booleans or null, ready for any
     * JSON writer; no limit is the string {@code inf}.
     *
     * @param spec its processes as they would start
     * @param profilers what profilers do to them, as such values
     */
    public static Map<String, Object> describe(
            Plan plan, EngineConfiguration configuration, EngineSpec spec, List<Map<String, Object>> profilers) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("benchmark", configuration.benchmark());
        line.put("kind", configuration.kind().name().toLowerCase(Locale.ROOT));
        line.put("params", configuration.params());
        line.put("settings", settings(configuration.settings(), name -> true));
        line.put("engine", spec.engine().id());
        line.put("topology", topology(configuration.topology()));
        line.put("gpus", configuration.topology().gpus());
        line.put("forks", configuration.forks());
        line.put("processes", spec.processes().stream().map(DryRun::process).toList());
        line.put("profilers", profilers);
        line.put("loads", configuration.points().stream().map(DryRun::load).toList());
        line.put("estimateSeconds", Math.rint(plan.estimateSeconds(configuration)));
        return line;
    }

    private static Map<String, Object> topology(Topology topology) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tp", topology.tp());
        map.put("pp", topology.pp());
        map.put("dp", topology.dp());
        map.put("ep", topology.ep());
        map.put("nodes", topology.nodes());
        map.put("gpusPerNode", topology.gpusPerNode());
        return map;
    }

    private static Map<String, Object> process(ProcessSpec process) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("node", process.node());
        map.put("role", process.role().name().toLowerCase(Locale.ROOT));
        map.put("argv", process.argv());
        map.put("env", process.env());
        return map;
    }

    private static Map<String, Object> load(Point point) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("point", point.id());
        map.put("bench", point.bench().name().toLowerCase(Locale.ROOT));
        map.put("params", point.params());
        Map<String, Object> load = new LinkedHashMap<>();
        load.put("shape", shape(point.load()));
        load.put("drained", point.drained());
        load.put("warmup", windows(point.warmup()));
        load.put("measurement", windows(point.measurement()));
        load.put("settings", settings(point.settings(), name -> !engine(name)));
        load.put("notes", point.notes());
        map.put("load", load);
        return map;
    }

    private static String shape(LoadShape shape) {
        if (shape == null) {
            return null;
        }
        if (shape instanceof LoadShape.ClosedLoop) {
            return "closed-loop";
        }
        return shape instanceof LoadShape.OpenLoop ? "open-loop" : "batch";
    }

    private static Map<String, Object> windows(Windows windows) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", windows.count());
        map.put("seconds", windows.timeNanos() == null ? null : windows.timeNanos() / 1e9);
        map.put("requests", windows.requests());
        return map;
    }

    private static Map<String, Object> settings(SettingValues settings, Predicate<String> kept) {
        Map<String, Object> map = new LinkedHashMap<>();
        settings.asMap().forEach((name, value) -> {
            if (kept.test(name)) {
                map.put(name, value instanceof Number number && Values.isInfinite(number) ? Values.INFINITE : value);
            }
        });
        return map;
    }

    /** A name that is no attribute of the load is a flag. */
    private static boolean engine(String name) {
        return Settings.find(name).map(setting -> setting.engine()).orElse(true);
    }
}
