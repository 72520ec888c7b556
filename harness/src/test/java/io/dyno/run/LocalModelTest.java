package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model's folder is looked at before vLLM is started. What runs here in vLLM's place is a program that ends at once. */
@EnabledOnOs(OS.LINUX)
class LocalModelTest {
    @TempDir
    Path folder;

    @BeforeEach
    void models() throws Exception {
        model("plain", "{\"max_position_embeddings\": 4096}");
        model("nested", "{\"text_config\": {\"max_position_embeddings\": 2048}}");
        model(
                "scaled",
                "{\"max_position_embeddings\": 4096, \"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 4.0}}");
        model("infinite", "{\"time_step_limit\": [0.0, Infinity], \"max_position_embeddings\": 4096}");
        model(
                "scaled-by-layer",
                "{\"max_position_embeddings\": 4096, \"rope_parameters\": {\"full_attention\": {\"factor\": 8.0}}}");
        model("broken", "{\"max_position_embeddings\": ");
        Files.createDirectory(folder.resolve("empty"));
    }

    private void model(String name, String config) throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("config.json"), config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            none   |                                     | is a path, and nothing is there
            empty  |                                     | has no config.json
            broken |                                     | cannot be read as JSON
            plain  | maxModelLen=4097                    | maxModelLen = 4097 is beyond the 4096 tokens of the model
            nested | maxModelLen=4096                    | beyond the 2048 tokens
            plain  | inputLen=4090                       | inputLen + outputLen = 4090 + 8 does not fit into the model's context of 4096
            plain  | inputLen=4090,5000                  | does not fit into the model's context
            plain  | inputLen=3000 inputLenRange=0.5     | inputLen + outputLen = 4500 + 8 (the longest of their ranges) does not fit into the model's context
            plain  | dataset=prefix_repetition prefixLen=4000 suffixLen=90 | prefixLen + suffixLen + outputLen = 4090 + 8 does not fit into the model's context of 4096
            """)
    void whatVllmWouldRefuseIsRefusedAtOnce(String model, String setting, String message) {
        Session run = run(model, setting).exits(ExitCode.USAGE);

        assertThat(run.err()).contains(message).contains("dyno: exit 2 (usage or configuration)");
        assertThat(run.results()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            plain  | maxModelLen=4096  |
            plain  | maxModelLen=4097  | env=["VLLM_ALLOW_LONG_MAX_MODEL_LEN=1"]
            plain  | maxModelLen=9000  | hf-overrides={"max_position_embeddings":9000}
            plain  | inputLen=32,5000  |
            scaled | maxModelLen=16384 |
            scaled-by-layer | maxModelLen=16384 |
            infinite | maxModelLen=4096 |
            a/b/not-there | maxModelLen=4096 | load-format=tensorizer
            """)
    void theEngineDecidesTheRest(String model, String setting, String another) {
        Session run = run(model, setting, another).exits(ExitCode.NO_ENGINE);

        assertThat(run.points().get(0).at("/failure/class").asText()).isEqualTo("config_error");
        assertThat(run.out()).contains("and wrote nothing, as no server does: is it vLLM?");
    }

    @Test
    void aPlanIsMadeForOtherMachinesToo() {
        Session.call(
                        folder.resolve("results"),
                        List.of("Chat", "-dry-run", "-engine", "vllm", "-p", "model=/on/the/cluster/qwen"))
                .exits(ExitCode.OK);
    }

    private Session run(String model, String... settings) {
        List<String> arguments = new ArrayList<>(
                List.of("Chat", "-vllm", "/bin/true", "-f", "1", "-p", "model=" + folder.resolve(model)));
        for (String several : settings) {
            for (String setting : several == null ? new String[0] : several.split(" ", -1)) {
                arguments.addAll(List.of("-p", setting));
            }
        }
        return Session.call(folder.resolve("results"), arguments);
    }
}
