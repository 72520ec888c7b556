package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The simulated engine as vLLM's class {@code LLM} drives it: whole batches, all of whose requests arrive at once. What becomes of a batch is
 * computed at once too; whoever has a real clock waits for the end that was computed. No clock, no threads, no I/O.
 */
final class OfflineEngine {
    private final SimConfig config;
    private final EngineMetrics metrics;
    private final SimEngine engine;
    private final ToyTokenizer tokenizer;
    private long requests;

    /** A new engine, empty; see {@link SimEngine} for {@code start}. */
    OfflineEngine(SimConfig config, String start) {
        this.config = config;
        this.metrics = new EngineMetrics(config);
        this.engine = new SimEngine(config, start, metrics);
        this.tokenizer = new ToyTokenizer(config.model().vocab());
    }

    /**
     * What became of a request.
     *
     * @param sequence its times, on the engine's clock, and its counts
     * @param end why it ended
     */
    record Answered(Sequence sequence, FinishReason end) {}

    /** What was counted so far, as the server has it at {@code /metrics}. */
    String metrics(String model) {
        return PrometheusText.of(config, engine, metrics, model, 0);
    }

    /**
     * Generates all answers of a batch.
     *
     * @param replicas which replica a request goes to, by its place in the batch
     * @param now when they arrive, ns on the engine's clock; not before the end of the last batch
     * @return one a request, in the order asked
     * @throws OfflineError when vLLM would refuse one of them, and with it the batch
     */
    List<Answered> generate(List<OfflineRequest> batch, OfflineSampling sampling, IntUnaryOperator replicas, long now)
            throws OfflineError {
        if (batch.stream().map(OfflineRequest::chat).distinct().count() > 1) {
            throw new OfflineError("ValueError", "a batch is made of chat requests or of completions, not of both");
        }
        List<SimRequest> asked = new ArrayList<>(batch.size());
        for (OfflineRequest request : batch) {
            asked.add(read(request, sampling));
        }
        Answered[] answers = new Answered[asked.size()];
        for (int i = 0; i < answers.length; i++) {
            int place = i;
            engine.submitTo(replicas.applyAsInt(i), asked.get(i), now, (sequence, token, at, end) -> {
                if (end != null) {
                    answers[place] = new Answered(sequence, end);
                }
            });
        }
        engine.advance(Long.MAX_VALUE - 1);
        return Arrays.asList(answers);
    }

    private SimRequest read(OfflineRequest request, OfflineSampling sampling) throws OfflineError {
        int[] prompt = request.ids() != null
                ? request.ids()
                : tokenizer.encode(request.chat() ? chatPrompt(request.text()) : request.text());
        check(prompt, request);
        long seed = sampling.seed() == null ? ++requests : sampling.seed();
        return new SimRequest(
                prompt,
                Math.min(request.maxTokens(), config.maxModelLen() - prompt.length),
                sampling.minTokens(),
                request.ignoreEos(),
                ToyModel.contentSeed(config.machine().seed(), prompt, seed),
                0);
    }

    private void check(int[] prompt, OfflineRequest request) throws OfflineError {
        int longest = config.maxModelLen();
        if (prompt.length == 0) {
            throw OfflineError.validation("The decoder prompt cannot be empty");
        }
        if (prompt.length > longest) {
            throw OfflineError.validation("This model's maximum context length is " + longest
                    + " tokens. However, your prompt contains " + atLeast(prompt, request)
                    + " input tokens, which exceeds"
                    + " this limit even without any output tokens. Please reduce the length of the input prompt."
                    + " (parameter=input_tokens, value=" + counted(prompt, request) + ")");
        }
        if (prompt.length == longest) {
            throw OfflineError.validation("The decoder prompt (length " + longest
                    + ") plus the number of requested output tokens (at least 1) is longer than the maximum model length of "
                    + longest
                    + ". Make sure that `max_model_len` is no smaller than the number of text tokens (prompt +"
                    + " requested output tokens).");
        }
        for (int id : prompt) {
            if (id < 0 || id >= Math.max(config.model().vocab(), ToyTokenizer.FIRST_WORD)) {
                throw OfflineError.validation("Token id " + id + " is out of vocabulary");
            }
        }
    }

    /** vLLM's tokenizer stops one token behind what fits, and says so. */
    private int counted(int[] prompt, OfflineRequest request) {
        return request.ids() != null ? prompt.length : config.maxModelLen() + 1;
    }

    private String atLeast(int[] prompt, OfflineRequest request) {
        int counted = counted(prompt, request);
        return (counted == config.maxModelLen() + 1 ? "at least " : "") + counted;
    }

    private static String chatPrompt(String text) {
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        messages.addObject().put("role", "user").put("content", text);
        try {
            return Messages.prompt(messages, "", true);
        } catch (ApiError e) {
            throw new IllegalStateException("one user's text is a chat", e);
        }
    }

    /** Tokens of a chat of one user's text, template included. */
    int countChat(String text) {
        return tokenizer.encode(chatPrompt(text)).length;
    }

    /** The text of an answer, without the token that ended it. */
    String text(Answered answered) {
        Sequence sequence = answered.sequence;
        int last = sequence.numTokens - (answered.end == FinishReason.STOP ? 1 : 0);
        StringBuilder text = new StringBuilder();
        for (int i = sequence.promptLength; i < last; i++) {
            text.append(tokenizer.decode(sequence.tokens[i]));
        }
        return text.toString();
    }

    /** Forgets all prefixes. */
    boolean resetPrefixCache() {
        return engine.resetPrefixCache();
    }

    SimConfig config() {
        return config;
    }
}
