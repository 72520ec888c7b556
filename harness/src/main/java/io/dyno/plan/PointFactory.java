package io.dyno.plan;

import io.dyno.Bench;
import io.dyno.Endpoint;
import io.dyno.plan.Axis.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the points of one class and one bench: fills in defaults and drops what the bench does not use. */
final class PointFactory {
    private final BenchmarkDescriptor written;
    private final Bench bench;
    private final PlanRequest request;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    private PointFactory(BenchmarkDescriptor written, Bench bench, PlanRequest request) {
        this.written = written;
        this.bench = bench;
        this.request = request;
    }

    /**
     * A point.
     *
     * @param combination one choice on each axis that the bench uses
     * @param engine the engine's settings, those that the plan decided included
     * @param dropped notes on the axes that the bench does not use
     */
    static Point make(
            BenchmarkDescriptor written,
            Bench bench,
            PlanRequest request,
            Axis.Combination combination,
            Map<String, Object> engine,
            List<String> dropped) {
        PointFactory factory = new PointFactory(written, bench, request);
        factory.values.putAll(engine);
        factory.notes.addAll(dropped);
        return factory.make(combination);
    }

    private Point make(Axis.Combination combination) {
        Map<String, Object> asked = new LinkedHashMap<>();
        Map<String, Boolean> named = new LinkedHashMap<>();
        combination.choices().forEach((axis, choice) -> {
            if (axis.setting() != null && !axis.engine()) {
                asked.put(axis.setting().name(), choice.value());
                named.put(axis.setting().name(), axis.named());
            }
        });
        LoadShape load = bench == Bench.STARTUP ? null : load(asked);
        boolean batch = load instanceof LoadShape.Batch;
        boolean drained = bench == Bench.SERVE && (batch || Boolean.TRUE.equals(asked.get("drained")));
        if (drained && !Boolean.TRUE.equals(asked.get("drained"))) {
            notes.add("drained: an infinite requestRate without maxConcurrency is one batch");
        }
        Long requests = bench == Bench.LATENCY
                ? (Long) asked.getOrDefault("batchSize", Defaults.BATCH_SIZE)
                : (Long) asked.get("numPrompts");
        WindowPlan windows = WindowPlan.of(
                written, bench, batch || drained, requests, named.getOrDefault("numPrompts", false), request);
        Workload workload = load == null ? null : workload(asked);
        counts(asked, drained, windows);
        collect(asked);
        windowNotes(load, drained, windows, workload);
        return point(combination, load, batch || drained, windows, workload);
    }

    private LoadShape load(Map<String, Object> asked) {
        if (bench != Bench.SERVE) {
            return new LoadShape.Batch();
        }
        Double rate = (Double) asked.get("requestRate");
        Long concurrency = (Long) asked.get("maxConcurrency");
        if (rate == null && concurrency == null) {
            concurrency = Defaults.MAX_CONCURRENCY;
        }
        double perSecond = rate == null ? Double.POSITIVE_INFINITY : rate;
        long slots = concurrency == null ? Long.MAX_VALUE : concurrency;
        asked.put("requestRate", perSecond);
        asked.put("maxConcurrency", slots);
        Integer limit = slots == Long.MAX_VALUE ? null : Math.toIntExact(slots);
        if (Double.isInfinite(perSecond)) {
            if (asked.remove("burstiness") != null) {
                notes.add("burstiness is left out: an infinite requestRate has no gaps");
            }
            return limit == null ? new LoadShape.Batch() : new LoadShape.ClosedLoop(limit);
        }
        double burstiness = (double) asked.computeIfAbsent("burstiness", name -> Defaults.BURSTINESS);
        return new LoadShape.OpenLoop(perSecond, burstiness, limit);
    }

    private Workload workload(Map<String, Object> asked) {
        Optional<Dataset> dataset = Optional.empty();
        if (!written.hasPrompts()) {
            String id = (String) asked.computeIfAbsent("dataset", name -> Defaults.DATASET.id());
            dataset = Dataset.find(id);
        }
        for (String name : Dataset.notUsedByAll()) {
            if (!Dataset.uses(dataset, name) && asked.remove(name) != null) {
                notes.add(name + " is left out: it means nothing for prompts from "
                        + dataset.map(known -> "dataset " + known.id()).orElse("a @Prompts method"));
            }
        }
        dataset.ifPresent(known -> known.defaults().forEach(asked::putIfAbsent));
        if (dataset.isPresent() && Dataset.uses(dataset, "oversample")) {
            asked.putIfAbsent("oversample", dataset.get() == Dataset.DYNO);
        }
        asked.putIfAbsent("ignoreEos", dataset.filter(Dataset::tokenIds).isPresent());
        asked.putIfAbsent("seed", Defaults.SEED);
        asked.putIfAbsent("temperature", Defaults.TEMPERATURE);
        asked.putIfAbsent("endpoint", Defaults.ENDPOINT);
        return new Workload(
                (String) asked.get("dataset"),
                (String) asked.get("datasetPath"),
                number(asked.get("inputLen")),
                number(asked.get("outputLen")),
                PromptShape.of(asked),
                Endpoint.valueOf((String) asked.get("endpoint")),
                (Boolean) asked.get("ignoreEos"),
                sampling(asked),
                (Long) asked.get("seed"),
                (Boolean) asked.get("salt"),
                Boolean.TRUE.equals(asked.get("oversample")));
    }

    /** Sampling parameters under the API's names. */
    private static Map<String, Object> sampling(Map<String, Object> asked) {
        Map<String, Object> sampling = new LinkedHashMap<>();
        for (Setting setting : Settings.all()) {
            Object value = asked.get(setting.name());
            if (value != null && "Sampling".equals(setting.annotation())) {
                boolean seed = setting.name().equals("samplingSeed");
                sampling.put(seed ? "seed" : Spelling.kebab(setting.name()).replace('-', '_'), value);
            }
        }
        return sampling;
    }

    /** Settings about the number of requests: only those that end a window or a run stay. */
    private void counts(Map<String, Object> asked, boolean drained, WindowPlan windows) {
        switch (bench) {
            case SERVE -> {
                asked.put("drained", drained);
                if (windows.byCount()) {
                    asked.putIfAbsent("numPrompts", Defaults.NUM_PROMPTS);
                } else if (asked.remove("numPrompts") != null) {
                    notes.add("numPrompts is left out: windows end by time");
                }
            }
            case THROUGHPUT -> asked.putIfAbsent("numPrompts", Defaults.NUM_PROMPTS);
            case LATENCY -> asked.putIfAbsent("batchSize", Defaults.BATCH_SIZE);
            case STARTUP -> {
                // counts starts, not requests
            }
        }
    }

    private void collect(Map<String, Object> asked) {
        for (Setting setting : Settings.all()) {
            Object value = asked.get(setting.name());
            if (value != null) {
                values.put(setting.name(), value);
            }
        }
    }

    private void windowNotes(LoadShape load, boolean drained, WindowPlan windows, Workload workload) {
        if (windows.timeUnused()) {
            String what = drained ? "a drained run" : "an iteration of " + bench;
            notes.add("the time of windows is not used: " + what + " ends when its work is done");
        }
        boolean warmupWritten = request.warmupIterations() != null
                || (written.warmup() != null && written.warmup().iterations() != null);
        if (bench == Bench.STARTUP && warmupWritten) {
            notes.add("warm-up iterations are left out: STARTUP has none");
        }
        if (load instanceof LoadShape.ClosedLoop closed
                && windows.measurement().requests() != null
                && windows.measurement().requests() < closed.maxConcurrency()) {
            notes.add("numPrompts = " + windows.measurement().requests() + " never fills maxConcurrency = "
                    + closed.maxConcurrency());
        }
        if (bench == Bench.SERVE && !drained) {
            tooShort(windows, workload);
        }
    }

    private void tooShort(WindowPlan windows, Workload workload) {
        double request = Estimate.requestSeconds(workload);
        Windows warmup = windows.warmup();
        String expected = "a request of this output length takes about " + Math.round(request) + " s at "
                + Values.text(Defaults.TPOT_MILLIS) + " ms a token";
        if (windows.measurement().timeNanos() != null && windows.measurement().timeNanos() / 1e9 < request) {
            notes.add("windows may be too short: " + expected + ", longer than a window of "
                    + Values.text(windows.measurement().timeNanos() / 1e9) + " s");
        } else if (warmup.timeNanos() != null
                && warmup.count() > 0
                && warmup.count() * warmup.timeNanos() / 1e9 < request) {
            notes.add("the warm-up may be too short: " + expected + ", longer than the warm-up of "
                    + Values.text(warmup.count() * warmup.timeNanos() / 1e9) + " s");
        } else if (warmup.count() == 0) {
            notes.add("without a warm-up the first window contains the load's own ramp and will be marked suspect");
        }
    }

    private Point point(
            Axis.Combination combination, LoadShape load, boolean drained, WindowPlan windows, Workload workload) {
        Map<String, String> params = new LinkedHashMap<>();
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, String> own = new TreeMap<>();
        for (Map.Entry<Axis, Choice> entry : combination.choices().entrySet()) {
            Axis axis = entry.getKey();
            String text = entry.getValue().text();
            boolean dropped = axis.setting() != null
                    && entry.getValue().value() != null
                    && !values.containsKey(axis.setting().name());
            if (dropped) {
                continue;
            }
            if (axis.isParam()) {
                params.put(axis.name(), text);
            }
            if (axis.field() != null && entry.getValue().value() != null) {
                fields.put(axis.field(), text);
            }
            if (axis.setting() == null) {
                own.put(axis.name(), text);
            }
        }
        Fingerprint fingerprint = new Fingerprint().add(written.benchmark()).add(bench);
        values.forEach((name, value) -> fingerprint.add(name).add(value));
        own.forEach((name, value) -> fingerprint.add("field " + name).add(value));
        Object batchSize = values.get("batchSize");
        return new Point(
                fingerprint.id(),
                written.benchmark(),
                bench,
                params,
                fields,
                new SettingValues(values),
                load,
                workload,
                drained,
                bench == Bench.LATENCY ? number(batchSize) : null,
                bench == Bench.SERVE ? written.slo() : null,
                windows.warmup(),
                windows.measurement(),
                notes);
    }

    private static Integer number(Object value) {
        return value == null ? null : Math.toIntExact((Long) value);
    }
}
