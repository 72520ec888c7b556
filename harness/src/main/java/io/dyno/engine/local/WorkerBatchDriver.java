package io.dyno.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.Endpoint;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Batches over the sockets of an offline engine's ranks. */
final class WorkerBatchDriver implements BatchDriver {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final WorkerConversation conversation;
    private final int replicas;
    private final Duration timeout;
    private final boolean keepText;
    private final long origin = System.nanoTime();

    WorkerBatchDriver(WorkerConversation conversation, int replicas, Duration timeout, boolean keepText) {
        this.conversation = conversation;
        this.replicas = replicas;
        this.timeout = timeout;
        this.keepText = keepText;
    }

    @Override
    public long now() {
        return System.nanoTime() - origin;
    }

    @Override
    public void close() {}

    @Override
    public Batch generate(List<InferenceRequest> requests) throws EngineException, InterruptedException {
        int ranks = conversation.ranks().size();
        int ranksEach = ranks / replicas;
        List<ObjectNode> questions = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            questions.add(question(share(requests, rank / ranksEach)));
        }
        long asked = System.nanoTime();
        List<JsonNode> answers = conversation.ask(questions, timeout);
        long answered = System.nanoTime();
        for (int rank = 0; rank < ranks; rank++) {
            check(rank, answers.get(rank), questions.get(rank).path("requests").size());
        }

        RequestRecord[] records = new RequestRecord[requests.size()];
        Map<String, String> unknown = new LinkedHashMap<>();
        Span whole = null;
        for (int replica = 0; replica < replicas; replica++) {
            JsonNode answer = answers.get(replica * ranksEach);
            Span span = Span.of(answer, asked, answered, origin);
            whole = whole == null ? span : whole.with(span);
        }
        for (int replica = 0; replica < replicas; replica++) {
            JsonNode answer = answers.get(replica * ranksEach);
            Span span = Span.of(answer, asked, answered, origin);
            List<InferenceRequest> share = share(requests, replica);
            for (int i = 0; i < share.size(); i++) {
                JsonNode result = answer.path("results").path(i);
                records[replica + i * replicas] =
                        record(share.get(i), result, span, whole.start, replicas > 1 ? "rank " + replica : null);
            }
            answer.path("unknown")
                    .properties()
                    .forEach(field ->
                            unknown.put(field.getKey(), field.getValue().asText()));
        }
        return new Batch(whole.start, whole.end, List.of(records), unknown);
    }

    private void check(int rank, JsonNode answer, int asked) throws EngineException {
        int results = answer.path("results").size();
        if (results != asked
                || !answer.path("start").isNumber()
                || !answer.path("end").isNumber()) {
            throw conversation.nonsense(
                    rank,
                    asked + " requests were answered by " + results + " results"
                            + (answer.has("start") && answer.has("end") ? "" : ", without a start or an end"));
        }
    }

    /** The requests of one replica: every request whose number leaves this remainder. */
    private List<InferenceRequest> share(List<InferenceRequest> requests, int replica) {
        List<InferenceRequest> share = new ArrayList<>();
        for (int i = replica; i < requests.size(); i += replicas) {
            share.add(requests.get(i));
        }
        return share;
    }

    private ObjectNode question(List<InferenceRequest> share) {
        ObjectNode question = NODES.objectNode().put("op", "generate").put("keepText", keepText);
        ArrayNode list = question.putArray("requests");
        for (InferenceRequest request : share) {
            ObjectNode one = list.addObject();
            if (request.prompt().text() != null) {
                one.put("prompt", request.prompt().text());
            } else {
                ArrayNode ids = one.putArray("prompt");
                for (int id : request.prompt().tokenIds()) {
                    ids.add(id);
                }
            }
            if (request.endpoint() == Endpoint.CHAT) {
                one.put("chat", true);
            }
            one.put("maxTokens", request.outputLen()).put("ignoreEos", request.ignoreEos());
        }
        ObjectNode sampling = question.putObject("sampling");
        share.get(0).sampling().forEach((name, value) -> sampling.putPOJO(name, value));
        return question;
    }

    /**
     * When a rank was at work, on Dyno's clock, ns from the load's start.
     *
     * @param shift what is added to the rank's times
     */
    private record Span(long start, long end, long shift) {
        /** On Linux both clocks are the same one; where they are not, the rank's start is taken for the moment of the question. */
        static Span of(JsonNode answer, long asked, long answered, long origin) {
            long start = answer.path("start").asLong();
            long end = answer.path("end").asLong();
            long shift = start >= asked && end <= answered ? -origin : asked - start - origin;
            return new Span(start + shift, end + shift, shift);
        }

        Span with(Span other) {
            return new Span(Math.min(start, other.start), Math.max(end, other.end), shift);
        }

        /** A time of the rank's, within its span; null where it told none. */
        Long at(JsonNode time) {
            return time.isNumber() ? Math.min(end, Math.max(start, time.asLong() + shift)) : null;
        }
    }

    private RequestRecord record(InferenceRequest request, JsonNode result, Span span, long due, String target) {
        Long first = span.at(result.path("first"));
        Long last = span.at(result.path("last"));
        Long arrival = span.at(result.path("arrival"));
        int tokens = result.path("tokensOut").asInt();
        String error = result.path("error").asText(null);
        return new RequestRecord(
                request.slice(),
                request.index(),
                request.promptHash(),
                due,
                span.at(result.path("scheduled")),
                arrival == null ? Long.valueOf(span.start) : arrival,
                null,
                null,
                chunks(first, last, tokens),
                last == null ? Long.valueOf(span.end) : last,
                error == null
                        ? new RequestRecord.Outcome(null, null, null)
                        : RequestRecord.Outcome.failed(FailureClass.HTTP_ERRORS, null, error),
                number(result.path("tokensIn")),
                number(result.path("tokensCached")),
                number(result.path("tokensOut")),
                TokenSource.ENGINE_STATS,
                result.path("finishReason").asText(null),
                target,
                keepText
                        ? new RequestTexts(
                                request.prompt().text(),
                                request.prompt().tokenIds(),
                                result.path("text").asText(null),
                                null)
                        : null);
    }

    private static Integer number(JsonNode value) {
        return value.isNumber() ? value.asInt() : null;
    }

    /** The first token, and all that followed it; the channel is that of the answer, the first there is. */
    private static Chunks chunks(Long first, Long last, int tokens) {
        if (first == null || last == null || tokens < 1) {
            return Chunks.NONE;
        }
        return tokens == 1
                ? new Chunks(new long[] {first}, new int[] {1}, new byte[1])
                : new Chunks(new long[] {first, last}, new int[] {1, tokens - 1}, new byte[2]);
    }
}
