package io.dyno.profilers.nsys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.profile.ProfilerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs are scripts that answer as nsys of some version does. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class NsysTest {
    private static final String NEW_HELP =
            "--capture-range= --capture-range-end= --cuda-graph-trace= --kill= --trace-fork-before-exec= --wait=";
    private static final String OLD_HELP = "--capture-range= --kill= --stop-on-range-end= --trace-fork-before-exec=";

    @TempDir
    Path folder;

    @Test
    void aNewVersionTakesTheOptionsOfTheIssueAndTheUsers() throws Exception {
        Nsys nsys = Nsys.ask(program("2025.3.1.90-253135822126v0", NEW_HELP));

        assertThat(nsys.keepsRangesApart()).isTrue();
        assertThat(nsys.profile(Path.of("/r/out"), "cuda,nvtx", List.of("--gpu-metrics-devices=all")))
                .containsExactly(
                        folder.resolve("nsys").toString(),
                        "profile",
                        "--output=/r/out",
                        "--force-overwrite=true",
                        "--trace=cuda,nvtx",
                        "--trace-fork-before-exec=true",
                        "--cuda-graph-trace=node",
                        "--kill=sigterm",
                        "--wait=primary",
                        "--capture-range=cudaProfilerApi",
                        "--capture-range-end=repeat",
                        "--gpu-metrics-devices=all");
    }

    @Test
    void anOldVersionTakesWhatItKnows() throws Exception {
        Nsys nsys = Nsys.ask(program("2020.5.1.85-5ee086b", OLD_HELP));

        assertThat(nsys.keepsRangesApart()).isFalse();
        assertThat(nsys.profile(Path.of("/r/out"), "cuda", List.of()))
                .endsWith(
                        "--trace-fork-before-exec=true",
                        "--kill=sigterm",
                        "--capture-range=cudaProfilerApi",
                        "--stop-on-range-end=true")
                .noneMatch(argument -> argument.startsWith("--cuda-graph-trace"));
    }

    /** It refuses what is given twice. */
    @Test
    void anOptionOfTheUsersStandsInThePlaceOfDynos() throws Exception {
        assertThat(Nsys.ask(program("2025.3.1", NEW_HELP))
                        .profile(Path.of("/r/out"), "cuda", List.of("--wait=all", "--kill=none")))
                .contains("--wait=all", "--kill=none")
                .doesNotContain("--wait=primary", "--kill=sigterm");
    }

    @Test
    void reportsWereRenamedAfter2022() throws Exception {
        assertThat(Nsys.ask(program("2022.4.2.1-df9881f", NEW_HELP)).name(Nsys.Report.KERNELS))
                .isEqualTo("gpukernsum");
        assertThat(Nsys.ask(program("2023.1.2.43-32377213v0", NEW_HELP)).name(Nsys.Report.KERNELS))
                .isEqualTo("cuda_gpu_kern_sum");
    }

    @Test
    void whatIsNoNsysIsRefused() throws Exception {
        assertThatThrownBy(() -> Nsys.ask(program("one", NEW_HELP)))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("no version of Nsight Systems can be read");
    }

    @Test
    void statisticsThatFailAreToldInNsysOwnWords() throws Exception {
        Nsys nsys = Nsys.ask(program("2025.3.1", NEW_HELP));

        assertThatThrownBy(() -> nsys.stats(folder.resolve("x.nsys-rep"), folder.resolve("x"), Duration.ofSeconds(30)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 3: ERROR: broken report");
    }

    private Path program(String version, String help) throws IOException {
        Path program = folder.resolve("nsys");
        Files.writeString(program, """
                #!/bin/sh
                case "$1" in
                  --version) echo "NVIDIA Nsight Systems version %s" ;;
                  profile) echo "%s" ;;
                  *) echo "ERROR: broken   report"; exit 3 ;;
                esac
                """.formatted(version, help));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
