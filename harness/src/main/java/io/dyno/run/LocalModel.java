package io.dyno.run;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.plan.SettingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model's folder on this machine says before vLLM is started, which takes half a minute to say the same. Only what vLLM would refuse for
 * certain is refused; where its rules are subtle (RoPE scaling, overrides of the configuration) it decides itself.
 */
final class LocalModel {
    /** With it vLLM takes a maxModelLen beyond the model's own. */
    static final String ALLOW_LONG = "VLLM_ALLOW_LONG_MAX_MODEL_LEN";

    /** Python writes and reads {@code Infinity} and {@code NaN}, and configurations of some models have them. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** Settings by which vLLM finds or changes the model's configuration elsewhere. */
    private static final List<String> ELSEWHERE =
            List.of("hf-config-path", "hf-overrides", "config-format", "load-format");

    /** Names under which configurations tell their context, tokens. */
    private static final List<String> CONTEXT = List.of("max_position_embeddings", "n_positions", "max_seq_len");

    private LocalModel() {}

    /**
     * Refuses what the folder shows to be impossible.
     *
     * @param environment Dyno's own, which the engine inherits
     * @throws UsageException when the folder is not there or holds no model, or when a length is beyond the model's
     */
    static void check(EngineConfiguration configuration, Map<String, String> environment) throws UsageException {
        String model = configuration.model();
        boolean elsewhere = ELSEWHERE.stream()
                .anyMatch(name -> configuration.settings().get(name).isPresent()
                        || configuration.settings().list("engineArgs").stream()
                                .anyMatch(a -> a.startsWith("--" + name)));
        if (elsewhere || !looksLikePath(model)) {
            return;
        }
        Path folder = path(model);
        if (!Files.exists(folder)) {
            throw new UsageException(configuration.benchmark() + ": the model " + model
                    + " is a path, and nothing is there (from " + Path.of("").toAbsolutePath()
                    + "); give a folder with a model, or a model's id on Hugging Face such as Qwen/Qwen3-8B");
        }
        Path config = folder.resolve("config.json");
        if (!Files.isDirectory(folder)) {
            return;
        }
        if (!Files.isRegularFile(config)) {
            if (!Files.isRegularFile(folder.resolve("params.json"))) { // Mistral's format
                throw new UsageException(
                        configuration.benchmark() + ": the folder " + model
                                + " has no config.json, so it holds no model that vLLM can load; give the folder in which config.json lies");
            }
            return;
        }
        OptionalLong context = context(config);
        if (context.isPresent()) {
            checkLengths(configuration, context.getAsLong(), environment);
        }
    }

    private static void checkLengths(EngineConfiguration configuration, long context, Map<String, String> environment)
            throws UsageException {
        SettingValues settings = configuration.settings();
        Long written = settings.integer("maxModelLen");
        if (written != null && written > context && !allowedLong(settings, environment)) {
            throw new UsageException(
                    configuration.benchmark() + ": maxModelLen = " + written + " is beyond the " + context
                            + " tokens of the model (its config.json), and vLLM refuses to start so; lower it, or allow"
                            + " it with -p 'env=[\"" + ALLOW_LONG + "=1\"]' if you know the model bears it");
        }
        if (written != null || configuration.points().isEmpty()) {
            return;
        }
        Optional<String> refusal = Optional.empty();
        for (Point point : configuration.points()) {
            Optional<String> tooLong =
                    Fit.refusal(point, context, "the model's context of " + context + " tokens (its config.json)");
            if (tooLong.isEmpty()) {
                return; // what does not fit beside it is told by the engine's own limit
            }
            refusal = tooLong;
        }
        throw new UsageException(configuration.benchmark() + ": " + refusal.orElseThrow());
    }

    private static boolean allowedLong(SettingValues settings, Map<String, String> environment) {
        String value = environment.getOrDefault(ALLOW_LONG, "0");
        for (String entry : settings.list("env")) {
            if (entry.startsWith(ALLOW_LONG + "=")) {
                value = entry.substring(ALLOW_LONG.length() + 1);
            }
        }
        return List.of("1", "true").contains(value.strip().toLowerCase(Locale.ROOT));
    }

    /** Empty when there is none, or when RoPE scaling makes more of it. */
    private static OptionalLong context(Path config) throws UsageException {
        JsonNode root;
        try {
            root = JSON.readTree(config.toFile());
        } catch (IOException e) {
            throw new UsageException(config + " cannot be read as JSON: " + firstLine(e.getMessage()), e);
        }
        JsonNode text = root.has("text_config") ? root.get("text_config") : root;
        boolean scaled = text.hasNonNull("rope_scaling")
                || text.path("rope_parameters").findValue("factor") != null
                || root.hasNonNull("model_max_length");
        if (scaled) {
            return OptionalLong.empty();
        }
        return CONTEXT.stream()
                .filter(name -> text.path(name).canConvertToLong())
                .mapToLong(name -> text.get(name).asLong())
                .filter(tokens -> tokens > 0)
                .max();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** An id is a name or OWNER/NAME; a URL such as s3://… is neither. */
    private static boolean looksLikePath(String model) {
        if (model.contains("://")) {
            return false;
        }
        boolean more = model.chars().filter(c -> c == '/').count() > 1;
        return model.startsWith("/") || model.startsWith(".") || model.startsWith("~") || more || isFolder(model);
    }

    private static boolean isFolder(String model) {
        try {
            return Files.isDirectory(Path.of(model));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path path(String model) throws UsageException {
        try {
            return Path.of(model);
        } catch (InvalidPathException e) {
            throw new UsageException("the model " + model + " is no path that this system knows: " + e.getReason(), e);
        }
    }
}
