package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the engine really uses, from the engine to the console, the journal and results.json, on the simulator. */
@EnabledOnOs(OS.LINUX)
class InForceRunTest {
    @TempDir
    Path results;

    @Test
    void whatIsInForceIsToldAndKeptWithItsSource() {
        Session run = Session.run(results, "Chat", "-p", "maxNumSeqs=16", "-p", "long-prefill-token-threshold=512")
                .exits(ExitCode.OK);

        assertThat(run.out())
                .contains("  in force  maxNumSeqs 16 · maxNumBatchedTokens ")
                .containsPattern(
                        "KV [\\d,]+ tokens \\([\\d,]+ blocks of 16\\) · bfloat16 · CUDA graphs FULL_AND_PIECEWISE")
                .contains("not known: attention-backend: the engine does not tell")
                .doesNotContain("differs");
        JsonNode point = run.point();
        JsonNode inForce = point.get("inForce");
        assertThat(inForce.get("maxNumSeqs").asText()).isEqualTo("16");
        assertThat(inForce.get("long-prefill-token-threshold").asText())
                .as("a flag without an attribute is read back because it was given")
                .isEqualTo("512");
        assertThat(inForce.get("num_gpu_blocks").asLong() * 16)
                .isEqualTo(inForce.get("kv_cache_size_tokens").asLong())
                .isPositive();
        assertThat(point.get("inForceFrom").get("server_info").toString()).contains("maxNumSeqs");
        assertThat(point.get("inForceMissing").asText()).startsWith("not known: attention-backend");
        assertThat(point.get("differences")).isEmpty();
        assertThat(run.journal("engine").get(0).get("inForce").get("values")).isEqualTo(inForce);
    }

    @Test
    void whatTheEngineUsesInsteadOfWhatWasAskedIsToldAtOnceAndUnderTheTable() {
        // The wrapper puts a flag of its own behind ours, and the last one counts.
        Session run = Session.run(results, "Chat", "-p", "maxModelLen=1024", "-prof", "rogue:how=wrap")
                .exits(ExitCode.OK);

        assertThat(run.out())
                .contains("  differs   maxModelLen asked 1024, used 777\n")
                .contains("in force: Chat.serve: maxModelLen asked 1024, used 777\n");
        assertThat(run.point().get("differences").toString())
                .isEqualTo("[{\"setting\":\"maxModelLen\",\"asked\":\"1024\",\"used\":\"777\"}]");
    }
}
