package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The README's profiler, compiled as it stands there, in a jar of its own on the class path of a Dyno in a process of its own. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the README's profiler reads /proc")
class OwnProfilerTest {
    private static final Pattern LINES =
            Pattern.compile("```java\\n(package com\\.acme;.*?implements ProfilerProvider.*?)```", Pattern.DOTALL);

    private final String classPath =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    Path folder;

    private String withJar;

    @BeforeEach
    void compile() throws IOException {
        Matcher lines = LINES.matcher(Files.readString(Path.of("../README.md")));
        assertThat(lines.find()).as("the README shows a profiler").isTrue();
        Path source = Files.createDirectories(folder.resolve("com/acme")).resolve("Rss.java");
        Files.writeString(source, lines.group(1));
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-proc:none", "-cp", classPath, source.toString());
        assertThat(compiled).as("javac's exit code").isZero();
        withJar = jar() + File.pathSeparator + classPath;
    }

    private Path jar() throws IOException {
        Path jar = folder.resolve("rss.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("com/acme/Rss.class"));
            out.write(Files.readAllBytes(folder.resolve("com/acme/Rss.class")));
            out.putNextEntry(new JarEntry("META-INF/services/io.dyno.profile.ProfilerProvider"));
            out.write("com.acme.Rss\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private Session dyno(String... arguments) throws Exception {
        Path out = folder.resolve("out");
        List<String> command = new ArrayList<>(JavaCommand.of(List.of("-Xmx512m"), withJar, Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        ExitCode exit = process.exitValue() == 0 ? ExitCode.OK : ExitCode.FAILED;
        return new Session(folder.resolve("results"), exit, Files.readString(out), "");
    }

    @Test
    void theProfilerOfTheReadmeWorksFromItsOwnJar() throws Exception {
        Session run = dyno(
                "Chat",
                "-engine",
                "sim",
                "-f",
                "1",
                "-w",
                "100ms",
                "-i",
                "2",
                "-r",
                "300ms",
                "-max-failed",
                "1",
                "-prof",
                "rss",
                "-results",
                folder.resolve("results").toString());

        assertThat(run.files(".")).as("%s", run).contains("results.json");
        JsonNode resident = run.point().get("metrics").get("rss.resident");
        assertThat(resident.get("unit").asText()).isEqualTo("MiB");
        assertThat(resident.get("raw").get(0)).as("one number an iteration").isNotEmpty();
        assertThat(run.journal("point").get(0).get("more"))
                .filteredOn(more -> more.get("kind").asText().equals("measurement"))
                .isNotEmpty()
                .allSatisfy(more -> assertThat(
                                more.at("/metrics/rss.resident/score").asDouble())
                        .isBetween(10.0, 100_000.0));
    }

    @Test
    void lprofListsItAmongTheOthers() throws Exception {
        assertThat(dyno("-lprof").exits(ExitCode.OK).out())
                .containsPattern("rss +supported +resident memory of the engine's first process  \\(needs nothing");
    }
}
