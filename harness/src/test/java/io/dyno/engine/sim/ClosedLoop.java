package io.dyno.engine.sim;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.RequestRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** A closed loop in virtual time: a fixed number of users, each of whom sends the next request when the last has ended. */
final class ClosedLoop {
    private final VirtualDriver driver;
    private final IntFunction<int[]> prompts;
    private final int outputLen;
    private final List<RequestRecord> records = new ArrayList<>();
    private int sent;

    private ClosedLoop(VirtualDriver driver, IntFunction<int[]> prompts, int outputLen) {
        this.driver = driver;
        this.prompts = prompts;
        this.outputLen = outputLen;
    }

    /** Runs for that long; the records of the requests that ended in that time, in order of their end. */
    static List<RequestRecord> run(
            VirtualDriver driver, int users, Duration time, IntFunction<int[]> prompts, int outputLen)
            throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(driver, prompts, outputLen);
        CompletableFuture<Void> over = new CompletableFuture<>();
        driver.timeline().at(time.toNanos(), () -> over.complete(null));
        for (int i = 0; i < users; i++) {
            driver.timeline().soon(loop::next);
        }
        driver.run(over);
        return loop.records;
    }

    /** Sends so many requests at time 0 and waits for all of them. */
    static List<RequestRecord> batch(VirtualDriver driver, int requests, IntFunction<int[]> prompts, int outputLen)
            throws InterruptedException {
        List<RequestRecord> records = new ArrayList<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        for (int i = 0; i < requests; i++) {
            driver.send(
                    request(i, prompts.apply(i), outputLen, driver.timeline().now()), record -> {
                        records.add(record);
                        if (records.size() == requests) {
                            over.complete(null);
                        }
                    });
        }
        driver.run(over);
        return records;
    }

    private void next() {
        int index = sent++;
        driver.send(
                request(
                        index,
                        prompts.apply(index),
                        outputLen,
                        driver.timeline().now()),
                record -> {
                    records.add(record);
                    next();
                });
    }

    static InferenceRequest request(int index, int[] prompt, int outputLen, long due) {
        return new InferenceRequest(
                "0",
                index,
                "0000000000000000",
                Prompt.ofTokens(prompt),
                outputLen,
                true,
                Map.of(),
                Endpoint.COMPLETIONS,
                due,
                Duration.ofMinutes(10).toNanos());
    }

    /** Prompts of random tokens, of which no two are alike. */
    static IntFunction<int[]> random(int length) {
        return index ->
                new SplittableRandom(index + 1L).ints(length, 1000, 30_000).toArray();
    }

    /** A config of a built-in model on a machine, with flags given as name, value, name, value. */
    static SimConfig config(String model, String machine, String... flags) {
        Map<String, String> values = new java.util.LinkedHashMap<>();
        for (int i = 0; i < flags.length; i += 2) {
            values.put(flags[i], flags[i + 1]);
        }
        try {
            return SimConfig.of(ModelShapes.builtIn(model), SimOptions.parse(machine), new Flags(values), false);
        } catch (Refusal e) {
            throw new AssertionError("the simulator refused: " + e.getMessage(), e);
        }
    }
}
