package io.dyno.engine.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, by their names. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class KinTest {
    private static final Kin KIN = new Kin(List.of("nsys", "qdstrm"));

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void executablesAndScriptsOfThoseNamesAreKin() throws Exception {
        assertThat(KIN.has(pid(sleep("nsys-launcher"), "60"))).isTrue();
        assertThat(KIN.has(pid(sleep("QdstrmImporter"), "60"))).isTrue();
        assertThat(KIN.has(pid(script("nsys"), "profile"))).isTrue();
    }

    @Test
    void whatElseRunsIsTheEngineWhereverItLiesAndWhateverItIsTold() throws Exception {
        Path within = Files.createDirectory(folder.resolve("nsys-venv"));

        assertThat(KIN.has(pid(Files.copy(sleep("sleeper"), within.resolve("vllm")), "60")))
                .isFalse();
        assertThat(KIN.has(pid(script("vllm"), "nsys"))).isFalse();
    }

    @Test
    void aProcessThatHasEndedIsNoKin() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(KIN.has(ended.pid())).isFalse();
    }

    private Path sleep(String name) throws IOException {
        return Files.copy(Path.of("/bin/sleep"), folder.resolve(name));
    }

    private Path script(String name) throws IOException {
        Path script = Files.writeString(folder.resolve(name), "#!/bin/bash\necho up\nread\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    /** Of a program that has begun: until then a child has its parent's name. */
    private long pid(Path program, String argument) throws IOException {
        Process process = new ProcessBuilder(program.toString(), argument).start();
        started.add(process);
        Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        while (!Files.readString(line).contains(program + "\0" + argument)) {
            Thread.onSpinWait();
        }
        return process.pid();
    }
}
