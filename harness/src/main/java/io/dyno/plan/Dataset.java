package io.dyno.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A dataset, as far as a plan must know it. */
@SuppressWarnings("ImmutableEnumChecker") // copies that cannot change
public enum Dataset {
    /** Random token ids of exact length. */
    RANDOM(
            true,
            Map.of("inputLen", Defaults.INPUT_LEN, "outputLen", Defaults.OUTPUT_LEN),
            "inputLenRange",
            "inputLenStdev",
            "outputLenRange",
            "outputLenStdev"),
    /** The bundled prompts. */
    DYNO(false, Map.of(), "oversample"),
    /** A file with one JSON object a line. */
    JSONL(false, Map.of(), "datasetPath", "oversample"),
    /** Conversations in the JSON file of ShareGPT: the first turn asks, the second says how long the answer is. */
    SHAREGPT(false, Map.of(), "datasetPath", "oversample"),
    /** Random token ids behind a few common prefixes. vLLM's defaults. */
    PREFIX_REPETITION(
            true,
            Map.of("prefixLen", 256L, "suffixLen", 256L, "numPrefixes", 10L, "outputLen", 128L),
            "outputLenRange",
            "outputLenStdev"),
    /** Lines drawn from a text file, behind a common beginning. */
    SONNET(
            false,
            Map.of("inputLen", 550L, "outputLen", 150L, "prefixLen", 200L),
            "datasetPath",
            "inputLenRange",
            "inputLenStdev",
            "outputLenRange",
            "outputLenStdev"),
    /** A file of trtllm-bench: one JSON object a line with {@code task_id}, a prompt and {@code output_tokens}. */
    TRTLLM(false, Map.of(), "datasetPath", "oversample");

    /** Settings that not every dataset uses. */
    private static final Set<String> NOT_OF_ALL = notOfAll();

    private final boolean ids;
    private final Map<String, Long> defaults;
    private final Set<String> settings;

    Dataset(boolean ids, Map<String, Long> defaults, String... settings) {
        this.ids = ids;
        this.defaults = Map.copyOf(defaults);
        Set<String> used = new HashSet<>(defaults.keySet());
        used.addAll(List.of(settings));
        this.settings = Set.copyOf(used);
    }

    /** The name in {@code dataset}: {@code random}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it reads {@code datasetPath}. */
    public boolean needsPath() {
        return settings.contains("datasetPath");
    }

    /** Whether its prompts are random token ids, which only completions take as they are. */
    public boolean tokenIds() {
        return ids;
    }

    /** Lengths and counts that it takes when they are not written, by setting. */
    public Map<String, Long> defaults() {
        return defaults;
    }

    /**
     * Whether a load setting means anything for prompts from a dataset: {@code inputLen} for made prompts, {@code oversample} for those that
     * can run out, {@code datasetPath} for a file.
     *
     * @param dataset the dataset; empty for a {@code @Prompts} method
     * @param setting the setting's name
     */
    static boolean uses(Optional<Dataset> dataset, String setting) {
        return !NOT_OF_ALL.contains(setting)
                || dataset.filter(source -> source.settings.contains(setting)).isPresent();
    }

    /** Settings that some datasets do not use, in the catalogue's order. */
    static List<String> notUsedByAll() {
        return Settings.all().stream()
                .map(Setting::name)
                .filter(NOT_OF_ALL::contains)
                .toList();
    }

    /** The dataset of a name. */
    public static Optional<Dataset> find(String id) {
        for (Dataset dataset : values()) {
            if (dataset.id().equals(id)) {
                return Optional.of(dataset);
            }
        }
        return Optional.empty();
    }

    /** All names. */
    public static List<String> names() {
        return List.of(values()).stream().map(Dataset::id).toList();
    }

    private static Set<String> notOfAll() {
        Set<String> names = new HashSet<>();
        for (Dataset dataset : values()) {
            names.addAll(dataset.settings);
        }
        names.remove("outputLen"); // a text's answer is cut at a length too
        return names;
    }
}
