package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ExecutablesTest {
    @TempDir
    Path venv;

    private Path vllm;

    @BeforeEach
    void createVllm() throws IOException {
        Files.createDirectory(venv.resolve("bin"));
        vllm = Files.createFile(
                venv.resolve("bin/vllm"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void aNameIsLookedUpOnThePath() {
        assertThat(Executables.find("vllm", "/nowhere::" + venv.resolve("bin"))).contains(vllm);
        assertThat(Executables.find("vllm", "/nowhere")).isEmpty();
        assertThat(Executables.find("vllm", null)).isEmpty();
    }

    @Test
    void aPathIsTakenAsItIs() {
        assertThat(Executables.find(vllm.toString(), null)).contains(vllm);
    }

    @Test
    void aVirtualEnvironmentStandsForItsVllm() {
        assertThat(Executables.find(venv.toString(), null)).contains(vllm);
    }

    @Test
    void aFileThatCannotBeRunIsNoProgram() throws IOException {
        Files.setPosixFilePermissions(vllm, PosixFilePermissions.fromString("rw-------"));

        assertThat(Executables.find(vllm.toString(), null)).isEmpty();
    }
}
