package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.VllmBenchmark;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Param;

/** The packaged jar, alone on the processor path, does what the processor does. */
class SelfContainedJarIT {
    private static final Path JAR = Path.of(System.getProperty("dyno.processor.jar"));

    @TempDir
    private Path folder;

    @Test
    void compilesABenchmarkAlone() throws IOException {
        Path source = Files.writeString(folder.resolve("Chat.java"), """
                package com.acme;

                @io.dyno.VllmBenchmark(model = "Qwen/Qwen3-8B", speculativeConfig = "{\\"method\\":\\"ngram\\"}", dataset = "dyno")
                public class Chat {
                    @org.openjdk.jmh.annotations.Param({"256", "1024"})
                    @io.dyno.EngineArg("max-num-seqs")
                    int n;
                }
                """);

        assertThat(compile(source)).isEmpty();
        assertThat(folder.resolve("com/acme/Chat_Definition.class")).exists();
        assertThat(folder.resolve("META-INF/services/io.dyno.plan.BenchmarkDefinition"))
                .hasContent("com.acme.Chat_Definition # com.acme.Chat");
    }

    @Test
    void theFirstMistakeIsACompileErrorWithTheRightSuggestion() throws IOException {
        Path source = Files.writeString(folder.resolve("Chat.java"), """
                package com.acme;

                @io.dyno.VllmBenchmark
                public class Chat {
                    @org.openjdk.jmh.annotations.Param({"256", "1024"})
                    @io.dyno.EngineArg("max-num-seq")
                    int n;
                }
                """);

        assertThat(compile(source))
                .contains(
                        "Chat.java:6: error: [DYNO-107] vLLM", "did you mean \"max-num-seqs\"?", "(explain DYNO-107)");
    }

    @Test
    void holdsThirdPartiesUnderNamesOfItsOwnOnly() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> strangers = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .filter(name -> !name.matches("io/dyno/([^/]+|(plan|metrics|processor)/.+)"))
                    .filter(name -> !name.startsWith("org/openjdk/jmh/annotations/"))
                    .toList();
            assertThat(strangers).isEmpty();
        }
    }

    @Test
    void asksForNoOtherArtifact() throws IOException {
        String pom = Files.readString(JAR.resolveSibling("dependency-reduced-pom.xml"), StandardCharsets.UTF_8);
        long all =
                pom.lines().filter(line -> line.strip().equals("<dependency>")).count();
        long tests = pom.lines()
                .filter(line -> line.strip().equals("<scope>test</scope>"))
                .count();
        assertThat(all).as("dependencies other than those of tests in %s", pom).isEqualTo(tests);
    }

    private String compile(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d",
                    folder.toString(),
                    "-classpath",
                    classPath(),
                    "-processorpath",
                    JAR.toString(),
                    "-Xlint:all,-processing,-path");
            compiler.getTask(output, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        return output.toString();
    }

    /** What a user's project compiles against: the harness and JMH's annotations. */
    private static String classPath() {
        return Stream.of(VllmBenchmark.class, Param.class)
                .map(type -> {
                    try {
                        return Path.of(type.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString();
                    } catch (URISyntaxException e) {
                        throw new AssertionError(e);
                    }
                })
                .distinct()
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }
}
