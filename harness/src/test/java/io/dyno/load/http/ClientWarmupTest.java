package io.dyno.load.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClientWarmupTest {
    @Test
    void endsInItsTimeAndSaysWhatItDid() throws InterruptedException {
        ClientWarmup.Report report = ClientWarmup.run(Duration.ofSeconds(2));

        assertThat(report.rounds()).isPositive();
        assertThat(report.tokens()).isEqualTo(report.rounds() * 32L * 128);
        assertThat(report.warmMicrosPerToken()).isPositive().isLessThanOrEqualTo(report.coldMicrosPerToken());
    }
}
