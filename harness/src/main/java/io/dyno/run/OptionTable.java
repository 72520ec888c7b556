package io.dyno.run;

import io.dyno.Bench;
import io.dyno.plan.Suggestions;
import io.dyno.result.JmhFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Every option, once: the parser, the help text, {@link Options} and the docs are made from this table. JMH's spellings where JMH has the
 * option; one dash or two.
 */
final class OptionTable {
    /**
     * An option.
     *
     * @param name without dashes
     * @param group heading in the help text
     * @param placeholder what its value is called, or null when it takes none
     * @param defaultText what holds when it is not given
     * @param help what it does, with the unit
     * @param apply sets it in a builder; the text is empty when it takes no value
     */
    record Option(String name, Group group, String placeholder, String defaultText, String help, Apply apply) {
        boolean takesValue() {
            return placeholder != null;
        }
    }

    /** How an option reaches the builder. */
    @FunctionalInterface
    interface Apply {
        void to(Options.Builder builder, String text) throws UsageException;
    }

    /** Headings of the help text, in order. */
    enum Group {
        WHAT("What to run"),
        HOW("How often and how long"),
        ENGINE("Engine"),
        RESULTS("Results"),
        INFO("Instead of running");

        final String title;

        Group(String title) {
            this.title = title;
        }
    }

    /** What the command line is asked to do instead of running benchmarks. */
    static final Map<String, String> ACTIONS = actions();

    /** Fewer have no median to speak of on a machine that does other things. */
    private static final int CROSSCHECK_PAIRS = 5;

    static final List<Option> OPTIONS = List.of(
            value(
                    "p",
                    Group.WHAT,
                    "NAME=V1,V2",
                    "",
                    "set a setting or @Param field; several values sweep",
                    OptionTable::param),
            value(
                    "bm",
                    Group.WHAT,
                    "BENCH,…",
                    "what the class says",
                    "what to measure: serve, throughput, latency, startup",
                    OptionTable::benches),
            value("e", Group.WHAT, "REGEXP,…", "", "leave out benchmarks in whose name one is found", (b, text) -> {
                for (String part : text.split(",", -1)) {
                    b.exclude(regexp("-e", part));
                }
            }),
            value(
                    "prof",
                    Group.WHAT,
                    "NAME[:KEY=VALUE;…]",
                    "",
                    "attach a profiler; -lprof lists them",
                    (b, text) -> b.profiler(text)),
            value(
                    "f",
                    Group.HOW,
                    "N",
                    "3, or what @Fork says",
                    "forks: fresh engines that are measured",
                    (b, text) -> b.forks(integer("-f", text, 1))),
            value(
                    "wf",
                    Group.HOW,
                    "N",
                    "0, or what @Fork says",
                    "forks thrown away first",
                    (b, text) -> b.warmupForks(integer("-wf", text, 0))),
            value(
                    "i",
                    Group.HOW,
                    "N",
                    "3, or what @Measurement says",
                    "measurement iterations (windows) of each fork",
                    (b, text) -> b.iterations(integer("-i", text, 1))),
            value(
                    "wi",
                    Group.HOW,
                    "N",
                    "1, or what @Warmup says",
                    "warm-up iterations of each fork",
                    (b, text) -> b.warmupIterations(integer("-wi", text, 0))),
            value(
                    "r",
                    Group.HOW,
                    "TIME",
                    "30s, or what @Measurement says",
                    "length of a measurement window",
                    (b, text) -> b.time(Durations.parse("-r", text))),
            value(
                    "w",
                    Group.HOW,
                    "TIME",
                    "30s, or what @Warmup says",
                    "length of a warm-up window",
                    (b, text) -> b.warmupTime(Durations.parse("-w", text))),
            value(
                    "to",
                    Group.HOW,
                    "TIME",
                    "10m",
                    "a request still open this long after it was due has failed",
                    (b, text) -> b.timeout(Durations.parse("-to", text))),
            value(
                    "foe",
                    Group.HOW,
                    "BOOL",
                    "false",
                    "stop at the first failed point",
                    (b, text) -> b.failOnError(bool("-foe", text))),
            value(
                    "max-failed",
                    Group.HOW,
                    "SHARE",
                    "0.01",
                    "share of a point's scored requests that may fail, 0 to 1",
                    (b, text) -> b.maxFailed(share("-max-failed", text))),
            flag("strict", Group.HOW, "a suspect result is a failure", (b, text) -> b.strict(true)),
            value("engine", Group.ENGINE, "KIND", "auto", "auto, vllm, sim or remote", OptionTable::engine),
            value(
                    "vllm",
                    Group.ENGINE,
                    "PATH",
                    "DYNO_VLLM, else PATH",
                    "the vllm executable, or a virtual environment that has it",
                    (b, text) -> b.vllm(Path.of(text))),
            value(
                    "url",
                    Group.ENGINE,
                    "URL,…",
                    "",
                    "servers that run already, loaded as one; key in VLLM_API_KEY or OPENAI_API_KEY",
                    OptionTable::urls),
            value(
                    "sim",
                    Group.ENGINE,
                    "KEY=VALUE;…",
                    "gpu=H100;gpus=8;seed=1",
                    "the simulated machine: gpu, gpus, seed, engine-cv, fault (docs/simulator.md)",
                    (b, text) -> b.sim(text)),
            value(
                    "gpus",
                    Group.ENGINE,
                    "N",
                    "those found",
                    "GPUs to use, filled by dp unless it is set; with -url: GPUs of the servers, for figures per GPU",
                    (b, text) -> b.gpus(integer("-gpus", text, 1))),
            value(
                    "ready-timeout",
                    Group.ENGINE,
                    "TIME",
                    "30m",
                    "how long an engine's start may take, downloads not counted",
                    (b, text) -> b.readyTimeout(Durations.parse("-ready-timeout", text))),
            flag(
                    "crosscheck",
                    Group.ENGINE,
                    "after the last fork, put each point's load on the engine by vllm bench serve too, and compare"
                            + " (docs/crosscheck.md)",
                    (b, text) -> b.crosscheckPairs(CROSSCHECK_PAIRS)),
            value(
                    "crosscheck-pairs",
                    Group.ENGINE,
                    "N",
                    Integer.toString(CROSSCHECK_PAIRS),
                    "the same, in so many alternating pairs of runs",
                    (b, text) -> b.crosscheckPairs(integer("-crosscheck-pairs", text, 1))),
            value(
                    "dev-mode",
                    Group.ENGINE,
                    "BOOL",
                    "true",
                    "VLLM_SERVER_DEV_MODE of engines: caches can be reset; false: prompts are salted instead",
                    (b, text) -> b.devMode(bool("-dev-mode", text))),
            value(
                    "results",
                    Group.RESULTS,
                    "DIR",
                    "dyno-results",
                    "where runs are kept",
                    (b, text) -> b.results(Path.of(text))),
            value("run", Group.RESULTS, "NAME", "from the time", "the run's name", (b, text) -> b.run(text)),
            flag(
                    "resume",
                    Group.RESULTS,
                    "go on with the newest unfinished run, or with that of -run",
                    (b, text) -> b.resume(true)),
            value(
                    "rf",
                    Group.RESULTS,
                    "FORMAT",
                    "csv",
                    "a further result file in one of JMH's formats: " + String.join(", ", JmhFormat.ids()),
                    OptionTable::resultFormat),
            value(
                    "rff",
                    Group.RESULTS,
                    "FILE",
                    "dyno-result.FORMAT",
                    "that file's name",
                    (b, text) -> b.resultFile(Path.of(text))),
            value(
                    "o",
                    Group.RESULTS,
                    "FILE",
                    "",
                    "write the console output there too",
                    (b, text) -> b.output(Path.of(text))),
            flag(
                    "keep-text",
                    Group.RESULTS,
                    "keep prompts and answers in the request files",
                    (b, text) -> b.keepText(true)));

    /** JMH's options that have no meaning here, with what to do instead. */
    static final Map<String, String> REFUSED = refused();

    private OptionTable() {}

    private static Map<String, String> actions() {
        Map<String, String> actions = new TreeMap<>();
        actions.put("l", "list the benchmarks");
        actions.put("lp", "list them with their points, engine starts and expected time");
        actions.put("lprof", "list the profilers, supported here or not and why");
        actions.put("dry-run", "print what would be started as JSON lines, and start nothing");
        actions.put("h", "print this help");
        return actions;
    }

    private static Map<String, String> refused() {
        Map<String, String> refused = new TreeMap<>();
        String load = "requests in flight are a setting: -p maxConcurrency=8,32";
        refused.put("t", load);
        refused.put("tg", load);
        refused.put("si", "there are no threads to synchronise");
        String count = "the size of an iteration is a setting: -p numPrompts=…, or -p batchSize=… for latency";
        refused.put("bs", count);
        refused.put("wbs", count);
        refused.put("opi", count);
        refused.put("tu", "units are fixed: ms, req/s, tok/s");
        refused.put("gc", "the engine is no JVM; pauses of the client stand in each window's health");
        refused.put("wm", "warm-up is always the point's own load");
        refused.put("wmb", "warm-up is always the point's own load");
        String jvm =
                "an engine is no JVM; its arguments are settings: -p engineArgs='[\"--flag\",\"value\"]' or -p flag=value";
        refused.put("jvm", jvm);
        refused.put("jvmArgs", jvm);
        refused.put("jvmArgsAppend", jvm);
        refused.put("jvmArgsPrepend", jvm);
        refused.put("v", "there is one verbosity; the engine's own log is kept in the run's folder");
        refused.put("lrf", "the formats of -rf are " + String.join(", ", JmhFormat.ids()));
        return refused;
    }

    private static Option value(
            String name, Group group, String placeholder, String defaultText, String help, Apply apply) {
        return new Option(name, group, placeholder, defaultText, help, apply);
    }

    private static Option flag(String name, Group group, String help, Apply apply) {
        return new Option(name, group, null, "", help, apply);
    }

    private static void param(Options.Builder builder, String text) throws UsageException {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException("-p needs NAME=VALUE, got \"" + text + "\"");
        }
        builder.param(text.substring(0, equals).strip(), text.substring(equals + 1));
    }

    private static void benches(Options.Builder builder, String text) throws UsageException {
        Map<String, Bench> byName = new LinkedHashMap<>();
        for (Bench bench : Bench.values()) {
            byName.put(bench.name().toLowerCase(Locale.ROOT), bench);
        }
        for (String part : text.split(",", -1)) {
            Bench bench = byName.get(part.strip().toLowerCase(Locale.ROOT));
            if (bench == null) {
                throw new UsageException("-bm knows " + String.join(", ", byName.keySet()) + "; got \"" + part + "\""
                        + Suggestions.didYouMean(part, byName.keySet()));
            }
            builder.bench(bench);
        }
    }

    private static void engine(Options.Builder builder, String text) throws UsageException {
        List<String> kinds = List.of("auto", "vllm", "sim", "remote");
        if (!kinds.contains(text)) {
            throw new UsageException(
                    "-engine is auto, vllm, sim or remote; got \"" + text + "\"" + Suggestions.didYouMean(text, kinds));
        }
        builder.engine(text);
    }

    private static void urls(Options.Builder builder, String text) {
        for (String part : text.split(",", -1)) {
            builder.url(part.strip());
        }
    }

    private static void resultFormat(Options.Builder builder, String text) throws UsageException {
        builder.resultFormat(FurtherFile.format(text).id());
    }

    static String regexp(String option, String text) throws UsageException {
        try {
            Pattern.compile(text);
            return text;
        } catch (PatternSyntaxException e) {
            throw new UsageException(
                    option + " \"" + text + "\" is no regular expression: " + e.getDescription() + " near index "
                            + e.getIndex(),
                    e);
        }
    }

    private static int integer(String option, String text, int min) throws UsageException {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= min) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the limit
        }
        throw new UsageException(option + " needs a whole number of at least " + min + ", got \"" + text + "\"");
    }

    private static double share(String option, String text) throws UsageException {
        try {
            double value = Double.parseDouble(text.strip());
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the limits
        }
        throw new UsageException(option + " needs a share from 0 to 1, got \"" + text + "\"");
    }

    private static boolean bool(String option, String text) throws UsageException {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new UsageException(option + " is true or false, got \"" + text + "\"");
        };
    }
}
