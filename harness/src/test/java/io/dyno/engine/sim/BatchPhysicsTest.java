package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What batches do on the simulated engine, in virtual time. */
class BatchPhysicsTest {
    private static final int VOCABULARY = 100_000;

    @Test
    void throughputGrowsWithTheBatch() throws Exception {
        double one = tokensPerSecond(1);
        double eight = tokensPerSecond(8);
        double sixtyFour = tokensPerSecond(64);
        assertThat(eight).isBetween(6 * one, 8 * one);
        assertThat(sixtyFour)
                .as("less than linear: prompts and KV cache weigh in")
                .isBetween(2 * eight, 8 * eight);
    }

    private static double tokensPerSecond(int batchSize) throws Exception {
        BatchDriver.Batch batch = driver("gpu=H100").generate(batch(batchSize, 128, 128, 1));
        return batchSize * 128 / ((batch.end() - batch.start()) / 1e9);
    }

    @Test
    void repeatedPromptsAreFastUnlessPrefixCachingIsOff() throws Exception {
        List<InferenceRequest> long1 = batch(8, 1024, 1, 1);
        BatchDriver cached = driver("gpu=H100");
        BatchDriver uncached = driver("gpu=H100", "enable-prefix-caching", "false");

        long first = duration(cached.generate(long1));
        long again = duration(cached.generate(long1));
        assertThat(again).isLessThan(first / 4);
        assertThat(duration(uncached.generate(long1))).isEqualTo(first);
        assertThat(duration(uncached.generate(long1))).isEqualTo(first);
    }

    @Test
    void anEmptiedCacheIsAsSlowAsANewOne() throws Exception {
        VirtualBatchDriver driver = driver("gpu=H100");
        List<InferenceRequest> batch = batch(8, 1024, 1, 1);
        long first = duration(driver.generate(batch));
        assertThat(driver.resetPrefixCache()).isTrue();
        assertThat(duration(driver.generate(batch))).isEqualTo(first);
    }

    @Test
    void twoReplicasTakeHalfTheTimeOfALargeBatch() throws Exception {
        List<InferenceRequest> batch = batch(4096, 256, 64, 1);
        double one = duration(driver("gpu=H100").generate(batch));
        BatchDriver.Batch two = driver("gpu=H100", "data-parallel-size", "2").generate(batch);

        assertThat(one / duration(two)).isCloseTo(2, Percentage.withPercentage(10));
        assertThat(two.records()).extracting(RequestRecord::target).startsWith("rank 0", "rank 1", "rank 0", "rank 1");
        assertThat(two.records().stream().filter(r -> r.target().equals("rank 1")))
                .hasSize(2048);
    }

    @Test
    void batchesFollowEachOtherInTime() throws Exception {
        VirtualBatchDriver driver = driver("gpu=H100");
        assertThat(driver.now()).isZero();
        BatchDriver.Batch first = driver.generate(batch(4, 64, 8, 1));
        BatchDriver.Batch second = driver.generate(batch(4, 64, 8, 2));
        assertThat(second.start()).isEqualTo(first.end());
        assertThat(driver.now()).isEqualTo(second.end());
        for (RequestRecord record : second.records()) {
            assertThat(List.of(
                            second.start(),
                            record.due(),
                            record.sent(),
                            record.scheduled(),
                            record.chunks().at(0),
                            record.end(),
                            second.end()))
                    .isSorted();
            assertThat(record.chunks().totalTokens()).isEqualTo(8);
            assertThat(record.tokensOut()).isEqualTo(8);
            assertThat(record.texts()).as("not to be kept").isNull();
        }
    }

    @Test
    void requestsThatWaitForAPlaceAreScheduledLater() throws Exception {
        List<RequestRecord> records = driver("gpu=H100", "max-num-seqs", "2")
                .generate(batch(4, 64, 8, 1))
                .records();
        assertThat(records.get(1).scheduled()).isEqualTo(records.get(1).sent());
        assertThat(records.get(2).scheduled())
                .as("when one of the first two has ended")
                .isGreaterThanOrEqualTo(records.get(0).end());
        assertThat(records.get(2).chunks().at(0)).isGreaterThan(records.get(2).scheduled());
    }

    @Test
    void theSameStartIsAsFastAndAnotherStartIsNot() throws Exception {
        List<InferenceRequest> batch = batch(4, 64, 8, 1);
        String machine = "gpu=H100;engine-cv=0.1";
        long first = duration(new VirtualBatchDriver(config(machine), "1", false).generate(batch));
        assertThat(duration(new VirtualBatchDriver(config(machine), "1", false).generate(batch)))
                .isEqualTo(first);
        assertThat(duration(new VirtualBatchDriver(config(machine), "2", false).generate(batch)))
                .isNotEqualTo(first);
    }

    @Test
    void aContextThatIsTooSmallIsAnErrorInTheEnginesWords() {
        assertThatThrownBy(() -> driver("gpu=H100", "max-model-len", "512").generate(batch(2, 1024, 8, 1)))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.failure().type()).isEqualTo(FailureClass.CONFIG_ERROR))
                .hasMessageContaining(
                        "This model's maximum context length is 512 tokens. However, your prompt contains 1024");
    }

    @Test
    void aBatchSmallerThanTheReplicasIsTheCallersMistake() {
        assertThatThrownBy(() -> driver("gpu=H100", "data-parallel-size", "4").generate(batch(3, 64, 8, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void offlineStepsAreLargerThanAServers() throws Refusal {
        assertThat(config("gpu=H100").maxNumBatchedTokens()).isEqualTo(16384);
        assertThat(config("gpu=H100").maxNumSeqs()).isEqualTo(1024);
        assertThat(config("gpu=A100").maxNumBatchedTokens()).isEqualTo(8192);
        assertThat(config("gpu=L4", "max-model-len", "4096").maxNumSeqs()).isEqualTo(256);
        assertThat(ClosedLoop.config("Qwen/Qwen3-8B", "gpu=H100").maxNumBatchedTokens())
                .isEqualTo(8192);
        assertThat(ClosedLoop.config("Qwen/Qwen3-8B", "gpu=B200").maxNumBatchedTokens())
                .as("160 GiB and more")
                .isEqualTo(16384);
    }

    private static long duration(BatchDriver.Batch batch) {
        return batch.end() - batch.start();
    }

    private static VirtualBatchDriver driver(String machine, String... flags) throws Refusal {
        return new VirtualBatchDriver(config(machine, flags), "0", false);
    }

    private static SimConfig config(String machine, String... flags) throws Refusal {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < flags.length; i += 2) {
            values.put(flags[i], flags[i + 1]);
        }
        return SimConfig.of(
                ModelShapes.builtIn("Qwen/Qwen3-8B"),
                SimOptions.parse(machine),
                new Flags(values),
                false,
                SimConfig.Use.OFFLINE);
    }

    private static List<InferenceRequest> batch(int size, int inputLen, int outputLen, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, size)
                .mapToObj(i -> new InferenceRequest(
                        "0",
                        i,
                        "",
                        Prompt.ofTokens(random.ints(inputLen, 0, VOCABULARY).toArray()),
                        outputLen,
                        true,
                        Map.of("temperature", 0.0),
                        Endpoint.COMPLETIONS,
                        0,
                        0))
                .toList();
    }
}
