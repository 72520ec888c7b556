package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.BenchmarkDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Level;

/** Generated definitions at work: loaded as a run loads them, without reflection on the benchmark. */
class GeneratedDefinitionTest {
    private static final EngineInfo ENGINE = new EngineInfo("http://127.0.0.1:1", "m", "0.32.0", true);
    private static final PromptRequest REQUEST = new PromptRequest(1, 0, 0);

    @TempDir
    private Path folder;

    @Test
    void setsFieldsOfEveryKindFromText() throws Exception {
        run("""
                package com.acme;
                import org.openjdk.jmh.annotations.Param;
                @io.dyno.VllmBenchmark
                class Kinds {
                    enum Shape { SHORT, LONG }
                    @Param("1") int anInt; @Param("1") Long aLong; @Param("1") double aDouble; @Param boolean flag;
                    @Param("x") char letter; @Param("t") String text; @Param Shape shape; @Param("8") int maxConcurrency;
                    @io.dyno.Prompts Iterable<io.dyno.Prompt> prompts(io.dyno.PromptRequest r) {
                        return java.util.List.of(io.dyno.Prompt.of(
                                anInt + " " + aLong + " " + aDouble + " " + flag + " " + letter + " " + text + " " + shape
                                        + " " + (maxConcurrency == io.dyno.Load.UNCAPPED)));
                    }
                }
                """, definition -> {
            Object instance = definition.newInstance();
            definition.set(instance, "anInt", "-7");
            definition.set(instance, "aLong", "9000000000");
            definition.set(instance, "aDouble", "inf");
            definition.set(instance, "flag", "true");
            definition.set(instance, "letter", "z");
            definition.set(instance, "text", "two, three");
            definition.set(instance, "shape", "LONG");
            definition.set(instance, "maxConcurrency", "inf");

            assertThat(definition.prompts(instance, REQUEST))
                    .extracting(Prompt::text)
                    .containsExactly("-7 9000000000 Infinity true z two, three LONG true");
            assertThat(definition.prompts(definition.newInstance(), REQUEST))
                    .as("another instance is untouched")
                    .extracting(Prompt::text)
                    .containsExactly("0 null 0.0 false \u0000 null null false");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> definition.set(instance, "shape", "SHRT"))
                    .withMessage(
                            "field shape cannot hold \"SHRT\": it is none of SHORT, LONG; did you mean \"SHORT\"?");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> definition.set(instance, "shapes", "LONG"))
                    .withMessage("com.acme.Kinds has no @Param field \"shapes\"");
        });
    }

    @Test
    void callsLifecycleMethodsOfALevelBaseFirstAndTearsDownInReverse() throws Exception {
        run("""
                package com.acme;
                import org.openjdk.jmh.annotations.*;
                @io.dyno.VllmBenchmark(bench = io.dyno.Bench.LATENCY)
                class Kinds extends Base {
                    @Setup void own(io.dyno.EngineInfo engine) { log.add("own " + engine.model()); }
                    @Override void replaced() { log.add("replacement"); }
                    @TearDown void ownDown() { log.add("ownDown"); }
                    @Setup(Level.Iteration) void before() { log.add("before"); }
                    @io.dyno.Prompts Iterable<io.dyno.Prompt> prompts(io.dyno.PromptRequest r) {
                        return log.stream().map(io.dyno.Prompt::of).toList();
                    }
                }
                abstract class Base {
                    final java.util.List<String> log = new java.util.ArrayList<>();
                    @Setup void base() { log.add("base"); }
                    @Setup void replaced() { log.add("replaced"); }
                    @TearDown void baseDown() { log.add("baseDown"); }
                }
                """, definition -> {
            Object instance = definition.newInstance();
            definition.setup(instance, Level.Trial, ENGINE);
            definition.setup(instance, Level.Iteration, ENGINE);
            definition.tearDown(instance, Level.Iteration, ENGINE);
            definition.tearDown(instance, Level.Trial, ENGINE);

            List<String> log = new ArrayList<>();
            definition.prompts(instance, REQUEST).forEach(prompt -> log.add(prompt.text()));
            assertThat(log).containsExactly("base", "replacement", "own m", "before", "ownDown", "baseDown");
        });
    }

    @Test
    void aClassWithoutMethodsHasNoPromptsAndAnEmptyLifecycle() throws Exception {
        run("package com.acme; @io.dyno.VllmBenchmark class Kinds {}", definition -> {
            Object instance = definition.newInstance();
            definition.setup(instance, Level.Trial, ENGINE);
            definition.tearDown(instance, Level.Trial, ENGINE);

            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> definition.prompts(instance, REQUEST))
                    .withMessage("com.acme.Kinds has no @Prompts method");
        });
    }

    private interface Check {
        void accept(BenchmarkDefinition definition) throws Exception;
    }

    private void run(String source, Check check) throws Exception {
        assertThat(ClassFolder.compile(folder, write(source))).as("compiles").isTrue();
        try (ClassFolder classes = new ClassFolder(folder)) {
            List<BenchmarkDefinition> definitions = classes.definitions();
            assertThat(definitions).hasSize(1);
            check.accept(definitions.get(0));
        }
    }

    private Path write(String source) throws IOException {
        return Files.writeString(folder.resolve("Kinds.java"), source);
    }
}
