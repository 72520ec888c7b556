package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** benchmarks.jar as a process: however it ends, nothing that it started is alive 15 s later, and what was complete is kept. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EndingsIT {
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final List<String> BRIEF = List.of(
            "Sample_01", "-engine", "sim", "-p", "model=Qwen/Qwen3-0.6B", "-p", "inputLen=32", "-p", "outputLen=8");

    private final String mark = UUID.randomUUID().toString();

    @TempDir
    Path folder;

    private Process started;

    @AfterEach
    void endAll() {
        if (started != null) {
            started.descendants().forEach(ProcessHandle::destroyForcibly);
            started.destroyForcibly();
        }
    }

    @Test
    void aRunThatEndsByItself() throws Exception {
        start(dyno("-f", "1", "-w", "200ms", "-i", "1", "-r", "500ms"));

        // The exit code is that of the points: on a busy machine windows may be void.
        assertThat(exit()).as("%s", console()).isIn(0, 1);
        assertNothingIsLeft();
        assertThat(journal()).contains("\"event\":\"end\"");
    }

    @Test
    void aRunWhoseEngineDies() throws Exception {
        start(dyno("-f", "1", "-w", "1s", "-i", "1", "-r", "5s", "-sim", "fault=crash@r20"));

        assertThat(exit()).as("%s", console()).isEqualTo(1);
        assertNothingIsLeft();
        assertThat(journal()).contains("server_crash");
    }

    @ParameterizedTest
    @CsvSource({"INT", "TERM"})
    void aSignalThatAsksForTheEnd(String signal) throws Exception {
        start(endless());
        awaitAWindow();

        send(signal, started.pid());

        assertThat(exit()).as("%s", console()).isEqualTo(130);
        assertNothingIsLeft();
        assertInterruptedAndKept();
    }

    @Test
    void aSignalThatAsksNothing() throws Exception {
        start(endless());
        awaitAWindow();

        send("KILL", started.pid());

        assertThat(exit()).isEqualTo(137);
        assertNothingIsLeft();
        assertThat(journal())
                .as("complete windows are kept; the end is not told")
                .contains("\"event\":\"iteration\"")
                .doesNotContain("\"event\":\"end\"");
    }

    @Test
    void theEndOfMaven() throws Exception {
        start(List.of(
                System.getProperty("dyno.maven") + "/bin/mvn",
                "-B",
                "-Dmaven.repo.local=" + System.getProperty("dyno.localRepository"),
                "-ntp",
                "-f",
                pom().toString(),
                "-Ddyno.args=" + String.join(" ", endlessArguments()),
                "verify"));
        awaitAWindow();

        send("KILL", started.pid());

        assertThat(exit()).isEqualTo(137);
        assertNothingIsLeft();
        assertInterruptedAndKept();
    }

    /** A project that runs Dyno as docs/your-project.md does. */
    private Path pom() throws IOException {
        Path pom = folder.resolve("pom.xml");
        return Files.writeString(pom, """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.acme</groupId>
                  <artifactId>killed</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <build>
                    <plugins>
                      <plugin>
                        <groupId>org.codehaus.mojo</groupId>
                        <artifactId>exec-maven-plugin</artifactId>
                        <version>3.6.2</version>
                        <executions>
                          <execution>
                            <phase>verify</phase>
                            <goals>
                              <goal>exec</goal>
                            </goals>
                            <configuration>
                              <executable>%s</executable>
                              <arguments>
                                <argument>-Ddyno.args=${dyno.args}</argument>
                                <argument>-Ddyno.parent=watch</argument>
                                <argument>-jar</argument>
                                <argument>%s</argument>
                              </arguments>
                            </configuration>
                          </execution>
                        </executions>
                      </plugin>
                    </plugins>
                  </build>
                </project>
                """.formatted(java(), jar()));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path jar() {
        return Path.of("target", "benchmarks.jar").toAbsolutePath();
    }

    private List<String> dyno(String... arguments) {
        // Maven may have been started in the background of a shell: its children then ignore SIGINT, and so would Dyno.
        List<String> command =
                new ArrayList<>(List.of("env", "--default-signal=INT", java(), "-jar", jar().toString()));
        command.addAll(BRIEF);
        command.addAll(List.of(arguments));
        command.addAll(List.of("-results", results().toString()));
        return command;
    }

    private static final List<String> ENDLESS = List.of("-f", "1", "-w", "200ms", "-i", "1000", "-r", "500ms");

    private List<String> endless() {
        return dyno(ENDLESS.toArray(String[]::new));
    }

    private List<String> endlessArguments() {
        List<String> arguments = new ArrayList<>(BRIEF);
        arguments.addAll(ENDLESS);
        arguments.addAll(List.of("-results", results().toString()));
        return arguments;
    }

    private Path results() {
        return folder.resolve("results");
    }

    private void start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().put(Offspring.VARIABLE, mark);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_OPTS");
        started = builder.start();
        started.getOutputStream().close();
    }

    private int exit() throws InterruptedException {
        assertThat(started.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("it ended in time\n%s", console())
                .isTrue();
        return started.exitValue();
    }

    private String console() {
        return text(folder.resolve("console.txt"));
    }

    private String journal() {
        return text(results().resolve("latest/journal.jsonl"));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitAWindow() {
        assertThat(Offspring.await(SOON, () -> journal().contains("\"kind\":\"measurement\"")))
                .as("a measured window in the journal\n%s", console())
                .isTrue();
        assertThat(Offspring.of(mark)).as("Dyno, keeper and engine").hasSizeGreaterThanOrEqualTo(3);
    }

    private void assertNothingIsLeft() {
        Offspring.await(GONE, () -> Offspring.of(mark).isEmpty());
        assertThat(Offspring.of(mark)).as("processes that are left").isEmpty();
    }

    private void assertInterruptedAndKept() {
        assertThat(journal().lines().reduce((first, second) -> second).orElse(""))
                .as("the journal's last line")
                .contains("\"event\":\"end\"")
                .contains("130");
        assertThat(text(results().resolve("latest/results.json"))).contains("\"interrupted\"");
        assertThat(results().resolve("latest/requests")).isNotEmptyDirectory();
    }

    private static void send(String signal, long pid) throws Exception {
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).as("kill -%s", signal).isZero();
    }
}
