package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeterminismTest {
    private static final String MODEL = "Qwen/Qwen3-8B";

    @Test
    void theSameLoadOnTheSameMachineGivesTheSameRecords() throws InterruptedException {
        assertThat(run("gpu=H100;seed=1;engine-cv=0.05", "3")).isEqualTo(run("gpu=H100;seed=1;engine-cv=0.05", "3"));
    }

    @Test
    void anotherStartOrAnotherSeedIsAnotherEngineWhereStartsDiffer() throws InterruptedException {
        List<RequestRecord> one = run("gpu=H100;seed=1;engine-cv=0.05", "3");
        assertThat(run("gpu=H100;seed=1;engine-cv=0.05", "4")).isNotEqualTo(one);
        assertThat(run("gpu=H100;seed=2;engine-cv=0.05", "3")).isNotEqualTo(one);
        assertThat(run("gpu=H100;seed=2", "9"))
                .as("without a spread all starts are alike")
                .isEqualTo(run("gpu=H100;seed=1", "3"));
    }

    @Test
    void engineStartsSpreadAsAsked() {
        SimOptions machine = SimOptions.parse("engine-cv=0.03");
        double[] factors = IntStream.range(0, 20_000)
                .mapToDouble(i -> CostModel.startFactor(machine, "fork " + i))
                .toArray();
        double mean = IntStream.range(0, factors.length)
                .mapToDouble(i -> factors[i])
                .average()
                .orElseThrow();
        double variance = IntStream.range(0, factors.length)
                .mapToDouble(i -> Math.pow(factors[i] - mean, 2))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(1, within(0.001));
        assertThat(Math.sqrt(variance) / mean).as("coefficient of variation").isCloseTo(0.03, within(0.001));
    }

    @Test
    void aRecordHasEverythingThatOneFromHttpHas() throws InterruptedException {
        RequestRecord r = ClosedLoop.batch(driver("gpu=H100"), 1, ClosedLoop.random(100), 5)
                .get(0);
        assertThat(r.outcome()).isEqualTo(RequestRecord.Outcome.OK);
        assertThat(r.sent()).isEqualTo(r.due()).isEqualTo(r.scheduled()).isZero();
        assertThat(r.firstByte()).isEqualTo(r.chunks().at(0)).isPositive();
        assertThat(r.end()).isEqualTo(r.chunks().at(4));
        assertThat(r.chunks().totalTokens()).isEqualTo(5);
        assertThat(r.tokensIn()).isEqualTo(100);
        assertThat(r.tokensOut()).isEqualTo(5);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.ENGINE);
        assertThat(r.finishReason()).isEqualTo("length");
    }

    @Test
    void whatIsTooLongForTheModelFailsAsOnTheServer() throws InterruptedException {
        RequestRecord r = ClosedLoop.batch(driver("gpu=H100", "max-model-len", "128"), 1, ClosedLoop.random(128), 1)
                .get(0);
        assertThat(r.outcome().failure()).isEqualTo(FailureClass.HTTP_ERRORS);
        assertThat(r.outcome().status()).isEqualTo(400);
        assertThat(r.chunks().size()).isZero();
    }

    @Test
    void anAnswerThatIsTooLongForTheModelIsCutAsOnTheServer() throws InterruptedException {
        RequestRecord r = ClosedLoop.batch(driver("gpu=H100", "max-model-len", "128"), 1, ClosedLoop.random(100), 29)
                .get(0);
        assertThat(r.outcome()).isEqualTo(RequestRecord.Outcome.OK);
        assertThat(r.tokensOut()).isEqualTo(28);
        assertThat(r.finishReason()).isEqualTo("length");
    }

    @Test
    void aRequestThatTakesTooLongFailsAtItsTime() throws InterruptedException {
        VirtualDriver driver = driver("gpu=H100");
        InferenceRequest slow = ClosedLoop.request(0, ClosedLoop.random(16).apply(0), 4000, 0);
        long timeout = Duration.ofSeconds(1).toNanos();
        CompletableFuture<RequestRecord> record = new CompletableFuture<>();
        driver.send(
                new InferenceRequest(
                        slow.slice(),
                        0,
                        slow.promptHash(),
                        slow.prompt(),
                        4000,
                        true,
                        slow.sampling(),
                        slow.endpoint(),
                        0,
                        timeout),
                record::complete);
        driver.run(record);
        assertThat(record.join().outcome().failure()).isEqualTo(FailureClass.TIMEOUT);
        assertThat(record.join().end()).isEqualTo(timeout);
        assertThat(record.join().tokensOut())
                .as("about 160 tokens come in a second")
                .isBetween(140, 180);
    }

    @Test
    void aCutLoadEndsEveryOpenRequestAsInterrupted() throws InterruptedException {
        VirtualDriver driver = driver("gpu=H100");
        List<RequestRecord> records = new ArrayList<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        for (int i = 0; i < 3; i++) {
            driver.send(ClosedLoop.request(i, ClosedLoop.random(16).apply(i), 4000, 0), r -> {
                records.add(r);
                if (records.size() == 3) {
                    all.complete(null);
                }
            });
        }
        driver.timeline().at(Duration.ofMillis(100).toNanos(), driver::cut);
        driver.run(all);
        assertThat(records).allMatch(r -> r.outcome().failure() == FailureClass.INTERRUPTED && r.end() == 100_000_000L);
    }

    @Test
    void answersEndByThemselvesUnlessTheyMustNot() throws InterruptedException {
        VirtualDriver driver = driver("gpu=H100");
        InferenceRequest r = ClosedLoop.request(0, ClosedLoop.random(16).apply(0), 8000, 0);
        CompletableFuture<RequestRecord> record = new CompletableFuture<>();
        driver.send(
                new InferenceRequest(
                        r.slice(),
                        0,
                        r.promptHash(),
                        r.prompt(),
                        8000,
                        false,
                        r.sampling(),
                        r.endpoint(),
                        0,
                        r.timeoutNanos()),
                record::complete);
        driver.run(record);
        assertThat(record.join().finishReason()).isEqualTo("stop");
        assertThat(record.join().tokensOut()).isLessThan(4000);
    }

    private static List<RequestRecord> run(String machine, String start) throws InterruptedException {
        VirtualDriver driver = new VirtualDriver(ClosedLoop.config(MODEL, machine), start);
        return ClosedLoop.run(driver, 8, Duration.ofSeconds(20), ClosedLoop.random(300), 100);
    }

    private static VirtualDriver driver(String machine, String... flags) {
        return new VirtualDriver(ClosedLoop.config(MODEL, machine, flags), "0");
    }
}
