package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelShapesTest {
    private static final String TINY = """
            {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":64,"num_hidden_layers":2,
             "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":128,"vocab_size":1000,
             "max_position_embeddings":%d,"tie_word_embeddings":true}""";

    @TempDir
    Path folder;

    /** The counts are those of the published checkpoints (safetensors metadata); an embedding that is also the output matrix counts once. */
    @ParameterizedTest
    @CsvSource({
        "Qwen/Qwen3-0.6B, 596_049_920",
        "Qwen/Qwen3-1.7B, 1_720_574_976",
        "Qwen/Qwen3-4B, 4_022_468_096",
        "Qwen/Qwen3-8B, 8_190_735_360",
        "Qwen/Qwen3-14B, 14_768_307_200",
        "Qwen/Qwen3-32B, 32_762_123_264",
        "Qwen/Qwen3-30B-A3B, 30_532_122_624",
        "Qwen/Qwen2.5-0.5B-Instruct, 494_032_768",
        "Qwen/Qwen2.5-7B-Instruct, 7_615_616_512",
        "meta-llama/Llama-3.1-8B, 8_030_261_248",
        "meta-llama/Llama-3.1-8B-Instruct, 8_030_261_248",
        "meta-llama/Llama-3.1-70B, 70_553_706_496",
        "meta-llama/Llama-3.1-70B-Instruct, 70_553_706_496",
        "mistralai/Mistral-7B-Instruct-v0.3, 7_248_023_552",
        "HuggingFaceTB/SmolLM2-135M-Instruct, 134_515_008",
        "HuggingFaceTB/SmolLM2-1.7B-Instruct, 1_711_376_384"
    })
    void aBuiltInShapeHasThePublishedNumberOfParameters(String id, String parameters) {
        assertThat(ModelShapes.builtIn(id).parameters()).isEqualTo(Long.parseLong(parameters.replace("_", "")));
    }

    @Test
    void everyBuiltInShapeIsCheckedAgainstItsPublishedSize() {
        assertThat(ModelShapes.builtIn())
                .as("the table above has a line for each")
                .hasSize(16);
    }

    @Test
    void ofAMixtureATokenPassesFewParameters() {
        ModelShape shape = ModelShapes.builtIn("Qwen/Qwen3-30B-A3B");
        double active = shape.activeLayerParameters() + 2.0 * shape.headParameters();
        assertThat(active / 1e9).as("the A3B of its name, embeddings included").isBetween(3.2, 3.5);
    }

    @Test
    void aFolderIsReadFromItsConfig() throws IOException, Refusal {
        Files.writeString(folder.resolve("config.json"), TINY.formatted(512));
        ModelShape shape = new ModelShapes(Map.of()).find(folder.toString(), null);
        assertThat(shape.headDim()).as("hidden / heads where it is not written").isEqualTo(16);
        assertThat(shape.maxPositions()).isEqualTo(512);
        assertThat(shape.eosTokenIds()).as("the last id where none is written").containsExactly(999);
    }

    @Test
    void theHuggingFaceCacheIsSearchedByRevision() throws IOException, Refusal {
        cached("models--acme--tiny", "aaa", 256);
        cached("models--acme--tiny", "bbb", 512);
        Path refs = Files.createDirectories(folder.resolve("models--acme--tiny/refs"));
        Files.writeString(refs.resolve("main"), "bbb\n");
        ModelShapes shapes = new ModelShapes(Map.of("HF_HUB_CACHE", folder.toString()));
        assertThat(shapes.find("acme/tiny", null).maxPositions()).as("main").isEqualTo(512);
        assertThat(shapes.find("acme/tiny", "aaa").maxPositions())
                .as("a commit")
                .isEqualTo(256);
    }

    private void cached(String model, String commit, int positions) throws IOException {
        Path snapshot = Files.createDirectories(
                folder.resolve(model).resolve("snapshots").resolve(commit));
        Files.writeString(snapshot.resolve("config.json"), TINY.formatted(positions));
    }

    @Test
    void anUnknownModelIsRefusedWithTheRemedies() {
        assertThatThrownBy(() -> new ModelShapes(Map.of("HF_HOME", folder.toString())).find("Qwen/Qwen3-9B", null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("does not know the shape of the model Qwen/Qwen3-9B")
                .hasMessageContaining("did you mean \"Qwen/Qwen3-")
                .hasMessageContaining("hf download Qwen/Qwen3-9B config.json")
                .hasMessageContaining("take one of: HuggingFaceTB/SmolLM2-1.7B-Instruct");
    }

    @Test
    void aConfigWithoutAnImportantFieldIsRefusedByName() throws IOException {
        Files.writeString(folder.resolve("config.json"), TINY.formatted(512).replace("num_hidden_layers", "n_layer"));
        assertThatThrownBy(() -> new ModelShapes(Map.of()).find(folder.toString(), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no usable \"num_hidden_layers\"");
    }

    @Test
    void anArchitectureThatIsNoPlainDecoderIsRefused() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"qwen3_vl\",\"text_config\":{}}");
        assertThatThrownBy(() -> new ModelShapes(Map.of()).find(folder.toString(), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("plain decoder-only transformers");
    }
}
