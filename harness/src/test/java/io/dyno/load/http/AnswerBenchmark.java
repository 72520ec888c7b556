package io.dyno.load.http;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one token costs the client after the socket: server-sent events, JSON, counts and the record. Run by {@code mvn verify -Pjmh -pl harness};
 * the time is per token.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AnswerBenchmark {
    private static final int TOKENS = 128;

    /** Whether each chunk carries the counts so far, as with {@code continuous_usage_stats}. */
    @Param({"true", "false"})
    public boolean usageOnChunks;

    /** How much arrives at a time, bytes: an event and its neighbours, or pieces of one. */
    @Param({"4096", "100"})
    public int read;

    private byte[] stream;
    private InferenceRequest request;
    private StreamEvent scratch;

    @Setup
    public void prepare() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= TOKENS; i++) {
            String finish = i == TOKENS ? "\"length\"" : "null";
            text.append(
                            "data: {\"id\":\"cmpl-b58aabf546878bc9\",\"object\":\"text_completion\",\"created\":1795392594,\"model\":\"tiny\",")
                    .append("\"choices\":[{\"index\":0,\"text\":\" word\",\"logprobs\":null,\"finish_reason\":")
                    .append(finish)
                    .append(",\"stop_reason\":null,\"prompt_token_ids\":null,\"token_ids\":null}]")
                    .append(usageOnChunks ? usage(i) : "")
                    .append("}\n\n");
        }
        text.append(
                        "data: {\"id\":\"cmpl-b58aabf546878bc9\",\"object\":\"text_completion\",\"created\":1795392594,\"model\":\"tiny\",\"choices\":[]")
                .append(usage(TOKENS))
                .append("}\n\ndata: [DONE]\n\n");
        stream = text.toString().getBytes(StandardCharsets.UTF_8);
        request = new InferenceRequest(
                "m0",
                0,
                "0123456789abcdef",
                Prompt.ofTokens(1, 2),
                TOKENS,
                true,
                Map.of(),
                Endpoint.COMPLETIONS,
                0,
                Long.MAX_VALUE);
        scratch = new StreamEvent(false);
        RequestRecord record = perToken();
        if (record.tokensOut() == null || record.tokensOut() != TOKENS) {
            throw new IllegalStateException("the answer was read wrongly: " + record);
        }
    }

    private static String usage(int tokens) {
        return ",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":" + (tokens + 2) + ",\"completion_tokens\":" + tokens
                + "}";
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public RequestRecord perToken() {
        Answer answer = new Answer(request, null, scratch);
        answer.sent(0);
        answer.status(200);
        long time = 0;
        for (int at = 0; at < stream.length; at += read) {
            answer.body(stream, at, Math.min(read, stream.length - at), time += 1_000_000);
        }
        answer.bodyEnds(time);
        return answer.record();
    }
}
