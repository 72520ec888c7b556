package io.dyno.run;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.profile.Profilers;
import java.util.ArrayList;
import java.util.List;

/** What the first lines of a run say of its profilers: what they cost in engines and time besides the plan's. */
final class ProfilerNotes {
    private ProfilerNotes() {}

    static List<String> of(List<Profilers.Named> profilers, Plan plan) {
        List<String> lines = new ArrayList<>();
        long kept = plan.configurations().stream().filter(c -> !isStartup(c)).count();
        for (Profilers.Named named : kept == 0 ? List.<Profilers.Named>of() : profilers) {
            String line = named.name() + ": " + iterations(named) + " of each point in ";
            switch (named.intrusion()) {
                case NONE -> lines.add(named.name() + ": beside everything that is measured");
                case WHEN_STARTED -> lines.add(line + "the last fork, after all that is scored");
                case ALWAYS ->
                    lines.add(
                            line + (kept == 1 ? "a fork" : kept + " forks") + " of its own, after all that is scored");
            }
        }
        if (!profilers.isEmpty() && plan.configurations().stream().anyMatch(ProfilerNotes::isStartup)) {
            lines.add("none for startup, which keeps no engine");
        }
        return lines;
    }

    private static boolean isStartup(EngineConfiguration configuration) {
        return configuration.kind() == EngineConfiguration.Kind.STARTUP;
    }

    private static String iterations(Profilers.Named profiler) {
        return profiler.iterations() == 1 ? "1 profiled iteration" : profiler.iterations() + " profiled iterations";
    }
}
