package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.RequestRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The example figures in docs/simulator.md are what the simulator gives now. When the model changes, the failure shows the new tables. */
class SimFiguresTest {
    @Test
    void theDocumentationHasTheFiguresThatTheSimulatorGives() throws IOException, InterruptedException {
        String page = Files.readString(Path.of("..", "docs", "simulator.md"));
        assertThat(page).contains(concurrency(), tensorParallel(), gpus());
    }

    private static String concurrency() throws InterruptedException {
        StringBuilder table =
                new StringBuilder("| users | output tok/s | mean TTFT ms | mean TPOT ms |\n|--:|--:|--:|--:|\n");
        for (int users : new int[] {1, 8, 32, 128, 512}) {
            List<RequestRecord> records = ClosedLoop.run(
                    driver("Qwen/Qwen3-8B", "gpu=H100"), users, Duration.ofMinutes(2), ClosedLoop.random(1024), 256);
            double tokens = records.stream().mapToInt(RequestRecord::tokensOut).sum() / 120.0;
            table.append(String.format(
                    Locale.ROOT,
                    "| %d | %.0f | %.1f | %.2f |%n",
                    users,
                    tokens,
                    mean(records, SimFiguresTest::ttft),
                    mean(records, SimFiguresTest::tpot)));
        }
        return table.toString();
    }

    private static String tensorParallel() throws InterruptedException {
        StringBuilder table =
                new StringBuilder("| tp | TPOT ms | TTFT ms of 4,096 tokens | KV cache tokens |\n|--:|--:|--:|--:|\n");
        for (int tp : new int[] {2, 4, 8}) {
            SimConfig config = ClosedLoop.config(
                    "meta-llama/Llama-3.1-70B", "gpu=H100", "tensor-parallel-size", "" + tp, "max-model-len", "8192");
            List<RequestRecord> records =
                    ClosedLoop.batch(new VirtualDriver(config, "0"), 1, ClosedLoop.random(4096), 128);
            table.append(String.format(
                    Locale.ROOT,
                    "| %d | %.2f | %.0f | %,d |%n",
                    tp,
                    mean(records, SimFiguresTest::tpot),
                    mean(records, SimFiguresTest::ttft),
                    config.kvTokens()));
        }
        return table.toString();
    }

    private static String gpus() throws InterruptedException {
        StringBuilder table = new StringBuilder("| GPU | TPOT ms | output tok/s of 64 users |\n|---|--:|--:|\n");
        for (GpuModel gpu : GpuModel.values()) {
            List<RequestRecord> one = ClosedLoop.batch(
                    driver("Qwen/Qwen3-8B", "gpu=" + gpu, "max-model-len", "4096"), 1, ClosedLoop.random(128), 128);
            List<RequestRecord> many = ClosedLoop.run(
                    driver("Qwen/Qwen3-8B", "gpu=" + gpu, "max-model-len", "4096"),
                    64,
                    Duration.ofMinutes(2),
                    ClosedLoop.random(512),
                    256);
            double tokens = many.stream().mapToInt(RequestRecord::tokensOut).sum() / 120.0;
            table.append(
                    String.format(Locale.ROOT, "| %s | %.2f | %.0f |%n", gpu, mean(one, SimFiguresTest::tpot), tokens));
        }
        return table.toString();
    }

    private static VirtualDriver driver(String model, String machine, String... flags) {
        return new VirtualDriver(ClosedLoop.config(model, machine, flags), "0");
    }

    private static double mean(List<RequestRecord> records, ToDoubleFunction<RequestRecord> metric) {
        return records.stream().mapToDouble(metric).average().orElseThrow();
    }

    private static double ttft(RequestRecord r) {
        return (r.chunks().at(0) - r.sent()) / 1e6;
    }

    private static double tpot(RequestRecord r) {
        return (r.end() - r.chunks().at(0)) / 1e6 / (r.tokensOut() - 1);
    }
}
