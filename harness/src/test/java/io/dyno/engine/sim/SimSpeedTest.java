package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.RequestRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimSpeedTest {
    @Test
    void aThousandSimulatedSecondsTakeLittleTime() throws InterruptedException {
        Duration simulated = Duration.ofSeconds(1000);
        SimConfig config = ClosedLoop.config("Qwen/Qwen3-8B", "gpu=H100");
        long best = Long.MAX_VALUE;
        List<RequestRecord> records = List.of();
        for (int attempt = 0; attempt < 3; attempt++) {
            long start = System.nanoTime();
            records = ClosedLoop.run(new VirtualDriver(config, "0"), 32, simulated, ClosedLoop.random(1024), 1024);
            best = Math.min(best, System.nanoTime() - start);
        }
                "1,000 simulated seconds, %d requests, %d tokens: %.3f s%n",
                records.size(),
                records.stream().mapToLong(r -> r.chunks().totalTokens()).sum(),
                best / 1e9);
        assertThat(Duration.ofNanos(best))
                .as("1,000 s of 32 users with 1,024 tokens in and out; far above what it takes, for a busy machine")
                .isLessThan(Duration.ofSeconds(5));
    }
}
