package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.metrics.Window;
import io.dyno.result.JournalEvent.RunEnded;
import io.dyno.result.JournalEvent.RunStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void aRunWithoutANameIsNamedByItsMomentAndFourDigits() throws IOException {
        try (RunDirectory run = create(null)) {
            assertThat(run.name()).matches("20261123-010203-[0-9a-f]{4}");
            assertThat(run.path().getParent())
                    .isEqualTo(folder.resolve("dyno-results").toRealPath());
            assertThat(run.logs()).isDirectory();
            assertThat(run.profiles()).isDirectory();
            assertThat(run.resolve("requests")).isDirectory();
        }
    }

    @Test
    void twoRunsInTheSameSecondWithTheSameDigitsGetFoldersOfTheirOwn() throws IOException {
        Path results = folder.resolve("dyno-results");
        try (RunDirectory one = RunDirectory.create(results, null, SampleRun.CLOCK, new Random(7));
                RunDirectory two = RunDirectory.create(results, null, SampleRun.CLOCK, new Random(7))) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
    }

    static Stream<String> namesThatEscape() {
        return Stream.of(
                "..",
                ".",
                "../elsewhere",
                "a/b",
                "a\\b",
                "/etc/cron.d",
                "C:run",
                "~root",
                "",
                " ",
                ".hidden",
                "-rf",
                "latest",
                "LATEST",
                "a\nb",
                "a\u0000b",
                "a\u202eb",
                "ünïcode",
                "x".repeat(101));
    }

    @ParameterizedTest
    @MethodSource("namesThatEscape")
    void aNameThatIsNotOnePlainFolderIsRefused(String name) throws IOException {
        assertThatThrownBy(() -> create(name))
                .isInstanceOf(RunNameException.class)
                .hasMessageContaining("cannot name a run")
                .message()
                .as("nothing in the message can move a terminal's cursor")
                .doesNotContainPattern("\\p{Cntrl}");
        assertThatThrownBy(() -> RunDirectory.open(folder.resolve("dyno-results"), name))
                .isInstanceOf(RunNameException.class);
        try (Stream<Path> made = Files.walk(folder)) {
            assertThat(made.filter(p -> !p.equals(folder)))
                    .as("nothing was made")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nightly", "2026-11-23", "a.b_c-d", "R2D2"})
    void aPlainNameIsTaken(String name) throws IOException {
        try (RunDirectory run = create(name)) {
            assertThat(run.name()).isEqualTo(name);
        }
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        create("nightly").close();

        assertThatThrownBy(() -> create("nightly"))
                .isInstanceOf(RunNameException.class)
                .hasMessageContaining("Continue it with -resume -run nightly");
    }

    @Test
    void anUnknownRunIsNamedWithThoseThereAre() throws IOException {
        create("nightly").close();
        Files.createFile(folder.resolve("dyno-results/nightly/journal.jsonl"));

        assertThatThrownBy(() -> RunDirectory.open(folder.resolve("dyno-results"), "nightli"))
                .isInstanceOf(RunNameException.class)
                .hasMessageContaining("There is no run nightli")
                .hasMessageContaining("nightly");
    }

    @Test
    void aLinkIsNoRun() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createFile(outside.resolve("journal.jsonl"));
        Files.createDirectory(folder.resolve("dyno-results"));
        Files.createSymbolicLink(folder.resolve("dyno-results/innocent"), outside);

        assertThatThrownBy(() -> RunDirectory.open(folder.resolve("dyno-results"), "innocent"))
                .isInstanceOf(RunNameException.class);
    }

    @Test
    void latestPointsAtTheRunBegunLast() throws IOException {
        Path latest = folder.resolve("dyno-results/latest");
        create("first").close();
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("first"));

        create("second").close();

        assertThat(Files.readSymbolicLink(latest))
                .as("relative, so that the folder can be moved")
                .isEqualTo(Path.of("second"));
        try (Stream<Path> all = Files.list(latest.getParent())) {
            assertThat(all.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("first", "second", "latest");
        }
    }

    @Test
    void aFolderOfTheUsersCalledLatestIsLeftAlone() throws IOException {
        Path latest = Files.createDirectories(folder.resolve("dyno-results/latest"));
        Path mine = Files.createFile(latest.resolve("mine.txt"));

        assertThatThrownBy(() -> create("first")).hasMessageContaining("is not a link");
        assertThat(mine).exists();
    }

    @Test
    void twoRunsNeverShareAFolder() throws IOException {
        RunDirectory first = create("nightly");
        Files.createFile(first.journal());

        assertThatThrownBy(() -> RunDirectory.open(folder.resolve("dyno-results"), "nightly"))
                .isInstanceOf(RunLockedException.class)
                .hasMessageContaining(
                        "in use by process " + ProcessHandle.current().pid());
        first.close();
        RunDirectory.open(folder.resolve("dyno-results"), "nightly").close();
    }

    @Test
    void theLockOfAnotherProcessHoldsAndDiesWithIt() throws Exception {
        create("nightly").close();
        Path run = folder.resolve("dyno-results/nightly");
        Files.createFile(run.resolve("journal.jsonl"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        run.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read())
                    .as("the other process has the lock")
                    .isEqualTo('L');
            assertThatThrownBy(() -> RunDirectory.open(folder.resolve("dyno-results"), "nightly"))
                    .isInstanceOf(RunLockedException.class)
                    .hasMessageContaining("in use by process " + other.pid());
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();

        RunDirectory.open(folder.resolve("dyno-results"), "nightly").close();
    }

    /** Takes a run's lock and keeps it until killed. */
    static final class LockHolder {
        public static void main(String[] args) throws Exception {
            RunLock.acquire(Path.of(args[0]));
            System.out.print("L");
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    void theNewestRunWithoutAnEndIsContinued() throws IOException {
        Path results = folder.resolve("dyno-results");
        assertThat(RunDirectory.newestUnfinished(results)).isEmpty();
        journal("z-old", 0);
        journal("m-new", 60);
        journal("a-done", 120, new RunEnded(1, "a point failed"));
        assertThat(RunDirectory.newestUnfinished(results)).contains("m-new");

        journal("b-interrupted", 180, new RunEnded(130, "interrupted"));
        assertThat(RunDirectory.newestUnfinished(results)).contains("b-interrupted");
    }

    @Test
    void requestFilesAreNamedByPointForkWindowAndAttempt() {
        assertThat(RunDirectory.requestFile("0a1b", 2, Window.Kind.MEASUREMENT, 1, 3))
                .isEqualTo("requests/0a1b-f2-i1-a3.jsonl.gz");
        assertThat(RunDirectory.requestFile("0a1b", 0, Window.Kind.WARMUP, 0, 1))
                .isEqualTo("requests/0a1b-f0-iw0-a1.jsonl.gz");
        assertThat(RunDirectory.profiledRequestFile("0a1b", 0, "torch", 0, 1))
                .as("two profilers of one fork have files of their own")
                .isEqualTo("requests/0a1b-f0-ip0-torch-a1.jsonl.gz");
        assertThat(RunDirectory.requestFile("0a1b", 0, Window.Kind.TAIL, 0, 1))
                .isEqualTo("requests/0a1b-f0-itail-a1.jsonl.gz");
    }

    @Test
    void provenanceIsStrictJson() throws IOException {
        try (RunDirectory run = create("nightly")) {
            run.writeProvenance(Map.of("dyno", "1.0.0"));
            assertThat(run.resolve("run.json")).hasContent("{\n  \"dyno\": \"1.0.0\"\n}\n");
            assertThatThrownBy(() -> run.writeProvenance(Map.of("load", Double.NaN)))
                    .hasMessageContaining("NaN");
            assertThat(run.resolve("run.json")).as("the old one stays").hasContent("{\n  \"dyno\": \"1.0.0\"\n}\n");
        }
    }

    private RunDirectory create(String name) throws IOException {
        return RunDirectory.create(folder.resolve("dyno-results"), name, SampleRun.CLOCK, new Random(1));
    }

    private void journal(String name, int seconds, JournalEvent... events) throws IOException {
        Clock clock = Clock.offset(SampleRun.CLOCK, Duration.ofSeconds(seconds));
        try (RunDirectory run = create(name);
                Journal journal = Journal.open(run.journal(), clock)) {
            journal.append(new RunStarted("0", false, 0.01, List.of()));
            for (JournalEvent e : events) {
                journal.append(e);
            }
        }
    }
}
