package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.FakeVllm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags that the catalogue lacks: the installed vLLM is asked, once and before it is started, and only then. */
@EnabledOnOs(OS.LINUX)
class InstalledFlagRunTest {
    private static final String HELP = "serve --help=all";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "warp-factr=9                             | did you mean \"warp-factor\"?",
                "quantum-entanglement=high                | no flag of vLLM has this name",
                "disable-log-requests=true                | write --no-enable-log-requests instead",
                "engineArgs=[\"--warp-facto\",\"9\"]          | has the flag --warp-facto; did you mean \"warp-factor\"?",
                "engineArgs=[\"--swap-space\",\"4\"]          | has the flag --swap-space; nothing has used it",
            })
    void whatNobodyHasIsRefusedBeforeTheStart(String parameter, String message) throws IOException {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);

        Session run = run(vllm, "-p", parameter).exits(ExitCode.USAGE);

        assertThat(run.err()).contains(message).endsWith("dyno: exit 2 (usage or configuration)\n");
        assertThat(vllm.calls()).as("help, and no engine").containsExactly(HELP);
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "warp-factor=9                     | --warp-factor 9",
                "warpFactor=9                      | --warp-factor 9",
                "warp-drive=true                   | --warp-drive",
                "warp-drive=false                  | --no-warp-drive",
                "engineArgs=[\"--warp-factor\",\"9\"]  | --warp-factor 9",
            })
    void whatOnlyTheInstalledVllmHasIsPassedOnWithANote(String parameter, String argv) throws IOException {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);

        Session run = run(vllm, "-p", parameter).exits(ExitCode.NO_ENGINE);

        assertThat(run.out())
                .contains(
                        "is no flag of vLLM 0.32.0; the installed one (unknown) has it, so it is passed on unchecked");
        assertThat(vllm.calls()).hasSize(2).startsWith(HELP);
        assertThat(vllm.calls().get(1)).endsWith(" " + argv);
    }

    @Test
    void aFlagThatTheCatalogueKnowsAsksNobody() throws IOException {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);

        run(vllm, "-p", "maxNumSeqs=16").exits(ExitCode.NO_ENGINE);

        assertThat(vllm.calls()).hasSize(1).noneMatch(HELP::equals);
    }

    @Test
    void whereTheHelpCannotBeReadTheEngineDecides() throws IOException {
        FakeVllm vllm = FakeVllm.in(folder, "Traceback", 1);

        Session run = run(vllm, "-p", "engineArgs=[\"--warp-factor\",\"9\"]").exits(ExitCode.NO_ENGINE);

        assertThat(run.out())
                .contains(
                        "vllm serve --help=all cannot be read (it ended with exit code 1): whether it has --warp-factor"
                                + " shows when it starts");
        assertThat(vllm.calls()).hasSize(2);
    }

    @Test
    void aDryRunNeedsNoVllm() throws IOException {
        FakeVllm vllm = FakeVllm.in(folder, FakeVllm.HELP, 0);

        run(vllm, "-dry-run", "-p", "engineArgs=[\"--warp-factor\",\"9\"]").exits(ExitCode.OK);

        assertThat(vllm.calls()).isEmpty();
    }

    private Session run(FakeVllm vllm, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("Chat", "-engine", "vllm", "-vllm", vllm.executable().toString(), "-f", "1", "-i", "1"));
        all.addAll(List.of(arguments));
        return Session.call(folder.resolve("results"), all);
    }
}
