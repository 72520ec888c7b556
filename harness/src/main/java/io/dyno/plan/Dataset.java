package io.dyno.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A dataset, as far as a plan must know it. */
public enum Dataset {
    /** Random token ids of exact length. */
    RANDOM(false, true),
    /** The bundled prompts. */
    DYNO(false, false),
    /** A file with one JSON object a line. */
    JSONL(true, false);

    private final boolean file;
    private final boolean lengths;

    Dataset(boolean file, boolean lengths) {
        this.file = file;
        this.lengths = lengths;
    }

    /** The name in {@code dataset}: {@code random}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it reads {@code datasetPath}. */
    public boolean needsPath() {
        return file;
    }

    /**
     * Whether a load setting means anything for prompts from a dataset: {@code inputLen} for made prompts, {@code oversample} for those that
     * can run out, {@code datasetPath} for a file.
     *
     * @param dataset the dataset; empty for a {@code @Prompts} method
     * @param setting the setting's name
     */
    static boolean uses(Optional<Dataset> dataset, String setting) {
        return switch (setting) {
            case "inputLen" -> dataset.filter(source -> source.lengths).isPresent();
            case "oversample" -> dataset.filter(source -> !source.lengths).isPresent();
            case "datasetPath" -> dataset.filter(source -> source.file).isPresent();
            default -> true;
        };
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
}
