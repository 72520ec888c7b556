package io.dyno.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new user's project, made of the blocks of docs/your-project.md and nothing else, built by a Maven of its own. Dyno comes from a local
 * repository that is filled from the reactor; everything else is linked from the one in use, so that nothing is downloaded twice.
 */
class UserProjectIT {
    private static final String VERSION = System.getProperty("dyno.version");

    @TempDir
    Path folder;

    private Path project;
    private Path repository;

    @BeforeEach
    void layOut() throws IOException {
        repository = Files.createDirectory(folder.resolve("repository"));
        linkThirdParties(Path.of(System.getProperty("dyno.localRepository")));
        install("..", "dyno-parent", null, "pom.xml");
        install("../harness", "dyno-harness", "dyno-harness", "pom.xml");
        install("../profilers", "dyno-profilers", "dyno-profilers", "pom.xml");
        install("../processor", "dyno-processor", "dyno-processor", "target/dependency-reduced-pom.xml");

        project = Files.createDirectory(folder.resolve("project"));
        String page = Files.readString(Path.of("../docs/your-project.md"));
        Files.writeString(project.resolve("pom.xml"), block(page, "xml"));
        Files.createDirectories(source().getParent());
        Files.writeString(source(), block(page, "java"));
    }

    @Test
    void thePageAloneMakesAProjectThatBuildsAndRuns() throws Exception {
        Build build =
                maven("verify", "-Pbench", "-Ddyno.args=OurChat -f 1 -i 1 -r 2s -p maxConcurrency=4 -p outputLen=16");

        assertThat(build.output)
                .contains("BUILD SUCCESS")
                .contains("SIMULATION")
                .contains("OurChat")
                .contains("dyno: exit 0 (ok)");
        assertThat(project.resolve("dyno-results/latest/results.json"))
                .content()
                .contains("\"simulated\": true");
    }

    @Test
    void theFirstMistakeIsACompileErrorAtItsPlaceWithTheRightName() throws Exception {
        String written = Files.readString(source());
        Files.writeString(source(), written.replace("long-prefill-token-threshold", "long-prefil-token-threshold"));
        long line = written.lines().takeWhile(l -> !l.contains("@EngineArg(")).count() + 1;

        Build build = maven("compile");

        assertThat(build.exit).isNotZero();
        assertThat(build.output)
                .contains("OurChat.java:[" + line)
                .contains("DYNO-107")
                .contains("did you mean \"long-prefill-token-threshold\"?");
    }

    private Path source() {
        return project.resolve("src/main/java/com/acme/OurChat.java");
    }

    private static String block(String page, String language) {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(block.find())
                .as("a block of " + language + " in docs/your-project.md")
                .isTrue();
        return block.group(1);
    }

    private void linkThirdParties(Path from) throws IOException {
        linkAllBut("io", from, repository);
        linkAllBut("dyno", from.resolve("io"), Files.createDirectory(repository.resolve("io")));
    }

    private static void linkAllBut(String name, Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(name)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    private void install(String module, String artifact, String jar, String pom) throws IOException {
        Path to = Files.createDirectories(repository.resolve("io/dyno/" + artifact + "/" + VERSION));
        String name = artifact + "-" + VERSION;
        Files.copy(Path.of(module, pom), to.resolve(name + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        if (jar != null) {
            Files.copy(Path.of(module, "target", jar + "-" + VERSION + ".jar"), to.resolve(name + ".jar"));
        }
    }

    private record Build(int exit, String output) {}

    private Build maven(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("dyno.maven") + "/bin/mvn", "-B", "-ntp", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("maven.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as("Maven ended in time")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Build(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }
}
