package io.dyno.run;

import static io.dyno.engine.remote.OpenAiServer.Manners.VLLM;
import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.remote.OpenAiServer;
import io.dyno.engine.remote.OpenAiServer.Manners;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be measured on a foreign server is one screen and an exit code, before anything of a run is written. */
class RemoteRefusalsTest {
    @TempDir
    Path folder;

    private void refused(ExitCode exit, String message, String... arguments) {
        Session run = Session.call(folder.resolve("results"), List.of(arguments));

        run.exits(exit);
        assertThat(run.err())
                .startsWith("dyno: ")
                .contains(message)
                .endsWith("dyno: exit " + exit.code() + " (" + exit.meaning() + ")\n")
                .doesNotContain("\tat ");
        assertThat(run.err().lines()).as("one screen").hasSizeLessThan(15);
        assertThat(run.out()).isEmpty();
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Chat -engine remote                                | -engine remote attaches to a server that runs already; say where: -url http://host:8000",
                "Chat -url http://host:1 -engine sim                | leave one of them out",
                "Chat -url http://host:1 -vllm /opt                 | leave one of them out",
                "Chat -url host:8000                                | does not begin with http:// or https://",
                "Chat -url https://me:secret@host                   | holds a user or password",
                "Chat -url http://host:1,http://host:1/v1           | -url names http://host:1 twice",
            })
    void anAddressThatCannotBeMeantIsAMistakeOfUse(String line, String message) throws UsageException {
        refused(ExitCode.USAGE, message, ArgumentText.split(line).toArray(String[]::new));
    }

    @Test
    void aServerThatIsNotThereIsNoEngine() throws Exception {
        String url;
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            url = server.url().toString();
        }

        refused(
                ExitCode.NO_ENGINE,
                "nobody answers at " + url + " (connection refused); check -url",
                "Chat",
                "-url",
                url);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Chat -p model=tinny             | serves tiny, not tinny; set -p model=tiny; did you mean \"tiny\"?",
                "Chat -p model=tiny -f 2         | -f asks for more engines, and a remote engine is never started afresh",
                "Chat -p model=tiny -p tp=1,2    | sweeps over 1, 2, and a remote engine runs as it was started",
                "Chat -p model=tiny -bm latency  | a remote engine is a server, and LATENCY needs processes of its own",
            })
    void whatThisServerCannotBeMeasuredWithIsAMistakeOfUse(String line, String message) throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            List<String> arguments = new ArrayList<>(ArgumentText.split(line));
            arguments.addAll(List.of("-url", server.url().toString()));

            refused(ExitCode.USAGE, message, arguments.toArray(String[]::new));
        }
    }

    @Test
    void ofSeveralModelsOneMustBeNamed() throws Exception {
        onServer(
                VLLM.serving("small", "large"),
                ExitCode.USAGE,
                "AnyModel names no model",
                "the server serves small, large; choose one with -p model=small");
    }

    @Test
    void aServerWithoutModelsIsNoEngine() throws Exception {
        onServer(VLLM.serving(), ExitCode.NO_ENGINE, "serves no model");
    }

    @Test
    void aKeyThatIsMissingIsAskedForByItsVariable() throws Exception {
        onServer(VLLM.demanding("sesame"), ExitCode.NO_ENGINE, "wants a key (HTTP 401); set VLLM_API_KEY");
    }

    @Test
    void aServerThatTakesNoTokenIdsIsToldBeforeAllRequestsFail() throws Exception {
        onServer(
                VLLM.refusing("ids"),
                ExitCode.USAGE,
                "prompts of token ids, which dataset random sends",
                "-p dataset=dyno",
                "HTTP 400: unrecognized: ids");
    }

    private void onServer(Manners manners, ExitCode exit, String... messages) throws Exception {
        try (OpenAiServer server = OpenAiServer.start(manners)) {
            for (String message : messages) {
                refused(exit, message, "AnyModel", "-url", server.url().toString());
            }
        }
    }
}
