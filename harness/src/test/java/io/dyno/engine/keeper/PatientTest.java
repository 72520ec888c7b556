package io.dyno.engine.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatientTest {
    private static final long START = Long.MAX_VALUE - 5; // nanoTime may overflow

    private final Patient patient = new Patient(30_000, 45_000, new Kin(List.of("nsys")));

    @Test
    void sigintIsSentOnce() {
        assertThat(patient.ask(START)).isTrue();
        assertThat(patient.ask(after(1_000))).isFalse();
    }

    @Test
    void theEngineGetsSigtermOnceAndThenSigkillAgainAndAgain() {
        assertThat(patient.due(START)).as("nobody has asked it to end").isEmpty();
        patient.ask(START);
        patient.ask(after(20_000)); // does not begin anew

        assertThat(patient.due(after(29_999))).isEmpty();
        assertThat(patient.due(after(30_000))).contains(Signal.TERM);
        assertThat(patient.due(after(30_250))).isEmpty();
        assertThat(patient.due(after(44_999))).isEmpty();
        assertThat(patient.due(after(45_000))).contains(Signal.KILL);
        assertThat(patient.due(after(45_250))).contains(Signal.KILL);
    }

    @Test
    void oneWhoseEngineHasEndedWritesAlreadyAndGetsNoSigint() {
        assertThat(patient.looked(false)).as("not yet started").isFalse();
        assertThat(patient.looked(true)).isFalse();
        assertThat(patient.looked(false)).as("ended").isTrue();
        assertThat(patient.looked(false)).as("told once").isFalse();

        assertThat(patient.ask(START)).isFalse();
        assertThat(patient.due(after(30_000)))
                .as("what the engine left elsewhere is ended all the same")
                .contains(Signal.TERM);
    }

    @Test
    void aProbeBeforeTheEnginesStartIsNotItsEnd() {
        patient.looked(true);
        patient.looked(false);

        assertThat(patient.looked(true)).isFalse();
        assertThat(patient.ask(START)).isTrue();
    }

    private static long after(long millis) {
        return START + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
