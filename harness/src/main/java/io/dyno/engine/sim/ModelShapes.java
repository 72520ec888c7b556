package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.plan.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds a model's shape: in a folder with a config.json, in the Hugging Face cache, or in the built-in table. Nothing is downloaded. */
public final class ModelShapes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> environment;

    /**
     * @param environment where HF_HUB_CACHE, HF_HOME and HOME tell the cache's place
     */
    public ModelShapes(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Ids in the built-in table, in order. */
    public static List<String> builtIn() {
        return List.copyOf(BuiltIn.TABLE.keySet());
    }

    /**
     * The shape of a built-in model.
     *
     * @throws IllegalArgumentException when it is not in the table
     */
    public static ModelShape builtIn(String id) {
        JsonNode config = BuiltIn.TABLE.get(id);
        if (config == null) {
            throw new IllegalArgumentException(
                    "\"" + id + "\" is not in the built-in table" + Suggestions.didYouMean(id, builtIn()));
        }
        return ModelShape.of(id, config);
    }

    /**
     * The shape of a model given as a folder or as an id.
     *
     * @throws Refusal when its shape is not known here; the message says the remedies
     */
    public ModelShape find(String model, String revision) throws Refusal {
        try {
            Path folder = Path.of(model);
            if (Files.isDirectory(folder)) {
                Path config = folder.resolve("config.json");
                if (!Files.isRegularFile(config)) {
                    throw Refusal.configuration("The folder " + model + " has no config.json.");
                }
                return read(model, config);
            }
            Optional<Path> cached = cached(model, revision);
            if (cached.isPresent()) {
                return read(model, cached.get());
            }
            JsonNode builtIn = BuiltIn.TABLE.get(model);
            if (builtIn != null) {
                return ModelShape.of(model, builtIn);
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.configuration(e.getMessage());
        }
        throw Refusal.configuration(
                "Dyno's simulator does not know the shape of the model " + model + ": it is not a folder with a"
                        + " config.json, not in the Hugging Face cache (" + hub() + ") and not in the built-in table"
                        + Suggestions.didYouMean(model, builtIn())
                        + " Give the path of a folder with the model's config.json, or download that file once (hf download "
                        + model
                        + " config.json), or take one of: " + String.join(", ", builtIn()) + ".");
    }

    private static ModelShape read(String name, Path config) throws Refusal {
        try {
            return ModelShape.of(name, JSON.readTree(config.toFile()));
        } catch (IOException e) {
            throw Refusal.configuration("Cannot read " + config + ": " + e.getMessage());
        }
    }

    /** The cache's layout is {@code models--OWNER--NAME/refs/REVISION} naming a commit, and {@code snapshots/COMMIT/config.json}. */
    private Optional<Path> cached(String model, String revision) {
        if (!model.matches("[\\w.-]+(/[\\w.-]+)?")) {
            return Optional.empty();
        }
        Path folder = hub().resolve("models--" + model.replace("/", "--"));
        String wanted = revision == null ? "main" : revision;
        List<Path> candidates = new ArrayList<>();
        try {
            Path ref = folder.resolve("refs").resolve(wanted);
            if (Files.isRegularFile(ref)) {
                candidates.add(folder.resolve("snapshots")
                        .resolve(Files.readString(ref).trim()));
            }
            candidates.add(folder.resolve("snapshots").resolve(wanted));
            if (revision == null && Files.isDirectory(folder.resolve("snapshots"))) {
                try (Stream<Path> snapshots = Files.list(folder.resolve("snapshots"))) {
                    snapshots.sorted().forEach(candidates::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the Hugging Face cache in " + folder + " cannot be read", e);
        }
        return candidates.stream()
                .map(snapshot -> snapshot.resolve("config.json"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Path hub() {
        String cache = environment.get("HF_HUB_CACHE");
        if (cache != null) {
            return Path.of(cache);
        }
        String home = environment.get("HF_HOME");
        return home != null
                ? Path.of(home, "hub")
                : Path.of(environment.getOrDefault("HOME", "."), ".cache", "huggingface", "hub");
    }

    private static final class BuiltIn {
        static final Map<String, JsonNode> TABLE = load();

        private static Map<String, JsonNode> load() {
            try (InputStream in = ModelShapes.class.getResourceAsStream("models.json")) {
                Map<String, JsonNode> table = new TreeMap<>();
                JSON.readTree(in).properties().forEach(entry -> table.put(entry.getKey(), entry.getValue()));
                return table;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
