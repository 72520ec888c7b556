package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service file over several runs of the real compiler into one folder, which each time sees only some of the sources. */
class IncrementalCompilationTest {
    @TempDir
    private Path folder;

    private Path classes;

    @BeforeEach
    void makeOutputFolder() throws IOException {
        classes = Files.createDirectory(folder.resolve("classes"));
    }

    @Test
    void compilingOneClassKeepsTheOthers() throws IOException {
        compile(benchmark("First"), benchmark("Second"));
        compile(benchmark("First"));

        assertThat(names()).containsExactly("com.acme.First", "com.acme.Second");
    }

    @Test
    void aNewClassIsAdded() throws IOException {
        compile(benchmark("Second"));
        compile(benchmark("First"));

        assertThat(names()).containsExactly("com.acme.First", "com.acme.Second");
    }

    @Test
    void theEntryOfADeletedBenchmarkIsDropped() throws IOException {
        compile(benchmark("First"), benchmark("Second"));
        Files.delete(classes.resolve("com/acme/Second.class")); // its definition's class file is left behind
        compile(benchmark("First"));

        assertThat(names()).containsExactly("com.acme.First");
    }

    @Test
    void theEntryOfADeletedDefinitionIsDropped() throws IOException {
        compile(benchmark("First"), benchmark("Second"));
        Files.delete(classes.resolve("com/acme/Second_Definition.class"));
        compile(benchmark("First"));

        assertThat(names()).containsExactly("com.acme.First");
    }

    @Test
    void aClassThatIsNoBenchmarkAnyMoreIsDropped() throws IOException {
        compile(benchmark("First"), benchmark("Second"));
        compile(benchmark("First"), source("Second", "class Second {}"));

        assertThat(names()).containsExactly("com.acme.First");
    }

    @Test
    void nestedClassesAndNamesWithUnderscoresAreKept() throws IOException {
        compile(source("Sample_01", "class Sample_01 { @io.dyno.VllmBenchmark static class In_ner {} }"));
        compile(benchmark("First"));

        assertThat(names()).containsExactly("com.acme.First", "com.acme.Sample_01.In_ner");
    }

    @Test
    void definitionsWrittenByHandAreKept() throws IOException {
        compile(benchmark("First"), source("ByHand", "public class ByHand extends First_Definition0 {}"), byHandBase());
        Files.writeString(serviceFile(), "# by hand\ncom.acme.ByHand\ncom.acme.Gone\n");
        compile(benchmark("First"));

        assertThat(Files.readAllLines(serviceFile()))
                .containsExactly("com.acme.ByHand", "com.acme.First_Definition # com.acme.First");
    }

    @Test
    void aFailedCompilationLeavesTheFileAsItWas() throws IOException {
        compile(benchmark("First"), benchmark("Second"));
        List<String> before = Files.readAllLines(serviceFile());

        assertThat(run(source(
                        "First", "@io.dyno.VllmBenchmark class First { @org.openjdk.jmh.annotations.Param int tp; }")))
                .isFalse();

        assertThat(Files.readAllLines(serviceFile())).isEqualTo(before);
    }

    @Test
    void theSameInputWritesTheSameFile() throws IOException {
        compile(benchmark("Second"), benchmark("First"));
        List<String> once = Files.readAllLines(serviceFile());
        compile(benchmark("First"), benchmark("Second"));

        assertThat(Files.readAllLines(serviceFile())).isEqualTo(once).isSorted();
    }

    private Path byHandBase() throws IOException {
        return source("First_Definition0", """
                abstract class First_Definition0 implements io.dyno.plan.BenchmarkDefinition {
                    public io.dyno.plan.BenchmarkDescriptor descriptor() { return null; }
                    public Object newInstance() { return null; }
                    public void set(Object instance, String field, String value) {}
                }
                """);
    }

    private Path benchmark(String name) throws IOException {
        return source(name, "@io.dyno.VllmBenchmark class " + name + " {}");
    }

    private Path source(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name + ".java"), "package com.acme;\n" + text);
    }

    private void compile(Path... sources) {
        assertThat(run(sources)).as("compilation of %s", List.of(sources)).isTrue();
    }

    private boolean run(Path... sources) {
        return ClassFolder.compile(classes, sources);
    }

    private Path serviceFile() {
        return classes.resolve("META-INF/services/io.dyno.plan.BenchmarkDefinition");
    }

    /** The benchmarks as a run finds them. */
    private List<String> names() throws IOException {
        try (ClassFolder loaded = new ClassFolder(classes)) {
            return loaded.definitions().stream()
                    .map(definition -> definition.descriptor().benchmark())
                    .toList();
        }
    }
}
