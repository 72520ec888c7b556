package io.dyno.run;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import io.dyno.engine.GpuProbe;
import io.dyno.engine.InstalledVllm;
import io.dyno.engine.local.LocalLauncher;
import io.dyno.engine.remote.ForeignServer;
import io.dyno.engine.sim.SimOptions;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Listing;
import io.dyno.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The first lines of a run, in order, before any number: what will be measured, on what, how long. */
final class Opening {
    private Opening() {}

    static String text(Preparation preparation) {
        StringBuilder out = new StringBuilder();
        Plan plan = preparation.plan();
        EngineChoice choice = preparation.choice();
        if (choice.engine() == EngineKind.SIM) {
            SimOptions machine = preparation.machine();
            out.append("SIMULATION. ")
                    .append(
                            choice.gpus().isEmpty()
                                    ? "No GPU was found and no vLLM was named; "
                                    : "This machine has GPUs, but -engine sim was asked for; ")
                    .append("nothing here is measured.\n")
                    .append("  engine   sim: vLLM's scheduler over a cost model of ")
                    .append(machine.gpus())
                    .append(" x ")
                    .append(machine.gpu())
                    .append(", ")
                    .append(models(plan))
                    .append("        docs/simulator.md\n")
                    .append(
                            "  to measure: run this on a machine with a GPU and vLLM, or  -url http://host:8000  or  -vllm /path/to/vllm\n");
        } else if (choice.engine() == EngineKind.REMOTE) {
            remote(out, preparation);
        } else {
            out.append("Dyno ").append(DynoVersion.TEXT).append('\n');
            Optional<String> version =
                    InstalledVllm.version(Path.of(choice.command().get(0)));
            out.append("  engine   vLLM ")
                    .append(version.map(v -> v + " ").orElse(""))
                    .append("at ")
                    .append(choice.command().get(0))
                    .append(" (")
                    .append(choice.reason())
                    .append(")\n");
            if (choice.gpus().isEmpty()) {
                out.append("  GPU      none was found: the engine will run on what it finds itself\n");
            }
            for (GpuProbe.Gpu gpu : choice.gpus()) {
                out.append("  GPU      ")
                        .append(gpu.index())
                        .append("  ")
                        .append(gpu.name() == null ? "of an unknown kind" : gpu.name());
                if (gpu.memoryBytes() != null) {
                    out.append(String.format(Locale.ROOT, "  %.1f GiB", gpu.memoryBytes() / (double) (1L << 30)));
                }
                out.append('\n');
            }
            for (String why : preparation.gpuProbe().unwatched()) {
                out.append("  GPU      not watched: ").append(why).append('\n');
            }
            out.append("  model    ").append(models(plan)).append('\n');
        }
        out.append("  plan     ").append(summary(preparation));
        for (String line : ProfilerNotes.of(preparation.profilers(), plan)) {
            out.append("\n  profile  ").append(line);
        }
        for (String warning : plan.warnings()) {
            out.append("\n  note     ").append(warning);
        }
        for (String note : preparation.notes()) {
            out.append("\n  note     ").append(note);
        }
        for (String note : plan.notes()) {
            out.append("\n  note     ").append(note);
        }
        if (choice.engine() != EngineKind.REMOTE && LocalLauncher.warning() != null) {
            out.append("\n  note     ").append(LocalLauncher.warning());
        }
        for (Plan.Skipped skipped : plan.skipped()) {
            out.append("\n  ").append(skipped(skipped));
        }
        return out.toString();
    }

    private static void remote(StringBuilder out, Preparation preparation) {
        List<ForeignServer> servers = preparation.attachment().servers();
        out.append(
                preparation.simulated()
                        ? "SIMULATION. The server is Dyno's simulator; nothing here is measured.\n"
                        : "Dyno " + DynoVersion.TEXT + "\n");
        String version = servers.get(0).version();
        out.append("  engine   ")
                .append(servers.size() == 1 ? "a server" : servers.size() + " servers, loaded as one in turn,")
                .append(" that somebody else started: ")
                .append(servers.stream().map(server -> server.url().toString()).collect(Collectors.joining(", ")))
                .append(version == null ? ", version unknown" : ", vLLM " + version)
                .append('\n');
        out.append("  GPU      ")
                .append(
                        preparation.givenGpus() == null
                                ? "unknown: a server does not say; -gpus N gives figures per GPU"
                                : preparation.givenGpus() + " (-gpus)")
                .append('\n');
        out.append("  model    ").append(models(preparation.plan())).append('\n');
        out.append("  cache    prefix caches of others are not reset: prompts are salted unless salt=false\n");
    }

    /** {@code 2 engine configurations, 6 engine starts, 30 points, about 63 min, 1.04 GPU-h}; no GPU-h where no GPU is known of. */
    static String summary(Preparation preparation) {
        Plan plan = preparation.plan();
        boolean remote = preparation.choice().engine() == EngineKind.REMOTE;
        boolean noGpus = remote || plan.configurations().stream().anyMatch(c -> preparation.gpus(c) == null);
        double gpuHours = plan.configurations().stream()
                .mapToDouble(c -> plan.estimateSeconds(c) / 3600 * c.topology().gpus())
                .sum();
        int inForks = plan.configurations().stream()
                .mapToInt(c -> c.points().size() * c.forks())
                .sum();
        return plural(plan.configurations().size(), "engine configuration") + ", "
                + (remote ? "nothing started" : plural(plan.engineStarts(), "engine start")) + ", "
                + plural(plan.points(), "point") + " (" + plural(inForks, "measurement") + "), about "
                + time(plan.estimateSeconds())
                + (noGpus ? "" : String.format(Locale.ROOT, ", %.2f GPU-h", gpuHours));
    }

    static String time(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }

    private static String plural(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private static String models(Plan plan) {
        return plan.configurations().stream()
                .map(EngineConfiguration::model)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The listing of {@code -lp}. */
    static String points(Preparation preparation) {
        Plan plan = preparation.plan();
        StringBuilder out = new StringBuilder();
        for (Listing listing : Listing.of(plan)) {
            out.append(listing.benchmark())
                    .append("  ")
                    .append(plural(listing.engineStarts(), "engine start"))
                    .append(", about ")
                    .append(time(listing.estimateSeconds()))
                    .append('\n');
            for (Listing.Grid grid : listing.benches()) {
                out.append("  ")
                        .append(grid.bench().name().toLowerCase(Locale.ROOT))
                        .append("  ")
                        .append(plural(grid.points(), "point"));
                grid.params()
                        .forEach((name, values) ->
                                out.append("  ").append(name).append('=').append(String.join(",", values)));
                out.append('\n');
            }
        }
        for (Plan.Skipped skipped : plan.skipped()) {
            out.append(skipped(skipped)).append('\n');
        }
        out.append(summary(preparation));
        preparation.notes().forEach(note -> out.append("\nnote     ").append(note));
        return out.toString();
    }

    private static String skipped(Plan.Skipped skipped) {
        return "skipped  " + skipped.benchmark() + "." + skipped.bench().name().toLowerCase(Locale.ROOT) + ": "
                + skipped.reason();
    }
}
