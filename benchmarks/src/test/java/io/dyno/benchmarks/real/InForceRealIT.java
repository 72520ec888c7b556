package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real vLLM says that it uses, and which flags it has. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class InForceRealIT {
    @TempDir
    Path folder;

    @Test
    void whatWasAskedIsInForceAndTheRestIsReadBack() throws Exception {
        try (RealDyno dyno = measure("-p", "maxNumSeqs=16", "-p", "long-prefill-token-threshold=256")) {
            JsonNode point = point(dyno);

            JsonNode inForce = point.get("inForce");
            assertThat(inForce.get("maxNumSeqs").asText()).isEqualTo("16");
            assertThat(inForce.get("maxModelLen").asText()).isEqualTo("2048");
            assertThat(inForce.get("enforceEager").asText()).isEqualTo("true");
            assertThat(inForce.get("long-prefill-token-threshold").asText())
                    .as("a flag without an attribute, because it was given")
                    .isEqualTo("256");
            assertThat(inForce.get("dtype").asText()).isEqualTo("bfloat16");
            assertThat(inForce.get("device").asText()).isEqualTo("cpu");
            assertThat(inForce.get("num_gpu_blocks").asLong()).isPositive();
            assertThat(inForce.get("num_gpu_blocks").asLong()
                            * inForce.get("blockSize").asLong())
                    .isEqualTo(inForce.get("kv_cache_size_tokens").asLong());
            assertThat(point.get("differences")).isEmpty();
            assertThat(point.get("inForceFrom").get("server_info").toString()).contains("maxNumSeqs");
            assertThat(point.get("prompts").get("salted").asBoolean())
                    .as("caches can be reset")
                    .isFalse();
            assertThat(dyno.console())
                    .contains("in force  maxNumSeqs 16 · maxNumBatchedTokens ")
                    .contains("· bfloat16 · eager ·")
                    .doesNotContain("differs ")
                    .doesNotContain("flag names were checked against");
        }
    }

    @Test
    void withoutDevModeMetricsAndLogTellAndPromptsAreSalted() throws Exception {
        try (RealDyno dyno = measure("-dev-mode", "false")) {
            JsonNode point = point(dyno);

            assertThat(point.get("inForceFrom").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("metrics", "models", "log");
            assertThat(point.get("inForce").get("num_gpu_blocks").asLong()).isPositive();
            assertThat(point.get("inForce").get("enforceEager").asText()).isEqualTo("true");
            assertThat(point.get("inForceMissing").asText())
                    .contains("maxNumSeqs")
                    .contains("/server_info answered 404");
            assertThat(point.get("prompts").get("salted").asBoolean()).isTrue();
        }
    }

    @Test
    void aFlagThatNobodyHasIsRefusedAndTheHelpIsReadOnce() throws Exception {
        Path cache = Path.of(System.getenv("XDG_CACHE_HOME"), "dyno");
        for (Path kept : files(cache)) {
            Files.delete(kept);
        }

        refuseWarpFactor();
        List<Path> kept = files(cache);
        assertThat(kept).as("the flags of the one vLLM").hasSize(1);
        assertThat(Files.readString(kept.get(0))).contains("max-num-seqs\tvalue");
        FileTime written = Files.getLastModifiedTime(kept.get(0));

        refuseWarpFactor();
        assertThat(files(cache)).isEqualTo(kept);
        assertThat(Files.getLastModifiedTime(kept.get(0)))
                .as("not written again")
                .isEqualTo(written);
    }

    private void refuseWarpFactor() throws Exception {
        try (RealDyno dyno = measure("-p", "engineArgs=[\"--max-num-seq\",\"9\"]")) {
            assertThat(dyno.exit()).as("%s", dyno.console()).isEqualTo(2);
            assertThat(dyno.console()).contains("has the flag --max-num-seq; did you mean \"max-num-seqs\"?");
        }
    }

    private RealDyno measure(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("RateSweep", "-p", "inputLen=64", "-p", "requestRate=4"));
        all.addAll(List.of("-p", "drained=true", "-p", "numPrompts=10", "-i", "1", "-wi", "0"));
        all.addAll(List.of(arguments));
        return RealDyno.start(folder, all.toArray(String[]::new));
    }

    private static JsonNode point(RealDyno dyno) throws Exception {
        assertThat(dyno.exit())
                .as("measured, be it that a busy client made windows void\n%s", dyno.console())
                .isIn(0, 1);
        return dyno.results().at("/benchmarks/0");
    }

    private static List<Path> files(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
