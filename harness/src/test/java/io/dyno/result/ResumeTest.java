package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.FailureClass;
import io.dyno.result.JournalEvent.Failed;
import io.dyno.result.JournalEvent.RunStarted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final PlannedPoint A = SampleRun.serve("00000000000a", 8, null, 2, 2);
    private static final PlannedPoint B = SampleRun.serve("00000000000b", 32, null, 2, 2);

    @TempDir
    private Path folder;

    @Test
    void aPointOfAForkIsClosedByItsLineAndByNothingElse() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(A, B)) {
            run.engine(0, false).window(A, 0, 0).window(A, 0, 1).closed(A, 0);
            // All windows are there; the line is not.
            run.window(B, 0, 0).window(B, 0, 1);
            Resume resume = Resume.of(Journal.read(run.folder().journal()));

            assertThat(resume.isClosed(A.id(), 0)).isTrue();
            assertThat(resume.isClosed(A.id(), 1)).as("another fork").isFalse();
            assertThat(resume.isClosed(B.id(), 0))
                    .as("all windows, but no point line")
                    .isFalse();
            assertThat(resume.finished()).isFalse();
        }
    }

    @Test
    void attemptsAndEngineStartsGoOnFromWhatLeftALine() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(A, B)) {
            run.engine(0, false).window(A, 0, 0);
            run.log(new Failed(
                    SampleRun.CONFIGURATION, 0, B.id(), 3, new Failure(FailureClass.SERVER_CRASH, "exit 139", null)));
            Resume resume = Resume.of(Journal.read(run.folder().journal()));

            assertThat(resume.nextAttempt(A.id(), 0)).isEqualTo(2);
            assertThat(resume.nextAttempt(A.id(), 1)).as("never begun").isEqualTo(1);
            assertThat(resume.nextAttempt(B.id(), 0))
                    .as("its third attempt failed")
                    .isEqualTo(4);
            assertThat(resume.nextStart(SampleRun.CONFIGURATION, 0)).isEqualTo(2);
            assertThat(resume.nextStart(SampleRun.CONFIGURATION, 1)).isEqualTo(1);
        }
    }

    @Test
    void anInterruptedRunIsUnfinishedAndAResumedOneAgain() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(A)) {
            assertThat(finished(run)).isFalse();
            assertThat(finished(run.ended(130, "interrupted"))).isFalse();
            assertThat(finished(run.log(new RunStarted("h", true, 0.01, List.of(A)))))
                    .isFalse();
            assertThat(finished(run.ended(1, "a point failed"))).isTrue();
        }
    }

    @Test
    void onlyWhatTheRunWasBegunWithIsContinued() throws IOException {
        try (SampleRun run = new SampleRun(folder, "r").started(A, B)) {
            Resume resume = Resume.of(Journal.read(run.folder().journal()));

            assertThat(resume.sameAs(List.of(A, B), List.of())).isTrue();
            assertThat(resume.sameAs(List.of(A), List.of())).as("a point less").isFalse();
            assertThat(resume.sameAs(List.of(A, B), List.of("engine vllm")))
                    .as("another engine")
                    .isFalse();
            assertThat(resume.sameAs(List.of(A, SampleRun.serve("00000000000b", 32, null, 3, 2)), List.of()))
                    .as("a fork more")
                    .isFalse();
        }
    }

    @Test
    void anEmptyJournalContinuesAnything() {
        assertThat(Resume.of(List.of()).sameAs(List.of(A), List.of())).isTrue();
    }

    private static boolean finished(SampleRun run) throws IOException {
        return Resume.of(Journal.read(run.folder().journal())).finished();
    }
}
