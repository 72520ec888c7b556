package io.dyno.result;

import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestCounts;
import io.dyno.metrics.Validity;
import io.dyno.plan.InForce;
import io.dyno.result.JournalEvent.EngineReady;
import io.dyno.result.JournalEvent.IterationEnded;
import io.dyno.result.PointResult.Identity;
import io.dyno.result.PointResult.Requests;
import io.dyno.result.PointResult.Slo;
import io.dyno.result.PointResult.WindowCounts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** From a journal to what became of one point. */
final class PointAssembly {
    private final JournalIndex journal;
    private final PlannedPoint point;
    private final List<ForkOutcome> forks;
    private final PointResult.Profile profile;
    private static final String MOSTLY = ", mostly: ";

    private final List<EngineReady> engines;
    private final List<IterationEnded> scored;
    private final RequestCounts requests;

    private PointAssembly(
            JournalIndex journal,
            PlannedPoint point,
            List<ForkOutcome> forks,
            List<EngineReady> engines,
            PointResult.Profile profile) {
        this.journal = journal;
        this.point = point;
        this.forks = forks;
        this.engines = engines;
        this.profile = profile;
        this.scored = forks.stream().flatMap(f -> f.scored().stream()).toList();
        this.requests = forks.stream()
                .flatMap(f -> f.windows().stream())
                .filter(w -> !w.validity().isVoid() && w.requests() != null)
                .map(IterationEnded::requests)
                .reduce(RequestCounts.NONE, RequestCounts::plus);
    }

    /** What was measured. */
    static PointResult scored(JournalIndex journal, PlannedPoint point, MetricAssembly.Requests files) {
        List<ForkOutcome> forks = IntStream.range(0, point.forks())
                .mapToObj(fork -> ForkOutcome.of(journal, point, fork))
                .toList();
        return new PointAssembly(journal, point, forks, journal.engines(point.configuration()), null).result(files);
    }

    /** What the point was like under profilers that slow the engine down: a result of its own for each. */
    static List<PointResult> profiled(JournalIndex journal, PlannedPoint point, MetricAssembly.Requests files) {
        return journal.profiles(point.id()).stream()
                .map(profile -> new PointAssembly(
                                journal,
                                point,
                                List.of(ForkOutcome.profiled(journal, profile)),
                                journal.engine(point.configuration(), profile),
                                new PointResult.Profile(profile.profiler(), profile.files()))
                        .result(files))
                .toList();
    }

    /** How a point ended, and why. */
    private record Verdict(Status status, Failure failure, String reason) {}

    private PointResult result(MetricAssembly.Requests files) {
        Verdict verdict = verdict();
        EngineReady engine = engines.isEmpty() ? null : engines.get(0);
        Map<String, PointResult.MetricResult> metrics =
                new MetricAssembly(forks, whyNothing(verdict), files).results(point.primary());
        return new PointResult(
                point.id(),
                point.benchmark(),
                point.bench(),
                point.params(),
                point.settings(),
                engine == null ? InForce.UNKNOWN : engine.inForce(),
                InForce.measuredDifferently(inForce()),
                engine == null ? null : engine.engine(),
                engine == null ? null : engine.version(),
                engine != null && engine.simulated(),
                engine == null ? null : engine.gpus(),
                tokenSource(engine),
                engine == null ? List.of() : engine.urls(),
                engine == null ? Map.of() : engine.unknown(),
                verdict.status(),
                verdict.failure(),
                verdict.reason(),
                profile,
                suspects(),
                new Requests(requests.due(), requests.failed()),
                slo(),
                identity(engine),
                prompts(),
                point.primary(),
                metrics,
                windowCounts());
    }

    /** That of the point's endpoint; completions is where nothing is written. */
    private String tokenSource(EngineReady engine) {
        Object endpoint = point.settings().getOrDefault("endpoint", "completions");
        return engine == null
                ? null
                : engine.tokenSources().get(endpoint.toString().toLowerCase(Locale.ROOT));
    }

    private Verdict verdict() {
        if (point.skipped() != null) {
            return new Verdict(Status.SKIPPED, null, point.skipped());
        }
        for (Status worst : List.of(Status.FAILED, Status.SKIPPED, Status.VOID)) {
            for (ForkOutcome fork : forks) {
                if (fork.status() == worst) {
                    return new Verdict(worst, worst == Status.FAILED ? fork.failure() : null, fork.reason());
                }
            }
        }
        Failure tooMany = tooManyFailedRequests();
        if (tooMany != null) {
            return new Verdict(Status.FAILED, tooMany, null);
        }
        Failure dead = deadWindow();
        if (dead != null) {
            return new Verdict(Status.FAILED, dead, null);
        }
        long open = forks.stream().filter(f -> f.status() == Status.INTERRUPTED).count();
        if (open > 0) {
            return new Verdict(Status.INTERRUPTED, null, open + " of " + point.forks() + " forks were not measured");
        }
        return new Verdict(Status.OK, null, null);
    }

    /** A window in which nothing succeeded has no rates; the mean of the others would be the better, the worse the engine was. */
    private Failure deadWindow() {
        for (IterationEnded window : scored) {
            RequestCounts counts = window.requests();
            if (counts != null && counts.due() > 0 && counts.failures() == counts.due()) {
                return new Failure(
                        mostFrequent(counts),
                        "all " + counts.due() + " requests of a window failed (" + classes(counts) + ")" + mostly(),
                        engines.isEmpty() ? null : engines.get(0).log());
            }
        }
        return null;
    }

    /** What the failed requests of the first such window were mostly told, as its reason says. */
    private String mostly() {
        return scored.stream()
                .flatMap(window -> window.validity().reasons().stream())
                .filter(reason -> reason.startsWith("failed_requests:") && reason.contains(MOSTLY))
                .findFirst()
                .map(reason -> reason.substring(reason.indexOf(MOSTLY)))
                .orElse("");
    }

    private static FailureClass mostFrequent(RequestCounts counts) {
        return counts.failed().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static String classes(RequestCounts counts) {
        return counts.failed().entrySet().stream()
                .map(e -> e.getKey().id() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private Failure tooManyFailedRequests() {
        int failed = requests.failures();
        double limit = journal.run().maxFailed();
        if (failed == 0 || failed <= limit * requests.due()) {
            return null;
        }
        String allowed = BigDecimal.valueOf(limit * 100).stripTrailingZeros().toPlainString();
        return new Failure(
                mostFrequent(requests),
                failed + " of " + requests.due() + " requests failed (" + classes(requests) + "), more than the "
                        + allowed + " % that -max-failed allows" + mostly(),
                engines.isEmpty() ? null : engines.get(0).log());
    }

    private String whyNothing(Verdict verdict) {
        if (verdict.failure() != null) {
            return verdict.failure().message();
        }
        return verdict.reason() == null ? "no window was completed" : verdict.reason();
    }

    /** Each kind of doubt once, with the number of windows it concerns. */
    private List<String> suspects() {
        List<String> doubts = new ArrayList<>();
        Map<String, List<String>> byCode = new LinkedHashMap<>();
        for (IterationEnded window : scored) {
            for (String reason : window.validity().reasons()) {
                byCode.computeIfAbsent(Validity.code(reason), k -> new ArrayList<>())
                        .add(reason);
            }
        }
        byCode.forEach((code, reasons) -> {
            String first = reasons.get(0)
                    .substring(Math.min(reasons.get(0).length(), code.length() + 1))
                    .strip();
            doubts.add(code + ": " + reasons.size() + " of " + scored.size() + " windows"
                    + (first.isEmpty() ? "" : ", such as: " + first));
        });
        if (profile == null
                && point.warmups() == 0
                && point.measurements() == 1
                && !point.drained()
                && !scored.isEmpty()) {
            doubts.add("ramp: one window without a warm-up contains its own ramp");
        }
        if (profile == null) {
            doubts.addAll(journal.doubtsAfter(point.configuration()));
        }
        enginesDiffer().ifPresent(doubts::add);
        return doubts;
    }

    private List<InForce> inForce() {
        return engines.stream().map(EngineReady::inForce).toList();
    }

    private Optional<String> enginesDiffer() {
        List<String> what = new ArrayList<>();
        InForce.differentSettings(inForce())
                .forEach((name, values) -> what.add(name + " " + String.join(", ", values)));
        List<String> versions =
                engines.stream().map(e -> String.valueOf(e.version())).toList();
        if (versions.stream().distinct().count() > 1) {
            what.add("version " + String.join(", ", versions));
        }
        return what.isEmpty()
                ? Optional.empty()
                : Optional.of("engines_differ: the engines of its forks did not use the same settings or version: "
                        + String.join("; ", what));
    }

    private Slo slo() {
        if (point.slo() == null || profile != null) { // nobody's objectives are those of an engine under a profiler
            return null;
        }
        int endedWell = requests.due() - requests.failures();
        if (endedWell == 0 || requests.metSlo() == null) {
            return new Slo(point.slo(), null, null);
        }
        double share = (double) requests.metSlo() / requests.due();
        return new Slo(point.slo(), share, share >= point.slo().attainment());
    }

    private Identity identity(EngineReady engine) {
        String datasetHash = forks.stream()
                .map(ForkOutcome::datasetHash)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (engine == null || engine.identity() == null) {
            Object model = point.settings().get("model");
            return new Identity(model == null ? null : model.toString(), null, datasetHash, List.of(), null);
        }
        JournalEvent.EngineIdentity id = engine.identity();
        return new Identity(id.model(), id.revision(), datasetHash, id.gpuNames(), id.engineBuild());
    }

    private JournalEvent.PromptUse prompts() {
        return forks.stream()
                .map(ForkOutcome::prompts)
                .filter(Objects::nonNull)
                .reduce(JournalEvent.PromptUse::plus)
                .orElse(null);
    }

    private WindowCounts windowCounts() {
        int total = 0;
        int suspect = 0;
        int voided = 0;
        for (ForkOutcome fork : forks) {
            for (IterationEnded window : fork.windows()) {
                total++;
                suspect += window.validity().level() == Validity.Level.SUSPECT ? 1 : 0;
                voided += window.validity().isVoid() ? 1 : 0;
            }
        }
        return new WindowCounts(point.warmups(), total, suspect, voided);
    }
}
