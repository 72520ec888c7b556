package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be is refused with exit code 2 before anything is started or written. */
class RefusalsTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Chat -p maxConcurency=4          | did you mean \"maxConcurrency\"?",
                "Chat -p max-num-seq=4            | did you mean \"maxNumSeqs\"?",
                "Chat -p mode=calm                | mode",
                "Chat -p maxConcurrency=many      | maxConcurrency",
                "Chat -p tp=16                    | tp",
                "Chat -p model=                   | model",
                "Chat -ff 3                       | did you mean -f?",
                "NoSuch                           | no benchmark matches NoSuch; there are:",
                "Chat -e Chat                     | no benchmark matches Chat without Chat",
                "Chat -resume                     | -resume: no run in",
                "Chat -resume -run night          | night",
                "Chat -run ../out                 | ../out",
                "Chat -prof witnes                | did you mean \"witness\"?",
                "Chat -prof witness:depth=3       | has no option \"depth\"",
                "Chat -prof witness -p maxModelLen=512 | -prof witness sets the engine's --max-model-len, and so does com.acme.Chat",
                "Chat -prof idle -p profilerConfig={} | -prof idle sets the engine's --profiler-config, and so does com.acme.Chat",
                "Chat -prof around -p 'engineArgs=[\"--profiler_config.profiler\",\"cuda\"]' | -prof around sets the engine's --profiler-config",
                "Chat -prof idle -p 'env=[\"SCRIPTED=no\"]' | -prof idle sets SCRIPTED in the engine's environment, and so does com.acme.Chat",
                "Chat -prof rogue:how=create      | profiler \"rogue\" could not be made: java.lang.IllegalStateException: it cannot be made",
                "Chat -prof rogue:how=iterations  | -prof rogue: iterations must be at least 1, got 0",
                "Chat -prof 'rogue:how=a;how=b'   | option \"how\" is given twice",
                "Chat -dry-run -prof idel         | did you mean \"idle\"?",
                "Chat -sim gpu=Z80                | Z80",
                "Chat -sim fault=fire@start       | fire",
                "Chat -crosscheck                 | name a vLLM with -vllm",
                "Chat -engine sim -vllm /opt/vllm | leave one of them out",
                "Chat -o /no/such/folder/x.txt    | -o /no/such/folder/x.txt cannot be written",
                "explain DYNO-999                 | there is no rule DYNO-999",
            })
    void withWhatIsWrongAndWhatToDo(String line, String message) throws UsageException {
        List<String> arguments = ArgumentText.split(line);
        Session run = arguments.contains("-engine") || arguments.contains("explain")
                ? Session.call(folder.resolve("results"), arguments)
                : Session.run(folder.resolve("results"), arguments.toArray(String[]::new));

        run.exits(ExitCode.USAGE);
        assertThat(run.err())
                .startsWith("dyno: ")
                .contains(message)
                .endsWith("dyno: exit 2 (usage or configuration)\n");
        assertThat(run.err()).as("no stack trace").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
        assertThat(folder.resolve("results")).as("the results folder").doesNotExist();
    }
}
