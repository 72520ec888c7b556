package io.dyno.plan;

import static io.dyno.Bench.LATENCY;
import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Setting.Type.BOOLEAN;
import static io.dyno.plan.Setting.Type.INTEGER;
import static io.dyno.plan.Setting.Type.JSON;
import static io.dyno.plan.Setting.Type.LIST;
import static io.dyno.plan.Setting.Type.NUMBER;
import static io.dyno.plan.Setting.Type.STRING;

import io.dyno.Bench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue of everything that can be set. What has an attribute stands here in the attribute's order; a flag of vLLM that has none is
 * a setting under its own name, found through {@link FlagCatalogue}.
 */
public final class Settings {
    /** Largest seed that vLLM's random generators take. */
    private static final double LARGEST_ENGINE_SEED = 4294967295.0;

    private static final Set<Bench> ALL_BENCHES = Set.of(Bench.values());
    private static final Set<Bench> GENERATING = Set.of(SERVE, THROUGHPUT, LATENCY);
    private static final List<Setting> ALL = new ArrayList<>();
    private static final Map<String, Setting> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, Setting> BY_FLAG = new LinkedHashMap<>();

    static {
        engine("model", STRING, Limits.none(), "model", "model id on the Hugging Face hub, or a local folder");
        engine("revision", STRING, Limits.none(), "revision", "branch, tag or commit of the model");
        engine("tp", INTEGER, Limits.atLeast(1), "tensor-parallel-size", "tensor-parallel size, GPUs");
        engine("pp", INTEGER, Limits.atLeast(1), "pipeline-parallel-size", "pipeline-parallel size, stages");
        engine("dp", INTEGER, Limits.atLeast(1), "data-parallel-size", "data-parallel size, replicas");
        engine("expertParallel", BOOLEAN, Limits.none(), "enable-expert-parallel", "experts spread over tp·dp GPUs");
        engine("dtype", STRING, choices("dtype"), "dtype", "type of weights and activations");
        engine(
                "maxModelLen",
                INTEGER,
                Limits.or(Limits.atLeast(1), -1, "the longest that fits"),
                "max-model-len",
                "longest context, tokens");
        engine(
                "gpuMemoryUtilization",
                NUMBER,
                Limits.aboveUpTo(0, 1),
                "gpu-memory-utilization",
                "share of GPU memory that the engine may use");
        engine("engineSeed", INTEGER, Limits.between(0, LARGEST_ENGINE_SEED), "seed", "seed of the engine itself");
        engine("maxNumSeqs", INTEGER, Limits.atLeast(1), "max-num-seqs", "most sequences in one step");
        engine("maxNumBatchedTokens", INTEGER, Limits.atLeast(1), "max-num-batched-tokens", "most tokens in one step");
        engine("enforceEager", BOOLEAN, Limits.none(), "enforce-eager", "no CUDA graphs and no compilation");
        engine(
                "enablePrefixCaching",
                BOOLEAN,
                Limits.none(),
                "enable-prefix-caching",
                "reuse of the KV cache between prompts with a common prefix");
        engine("kvCacheDtype", STRING, choices("kv-cache-dtype"), "kv-cache-dtype", "type of the KV cache");
        engine("quantization", STRING, Limits.none(), "quantization", "quantization method of the weights");
        engine("speculativeConfig", JSON, Limits.none(), "speculative-config", "speculative decoding, a JSON object");
        engine("blockSize", INTEGER, Limits.atLeast(1), "block-size", "tokens in a block of the KV cache");
        engine("engineArgs", LIST, Limits.none(), null, "more arguments for vLLM, as argv tokens");
        engine("env", LIST, Limits.none(), null, "environment of the engine, each NAME=value");

        List<String> datasets = Dataset.names();
        load("dataset", STRING, Limits.oneOf(datasets), GENERATING, "where prompts come from");
        load("datasetPath", STRING, Limits.none(), GENERATING, "file of a dataset that reads one");
        load("numPrompts", INTEGER, Limits.atLeast(1), Set.of(SERVE, THROUGHPUT), "requests of a window or batch");
        load("inputLen", INTEGER, Limits.atLeast(1), GENERATING, "length of made prompts, tokens");
        load("outputLen", INTEGER, Limits.atLeast(1), GENERATING, "output length, tokens");
        Limits ratio = Limits.fromBelow(0, 1);
        load(
                "inputLenRange",
                NUMBER,
                ratio,
                GENERATING,
                "prompts up to this share shorter or longer, all equally likely");
        load(
                "outputLenRange",
                NUMBER,
                ratio,
                GENERATING,
                "outputs up to this share shorter or longer, all equally likely");
        load("inputLenStdev", NUMBER, Limits.atLeast(0), GENERATING, "standard deviation of the prompt length, tokens");
        load(
                "outputLenStdev",
                NUMBER,
                Limits.atLeast(0),
                GENERATING,
                "standard deviation of the output length, tokens");
        load("prefixLen", INTEGER, Limits.atLeast(1), GENERATING, "beginning that prompts share, tokens");
        load("suffixLen", INTEGER, Limits.atLeast(1), GENERATING, "what follows a shared prefix, tokens");
        load("numPrefixes", INTEGER, Limits.atLeast(1), GENERATING, "different shared prefixes");
        load("batchSize", INTEGER, Limits.atLeast(1), Set.of(LATENCY), "prompts of the one batch");
        load(
                "endpoint",
                STRING,
                Limits.oneOf(List.of("COMPLETIONS", "CHAT")),
                GENERATING,
                "where requests go; offline, whether the chat template is applied");
        load("ignoreEos", BOOLEAN, Limits.none(), GENERATING, "generate to the full output length");
        load("seed", INTEGER, Limits.none(), GENERATING, "seed of prompts, arrivals and order");
        load("salt", BOOLEAN, Limits.none(), GENERATING, "make each prompt unlike any seen before");
        load("oversample", BOOLEAN, Limits.none(), GENERATING, "repeat (salted) rows of a dataset that is too small");

        Set<Bench> serve = Set.of(SERVE);
        Limits positive = Limits.orInfinite(Limits.above(0));
        attribute("Load", "requestRate", NUMBER, positive, serve, "requests per second");
        attribute("Load", "burstiness", NUMBER, positive, serve, "gamma shape of the gaps; 1 is Poisson");
        attribute(
                "Load",
                "maxConcurrency",
                INTEGER,
                Limits.orInfinite(Limits.atLeast(1)),
                serve,
                "most requests in flight");
        attribute("Load", "drained", BOOLEAN, Limits.none(), serve, "each iteration a run from empty to empty");

        sampling("temperature", NUMBER, Limits.atLeast(0), "0 is greedy");
        sampling("topP", NUMBER, Limits.aboveUpTo(0, 1), "share of probability that is sampled from");
        sampling("topK", INTEGER, Limits.atLeast(-1), "most likely tokens that are sampled from; -1 or 0 for all");
        sampling("minP", NUMBER, Limits.between(0, 1), "least probability, relative to the most likely token");
        sampling("presencePenalty", NUMBER, Limits.between(-2, 2), "penalty on tokens already there");
        sampling("frequencyPenalty", NUMBER, Limits.between(-2, 2), "penalty on tokens by their count");
        sampling("repetitionPenalty", NUMBER, Limits.above(0), "factor on tokens already there; 1 is none");
        sampling("samplingSeed", INTEGER, Limits.none(), "seed of each request's sampler");
    }

    private Settings() {}

    /** All settings that have an attribute: engine, load, {@code @Load}, sampling, in a stable order. */
    public static List<Setting> all() {
        return List.copyOf(ALL);
    }

    /**
     * The setting of a spelling, as {@code -p} and a {@code @Param} field's own name take it: the name, its kebab-case form, vLLM's flag
     * with or without dashes, or a short form such as {@code -tp}. A setting's own name goes before a flag: {@code seed} is the load's,
     * {@code --seed} and {@code engineSeed} are the engine's.
     */
    public static Optional<Setting> find(String spelling) {
        Setting named = BY_NAME.get(Spelling.kebab(spelling));
        return named == null ? ofFlag(spelling) : Optional.of(named);
    }

    /** The setting of a name that is meant as a flag of vLLM, as {@code @EngineArg} takes it: {@code seed} is vLLM's {@code --seed} here. */
    public static Optional<Setting> ofFlag(String flag) {
        if (flag.indexOf('.') >= 0 || flag.startsWith("--no-") || flag.matches("-O\\d")) {
            return Optional.empty();
        }
        return FlagCatalogue.vllm().find(flag).map(Settings::of);
    }

    /** The setting of a flag. */
    static Setting of(FlagCatalogue.Flag flag) {
        Setting attribute = BY_FLAG.get(flag.name());
        if (attribute != null) {
            return attribute;
        }
        Setting.Type type =
                switch (flag.arity()) {
                    case SWITCH, TOGGLE -> BOOLEAN;
                    case JSON -> JSON;
                    case LIST -> LIST;
                    case VALUE, OPTIONAL -> STRING;
                };
        return new Setting(flag.name(), Setting.Group.ENGINE, type, choices(flag), flag.name(), null, ALL_BENCHES, "");
    }

    /** A flag that the catalogue does not have, as a setting whose values go to vLLM as they are. */
    public static Setting unknownFlag(String name) {
        return new Setting(name, Setting.Group.ENGINE, STRING, Limits.none(), name, null, ALL_BENCHES, "");
    }

    /** As {@link #unknownFlag(String)}; one whose values are all {@code true} or {@code false} is taken for a switch. */
    static Setting unknownFlag(String name, List<String> texts) {
        boolean on =
                !texts.isEmpty() && texts.stream().allMatch(text -> text.strip().matches("(?i)true|false"));
        Setting.Type type = on ? BOOLEAN : STRING;
        return new Setting(name, Setting.Group.ENGINE, type, Limits.none(), name, null, ALL_BENCHES, "");
    }

    /** The name of a setting or flag that an unknown one was most likely meant to be. */
    public static Optional<String> closest(String unknown) {
        Set<String> names = new LinkedHashSet<>();
        ALL.forEach(setting -> names.add(setting.name()));
        Optional<String> setting = Suggestions.closest(unknown.replaceFirst("^-+", ""), names);
        return setting.isPresent() ? setting : FlagCatalogue.vllm().closest(unknown);
    }

    private static void engine(String name, Setting.Type type, Limits limits, String flag, String meaning) {
        add(new Setting(name, Setting.Group.ENGINE, type, limits, flag, "VllmBenchmark", ALL_BENCHES, meaning));
    }

    private static void load(String name, Setting.Type type, Limits limits, Set<Bench> benches, String meaning) {
        attribute("VllmBenchmark", name, type, limits, benches, meaning);
    }

    private static void sampling(String name, Setting.Type type, Limits limits, String meaning) {
        attribute("Sampling", name, type, limits, GENERATING, meaning);
    }

    private static void attribute(
            String annotation, String name, Setting.Type type, Limits limits, Set<Bench> benches, String meaning) {
        add(new Setting(name, Setting.Group.LOAD, type, limits, null, annotation, benches, meaning));
    }

    private static void add(Setting setting) {
        ALL.add(setting);
        BY_NAME.put(Spelling.kebab(setting.name()), setting);
        if (setting.flag() != null) {
            BY_FLAG.put(setting.flag(), setting);
        }
    }

    private static Limits choices(String flag) {
        return choices(FlagCatalogue.vllm().find(flag).orElseThrow());
    }

    private static Limits choices(FlagCatalogue.Flag flag) {
        boolean closed = !flag.open() && !flag.choices().isEmpty() && flag.arity() == FlagCatalogue.Arity.VALUE;
        return closed ? Limits.oneOf(flag.choices()) : Limits.none();
    }
}
