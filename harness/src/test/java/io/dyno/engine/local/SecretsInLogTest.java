package io.dyno.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsInLogTest {
    @TempDir
    Path folder;

    @Test
    void secretsBecomeAsterisksAndEveryOtherByteStays() throws Exception {
        Path log = Files.writeString(
                folder.resolve("a.log"), "token=hf_12345678\nhf_12345678hf_12345678\nkey sk-ABCDEFGH.\n");

        SecretsInLog.overwrite(log, List.of("hf_12345678", "sk-ABCDEFGH"));

        assertThat(log).hasContent("token=***********\n**********************\nkey ***********.\n");
    }

    /** Reads end at 1 MiB: a secret on that edge is found too. */
    @ParameterizedTest
    @ValueSource(ints = {(1 << 20) - 11, (1 << 20) - 10, (1 << 20) - 1, 1 << 20, 2 << 20})
    void secretsAreFoundWhereverTheyLie(int offset) throws Exception {
        String before = "x".repeat(offset);
        Path log = Files.writeString(folder.resolve("a.log"), before + "hf_12345678" + "yy");

        SecretsInLog.overwrite(log, List.of("hf_12345678"));

        String cleaned = Files.readString(log);
        assertThat(cleaned).hasSize(offset + 13);
        assertThat(cleaned.substring(offset)).isEqualTo("***********yy");
        assertThat(cleaned.startsWith(before)).as("what stands before").isTrue();
    }
}
