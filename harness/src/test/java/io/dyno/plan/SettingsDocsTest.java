package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation's table is the catalogue's; {@code main} prints it, for pasting when a setting was added. */
class SettingsDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "settings.md");

    @Test
    void theTableOfSettingsInTheDocumentationIsTheCatalogues() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("## All settings"))
                .takeWhile(line -> !line.equals("## Spellings"))
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .as("rows of docs/settings.md; SettingsDocsTest.main prints what they must be")
                .isEqualTo(Settings.all().stream().map(SettingsDocsTest::row).toList());
    }

    @Test
    void theDefaultsInTheDocumentationAreThoseInTheCode() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(page)
                .contains(
                        "forks " + Defaults.FORKS,
                        "warm-up forks " + Defaults.WARMUP_FORKS,
                        "warm-up windows " + Defaults.WARMUP_ITERATIONS,
                        "measurement windows " + Defaults.MEASUREMENT_ITERATIONS,
                        "window " + Defaults.WINDOW_NANOS / 1_000_000_000 + " s",
                        "confidence " + Math.round(Defaults.CONFIDENCE * 100) + " %");
    }

    public static void main(String[] args) {
        Settings.all().forEach(setting -> System.out.println(row(setting)));
    }

    private static String row(Setting setting) {
        String flag = setting.flag() == null ? "" : "`--" + setting.flag() + "`";
        String benches = setting.engine()
                ? "all"
                : Stream.of(Bench.values())
                        .filter(setting::usedBy)
                        .map(Bench::name)
                        .collect(Collectors.joining(", "));
        return Stream.of(
                        "`" + setting.name() + "`",
                        setting.group().name().toLowerCase(Locale.ROOT),
                        flag,
                        values(setting),
                        preset(setting.name()),
                        benches,
                        setting.meaning())
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String values(Setting setting) {
        String type =
                switch (setting.type()) {
                    case STRING -> "text";
                    case INTEGER -> "whole number";
                    case NUMBER -> "number";
                    case BOOLEAN -> "true, false";
                    case JSON -> "JSON";
                    case LIST -> "list";
                };
        String limits = setting.limits().text();
        if (limits.isEmpty()) {
            return type;
        }
        return setting.type() == Setting.Type.STRING ? limits : type + ", " + limits;
    }

    private static String preset(Dataset dataset, String name) {
        return String.valueOf(dataset.defaults().get(name));
    }

    private static String preset(String name) {
        return switch (name) {
            case "model" -> "none: `-p model=…`";
            case "tp", "pp" -> "1";
            case "engineArgs", "env", "datasetPath" -> "none";
            case "dp" -> "1, or what fills given GPUs";
            case "dataset" -> Defaults.DATASET.id();
            case "numPrompts" -> Defaults.NUM_PROMPTS + " where a count applies";
            case "inputLen" -> Defaults.INPUT_LEN + "; sonnet " + preset(Dataset.SONNET, name);
            case "outputLen" ->
                Defaults.OUTPUT_LEN + "; text: a row's own first; prefix_repetition "
                        + preset(Dataset.PREFIX_REPETITION, name) + "; sonnet " + preset(Dataset.SONNET, name);
            case "inputLenRange", "outputLenRange", "inputLenStdev", "outputLenStdev" -> "fixed lengths";
            case "prefixLen" -> preset(Dataset.PREFIX_REPETITION, name) + "; sonnet " + preset(Dataset.SONNET, name);
            case "suffixLen", "numPrefixes" -> preset(Dataset.PREFIX_REPETITION, name);
            case "batchSize" -> String.valueOf(Defaults.BATCH_SIZE);
            case "endpoint" -> Defaults.ENDPOINT;
            case "ignoreEos" -> "true for token ids (random, prefix_repetition), else false";
            case "seed" -> String.valueOf(Defaults.SEED);
            case "salt" -> "false, but true where caches cannot be reset";
            case "oversample" -> "true for dyno, else false";
            case "requestRate" -> "inf";
            case "burstiness" -> Values.text(Defaults.BURSTINESS);
            case "maxConcurrency" -> Defaults.MAX_CONCURRENCY + ", or inf beside a requestRate";
            case "drained" -> "false, but true for a batch";
            case "temperature" -> Values.text(Defaults.TEMPERATURE);
            default -> Settings.find(name).orElseThrow().engine() ? "vLLM's" : "not sent";
        };
    }
}
