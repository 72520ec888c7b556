package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dyno.metrics.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The simulator obeys its own physics. The figures are those of docs/simulator.md; all in virtual time. */
class PhysicsTest {
    private static final String MODEL = "Qwen/Qwen3-8B";

    @Test
    void littlesLawHolds() throws InterruptedException {
        Duration time = Duration.ofMinutes(10);
        List<RequestRecord> records = ClosedLoop.run(driver(MODEL, "gpu=H100"), 24, time, ClosedLoop.random(512), 256);
        double rate = records.size() / (time.toNanos() / 1e9);
        double latency =
                records.stream().mapToLong(r -> r.end() - r.sent()).average().orElseThrow() / 1e9;
        assertThat(rate * latency)
                .as("users in the system = arrival rate × time in it")
                .isCloseTo(24, Percentage.withPercentage(1));
    }

    @Test
    void aTokenTakesAtLeastTheTimeToReadTheWeights() throws InterruptedException {
        RequestRecord record = batch(driver(MODEL, "gpu=H100"), 1, 128, 128).get(0);
        double floorMillis = 2.0 * (8_190_735_360L - 151_936L * 4096) / 3.35e12 * 1e3;
        assertThat(floorMillis)
                .as("15.1 GB of weights (the input embedding is not read) at 3.35 TB/s")
                .isCloseTo(4.52, within(0.01));
        assertThat(tpotMillis(record))
                .as("the floor at 80 %% of the bandwidth, 0.6 ms of overhead, and next to nothing for the KV cache")
                .isCloseTo(floorMillis / 0.8 + 0.604 + 0.01, within(0.02));
    }

    @Test
    void throughputRisesWithTheBatchUntilTheRooflineBends() throws InterruptedException {
        double one = decodeThroughput(1);
        double eight = decodeThroughput(8);
        double hundred = decodeThroughput(128);
        double thousand = decodeThroughput(1024);
        assertThat(eight / one)
                .as("reading the weights once for eight sequences costs as much as for one")
                .isBetween(7.5, 8.0);
        assertThat(hundred / eight)
                .as("the KV cache and the work for each sequence begin to show")
                .isBetween(9.0, 15.0);
        assertThat(thousand / hundred)
                .as("eight times the batch, far from eight times the tokens")
                .isBetween(1.5, 4.5);
    }

    @Test
    void theKvCacheLimitsHowManyRunAtOnceAndPreemptsWhenItIsFull() throws InterruptedException {
        VirtualDriver roomy = driver(MODEL, "gpu=H100");
        List<RequestRecord> free = batch(roomy, 64, 512, 512);
        VirtualDriver tight = driver(MODEL, "gpu=H100", "num-gpu-blocks-override", "1024", "max-model-len", "2048");
        List<RequestRecord> limited = batch(tight, 64, 512, 512);
        assertThat(roomy.preemptions()).isZero();
        assertThat(tight.preemptions())
                .as("16,384 tokens of cache for 64 sequences that grow to 1,024 tokens")
                .isPositive();
        assertThat(endMillis(limited)).as("the batch takes much longer").isGreaterThan(2.0 * endMillis(free));
        assertThat(limited).as("all of them end well").allMatch(r -> r.ok() && r.tokensOut() == 512);
    }

    @Test
    void prefixCachingSavesTheTimeOfTheSharedPart() throws InterruptedException {
        IntFunction<int[]> shared = index -> {
            int[] prompt = ClosedLoop.random(4096).apply(0);
            prompt[3584] = 40_000 + index;
            return prompt;
        };
        VirtualDriver driver = driver(MODEL, "gpu=H100");
        double cold = ttftMillis(ClosedLoop.batch(driver, 1, shared, 8).get(0));
        RequestRecord second =
                ClosedLoop.batch(driver, 1, index -> shared.apply(index + 1), 8).get(0);
        assertThat(second.tokensCached()).as("3,584 tokens are 224 full blocks").isEqualTo(3584);
        SimConfig config = ClosedLoop.config(MODEL, "gpu=H100");
        long rest = new CostModel(config, 1)
                .time(new CostModel.Load(512, 1, 1, 3584, 512 * (3584 + 256.5)))
                .latencyNanos();
        assertThat(ttftMillis(second))
                .as("exactly the time of a step with the other 512 tokens")
                .isCloseTo(rest / 1e6, within(1e-3));
        assertThat(ttftMillis(second) / cold)
                .as("about an eighth of the work, and its fixed cost")
                .isBetween(0.1, 0.2);

        VirtualDriver without = driver(MODEL, "gpu=H100", "enable-prefix-caching", "false");
        double first = ttftMillis(ClosedLoop.batch(without, 1, shared, 8).get(0));
        RequestRecord again = ClosedLoop.batch(without, 1, shared, 8).get(0);
        assertThat(again.tokensCached()).isZero();
        assertThat(ttftMillis(again)).isCloseTo(first, within(1e-6));
    }

    @Test
    void anEmptiedPrefixCacheHelpsNobody() throws InterruptedException {
        VirtualDriver driver = driver(MODEL, "gpu=H100");
        batch(driver, 1, 1024, 4);
        assertThat(driver.resetPrefixCache()).isTrue();
        assertThat(batch(driver, 1, 1024, 4).get(0).tokensCached()).isZero();
        assertThat(batch(driver, 1, 1024, 4).get(0).tokensCached())
                .as("and fills again")
                .isEqualTo(1008);
    }

    @Test
    void tensorParallelismIsFasterButNotForFree() throws InterruptedException {
        String model = "meta-llama/Llama-3.1-70B";
        double two = tpotMillis(
                batch(driver(model, "gpu=H100", "tensor-parallel-size", "2", "max-model-len", "4096"), 1, 128, 64)
                        .get(0));
        double four = tpotMillis(
                batch(driver(model, "gpu=H100", "tensor-parallel-size", "4", "max-model-len", "4096"), 1, 128, 64)
                        .get(0));
        double eight = tpotMillis(
                batch(driver(model, "gpu=H100", "tensor-parallel-size", "8", "max-model-len", "4096"), 1, 128, 64)
                        .get(0));
        assertThat(two / four).as("two to four GPUs").isBetween(1.6, 1.95);
        assertThat(four / eight)
                .as("four to eight: the same 160 all-reduces, half the weights")
                .isBetween(1.4, 1.8);
        CostModel costs = new CostModel(
                ClosedLoop.config(model, "gpu=H100", "tensor-parallel-size", "8", "max-model-len", "4096"), 1);
        assertThat(costs.allReduceSeconds(1))
                .as("2 × 80 all-reduces of 8 µs and 16 kB")
                .isCloseTo(160 * 8.06e-6, within(1e-5));
    }

    @Test
    void chunkedPrefillBoundsHowLongAStepTakesForThoseWhoDecode() throws InterruptedException {
        double large = longestGapBesideALongPrompt("8192");
        double small = longestGapBesideALongPrompt("512");
        assertThat(large)
                .as("a step with 8,192 tokens of somebody else's prompt")
                .isGreaterThan(200);
        assertThat(small).as("a step with at most 512 tokens").isLessThan(30);
    }

    @Test
    void fewerBytesAreFewerMilliseconds() throws InterruptedException {
        double plain = tpotMillis(batch(driver(MODEL, "gpu=H100"), 1, 128, 64).get(0));
        double fp8 = tpotMillis(batch(driver(MODEL, "gpu=H100", "quantization", "fp8"), 1, 128, 64)
                .get(0));
        double awq = tpotMillis(batch(driver(MODEL, "gpu=H100", "quantization", "awq"), 1, 128, 64)
                .get(0));
        assertThat(fp8 / plain)
                .as("half the layers' bytes, the same output matrix and overhead")
                .isBetween(0.55, 0.65);
        assertThat(awq / plain).as("a quarter of the layers' bytes").isBetween(0.35, 0.48);
        SimConfig sixteen = ClosedLoop.config(MODEL, "gpu=H100");
        SimConfig eight = ClosedLoop.config(MODEL, "gpu=H100", "kv-cache-dtype", "fp8");
        assertThat((double) eight.kvTokens() / sixteen.kvTokens())
                .as("twice the tokens in the same memory")
                .isCloseTo(2, within(0.001));
    }

    @Test
    void eagerModeCostsTheLaunchOfEveryLayer() throws InterruptedException {
        double graphs = tpotMillis(batch(driver(MODEL, "gpu=H100"), 1, 128, 64).get(0));
        double eager = tpotMillis(batch(driver(MODEL, "gpu=H100", "enforce-eager", "true"), 1, 128, 64)
                .get(0));
        assertThat(eager - graphs).as("36 layers × 60 µs").isCloseTo(2.16, within(0.001));
    }

    @Test
    void aMixtureReadsOnlyTheExpertsThatItsTokensGoTo() throws InterruptedException {
        String model = "Qwen/Qwen3-30B-A3B";
        double one = tpotMillis(batch(driver(model, "gpu=H200"), 1, 64, 32).get(0));
        double many = tpotMillis(batch(driver(model, "gpu=H200"), 64, 64, 32).get(0));
        assertThat(one).as("8 of 128 experts in each layer: about 6 GB of 61").isLessThan(3);
        assertThat(many).as("64 tokens reach nearly all of them").isGreaterThan(4 * one);
    }

    @Test
    void dataParallelReplicasShareTheRequests() throws InterruptedException {
        double one = endMillis(batch(driver(MODEL, "gpu=L4", "max-model-len", "2048"), 64, 256, 64));
        List<RequestRecord> both =
                batch(driver(MODEL, "gpu=L4", "data-parallel-size", "2", "max-model-len", "2048"), 64, 256, 64);
        assertThat(both.stream().filter(r -> r.target().equals("dp0")))
                .as("half of them")
                .hasSize(32);
        assertThat(one / endMillis(both)).as("on two GPUs").isBetween(1.2, 2.0);
    }

    @Test
    void pipelineStagesOverlapWhenThereIsMoreThanOneBatch() throws InterruptedException {
        double alone = tpotMillis(batch(driver(MODEL, "gpu=H100"), 1, 128, 64).get(0));
        double piped = tpotMillis(batch(driver(MODEL, "gpu=H100", "pipeline-parallel-size", "2"), 1, 128, 64)
                .get(0));
        assertThat(piped).as("one sequence passes all stages and one transfer").isBetween(alone, alone + 0.05);
        double single = rate(driver(MODEL, "gpu=H100", "max-num-seqs", "64"), 64);
        double pipeline = rate(driver(MODEL, "gpu=H100", "max-num-seqs", "64", "pipeline-parallel-size", "2"), 64);
        assertThat(pipeline / single)
                .as("while one batch is in the second stage, another is in the first")
                .isGreaterThan(1.2);
    }

    private static double rate(VirtualDriver driver, int users) throws InterruptedException {
        return ClosedLoop.run(driver, users, Duration.ofMinutes(1), ClosedLoop.random(1024), 64)
                .size();
    }

    private static double longestGapBesideALongPrompt(String budget) throws InterruptedException {
        VirtualDriver driver = driver(MODEL, "gpu=H100", "max-num-batched-tokens", budget, "max-num-seqs", "64");
        List<RequestRecord> records = ClosedLoop.batch(
                driver, 2, i -> ClosedLoop.random(i == 0 ? 16 : 16_384).apply(i), 200);
        RequestRecord decoding =
                records.stream().filter(r -> r.index() == 0).findFirst().orElseThrow();
        return IntStream.range(1, decoding.chunks().size())
                        .mapToLong(
                                i -> decoding.chunks().at(i) - decoding.chunks().at(i - 1))
                        .max()
                        .orElseThrow()
                / 1e6;
    }

    private static double decodeThroughput(int batch) throws InterruptedException {
        List<RequestRecord> records = batch(driver(MODEL, "gpu=H100"), batch, 16, 256);
        long first = records.stream().mapToLong(RequestRecord::firstByte).max().orElseThrow();
        long last = records.stream().mapToLong(RequestRecord::end).min().orElseThrow();
        return 1e9 * batch * 255 / (last - first);
    }

    private static VirtualDriver driver(String model, String machine, String... flags) {
        return new VirtualDriver(ClosedLoop.config(model, machine, flags), "0");
    }

    private static List<RequestRecord> batch(VirtualDriver driver, int requests, int in, int out)
            throws InterruptedException {
        return ClosedLoop.batch(driver, requests, ClosedLoop.random(in), out);
    }

    private static double ttftMillis(RequestRecord r) {
        return (r.chunks().at(0) - r.sent()) / 1e6;
    }

    private static double tpotMillis(RequestRecord r) {
        return (r.end() - r.chunks().at(0)) / 1e6 / (r.tokensOut() - 1);
    }

    private static double endMillis(List<RequestRecord> records) {
        return records.stream().mapToLong(RequestRecord::end).max().orElseThrow() / 1e6;
    }
}
