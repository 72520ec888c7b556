package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    /** An argument line for every option, and the builder call that must say the same. */
    private static final Map<String, Case> CASES = cases();

    private record Case(List<String> arguments, UnaryOperator<Options.Builder> builder) {}

    private static Map<String, Case> cases() {
        Map<String, Case> c = new LinkedHashMap<>();
        c.put("p", of(b -> b.param("tp", "1,2").param("model", "a=b"), "-p", "tp=1,2", "-p", "model=a=b"));
        c.put("bm", of(b -> b.bench(Bench.SERVE).bench(Bench.LATENCY), "-bm", "serve,LATENCY"));
        c.put("e", of(b -> b.exclude("Foo").exclude("Bar"), "-e", "Foo,Bar"));
        c.put(
                "prof",
                of(b -> b.profiler("vllm:interval=50").profiler("nsys"), "-prof", "vllm:interval=50", "-prof", "nsys"));
        c.put("f", of(b -> b.forks(2), "-f", "2"));
        c.put("wf", of(b -> b.warmupForks(0), "-wf", "0"));
        c.put("i", of(b -> b.iterations(5), "-i", "5"));
        c.put("wi", of(b -> b.warmupIterations(0), "-wi", "0"));
        c.put("r", of(b -> b.time(Duration.ofMillis(500)), "-r", "500ms"));
        c.put("w", of(b -> b.warmupTime(Duration.ofMinutes(2)), "-w", "2m"));
        c.put("to", of(b -> b.timeout(Duration.ofSeconds(90)), "-to", "90"));
        c.put("foe", of(b -> b.failOnError(true), "-foe", "true"));
        c.put("max-failed", of(b -> b.maxFailed(0.05), "-max-failed", "0.05"));
        c.put("strict", of(b -> b.strict(true), "-strict"));
        c.put("engine", of(b -> b.engine("sim"), "-engine", "sim"));
        c.put("vllm", of(b -> b.vllm(Path.of("/opt/vllm")), "-vllm", "/opt/vllm"));
        c.put(
                "url",
                of(
                        b -> b.url("http://a:8000").url("http://b:8000").url("https://c/api"),
                        "-url",
                        "http://a:8000, http://b:8000",
                        "-url",
                        "https://c/api"));
        c.put("sim", of(b -> b.sim("gpu=H100;gpus=8"), "-sim", "gpu=H100;gpus=8"));
        c.put("gpus", of(b -> b.gpus(4), "-gpus", "4"));
        c.put("ready-timeout", of(b -> b.readyTimeout(Duration.ofHours(1)), "-ready-timeout", "1h"));
        c.put("crosscheck", of(b -> b.crosscheckPairs(5), "-crosscheck"));
        c.put("crosscheck-pairs", of(b -> b.crosscheckPairs(3), "-crosscheck-pairs", "3"));
        c.put("dev-mode", of(b -> b.devMode(false), "-dev-mode", "false"));
        c.put("results", of(b -> b.results(Path.of("out")), "-results", "out"));
        c.put("run", of(b -> b.run("night"), "-run", "night"));
        c.put("resume", of(b -> b.resume(true), "-resume"));
        c.put("rf", of(b -> b.resultFormat("json"), "-rf", "json"));
        c.put("rff", of(b -> b.resultFile(Path.of("x.json")), "-rff", "x.json"));
        c.put("o", of(b -> b.output(Path.of("console.txt")), "-o", "console.txt"));
        c.put("keep-text", of(b -> b.keepText(true), "-keep-text"));
        return c;
    }

    private static Case of(UnaryOperator<Options.Builder> builder, String... arguments) {
        return new Case(List.of(arguments), builder);
    }

    @Test
    void everyOptionHasACaseHere() {
        assertThat(new TreeSet<>(CASES.keySet()))
                .isEqualTo(new TreeSet<>(OptionTable.OPTIONS.stream()
                        .map(OptionTable.Option::name)
                        .toList()));
    }

    @TestFactory
    List<DynamicTest> commandLineAndBuilderSayTheSame() {
        List<DynamicTest> tests = new ArrayList<>();
        CASES.forEach((name, c) -> {
            Options built = c.builder.apply(Options.builder()).build();
            tests.add(DynamicTest.dynamicTest(
                    "-" + name,
                    () -> assertThat(CommandLine.parse(c.arguments).options()).isEqualTo(built)));
            tests.add(DynamicTest.dynamicTest("--" + name, () -> {
                List<String> twoDashes = c.arguments.stream()
                        .map(argument -> argument.equals("-" + name) ? "-" + argument : argument)
                        .toList();
                assertThat(CommandLine.parse(twoDashes).options()).isEqualTo(built);
            }));
            tests.add(DynamicTest.dynamicTest("-" + name + " differs from not given", () -> assertThat(built)
                    .isNotEqualTo(Options.builder().build())));
        });
        return tests;
    }

    @Test
    void wordsWithoutADashAreRegularExpressions() throws UsageException {
        assertThat(CommandLine.parse(List.of("Chat", "-f", "1", "Rate.*"))
                        .options()
                        .includes())
                .containsExactly("Chat", "Rate.*");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "-ff 1            | no option -ff; did you mean -f?",
                "-max-faild 1     | did you mean -max-failed?",
                "-zz              | -h lists them",
                "-t 4             | JMH's -t has no meaning here: requests in flight are a setting: -p maxConcurrency=8,32",
                "-f               | -f needs a value; -h says which",
                "-f 0             | -f needs a whole number of at least 1, got \"0\"",
                "-f abc           | -f needs a whole number of at least 1, got \"abc\"",
                "-r soon          | -r needs a time such as 500ms, 30s, 2m or 1h (a number alone is seconds), got \"soon\"",
                "-r 0s            | -r must be longer than nothing",
                "-p tp            | -p needs NAME=VALUE, got \"tp\"",
                "-bm speed        | -bm knows serve, throughput, latency, startup; got \"speed\"",
                "-bm serv         | did you mean \"serve\"?",
                "-engine vlm      | -engine is auto, vllm, sim or remote; got \"vlm\"; did you mean \"vllm\"?",
                "-max-failed 2    | needs a share from 0 to 1",
                "-foe maybe       | -foe is true or false",
                "-rf xml          | -rf is one of text, csv, scsv, json, latex; got \"xml\"",
                "Chat(            | is no regular expression",
                "-l -lp           | -l and -lp cannot be asked at once",
            })
    void whatCannotBeMeantIsRefusedWithTheRemedy(String line, String message) {
        assertThatThrownBy(() -> CommandLine.parse(ArgumentText.split(line)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void helpNamesEveryOptionActionAndExitCode() {
        String help = HelpText.text();
        for (OptionTable.Option option : OptionTable.OPTIONS) {
            assertThat(help).contains("  -" + option.name());
        }
        OptionTable.ACTIONS.keySet().forEach(action -> assertThat(help).contains("  -" + action));
        for (ExitCode code : ExitCode.values()) {
            assertThat(help).containsPattern("\n  " + code.code() + " +" + code.meaning());
        }
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a b  c              | a;b;c",
                "-p model='x y'      | -p;model=x y",
                "-p \"env=[\\\"A=1\\\"]\" | -p;env=[\"A=1\"]",
                "'a\\b'              | a\\b",
                "a\\ b               | a b",
                "\"\" x              | ;x",
            })
    void argumentTextIsSplitAtBlanksAndQuotesKeepThem(String text, String parts) throws UsageException {
        assertThat(ArgumentText.split(text)).containsExactly(parts.split(";", -1));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {"-p 'model=x", "-p \"model=x", "abc\\"})
    void argumentTextThatIsNotFinishedIsRefused(String text) {
        assertThatThrownBy(() -> ArgumentText.split(text)).isInstanceOf(UsageException.class);
    }

    @Test
    void theFirstApplicableExitCodeIsTold() {
        assertThat(ExitCode.OK.and(ExitCode.FAILED)).isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.REGRESSION.and(ExitCode.FAILED)).isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.NO_ENGINE.and(ExitCode.FAILED)).isEqualTo(ExitCode.NO_ENGINE);
        assertThat(ExitCode.INTERRUPTED.and(ExitCode.USAGE)).isEqualTo(ExitCode.INTERRUPTED);
    }
}
