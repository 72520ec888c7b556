package io.dyno.metrics;

/**
 * All that is known of one request: raw timestamps, from which every metric is computed. The same type online and offline. Times are ns
 * from the load's start on one monotonic clock; what was not seen is null.
 *
 * @param slice which slice of the prompts: {@code "0"}, {@code "1"}, … , {@code "warmup"} or {@code "tail"}
 * @param index place of the prompt in its slice, from 0
 * @param promptHash first 16 hex digits of the prompt's SHA-256
 * @param due when the schedule wanted it sent, or when its slot fell free
 * @param scheduled when the engine first ran it (offline, or from the engine), else null
 * @param sent when the first byte of the request was handed to the socket
 * @param connected when its connection was established, if it had to be for this request, else null
 * @param firstByte first byte of the answer
 * @param chunks chunks that brought tokens
 * @param end when the answer was complete, or the failure was seen
 * @param outcome how it ended
 * @param tokensIn prompt tokens as the server counts them, else null
 * @param tokensCached prompt tokens served from the prefix cache, else null
 * @param tokensOut generated tokens as the server counts them, else null
 * @param tokenSource where the counts come from
 * @param finishReason {@code length}, {@code stop}, …, or null
 * @param target rank or URL that served it, or null where there is only one
 * @param texts prompt and answer, or null when they were not to be kept
 */
public record RequestRecord(
        String slice,
        int index,
        String promptHash,
        long due,
        Long scheduled,
        Long sent,
        Long connected,
        Long firstByte,
        Chunks chunks,
        Long end,
        Outcome outcome,
        Integer tokensIn,
        Integer tokensCached,
        Integer tokensOut,
        TokenSource tokenSource,
        String finishReason,
        String target,
        RequestTexts texts) {

    /** A request of which no text is kept. */
    public RequestRecord(
            String slice,
            int index,
            String promptHash,
            long due,
            Long scheduled,
            Long sent,
            Long connected,
            Long firstByte,
            Chunks chunks,
            Long end,
            Outcome outcome,
            Integer tokensIn,
            Integer tokensCached,
            Integer tokensOut,
            TokenSource tokenSource,
            String finishReason,
            String target) {
        this(
                slice,
                index,
                promptHash,
                due,
                scheduled,
                sent,
                connected,
                firstByte,
                chunks,
                end,
                outcome,
                tokensIn,
                tokensCached,
                tokensOut,
                tokenSource,
                finishReason,
                target,
                null);
    }

    /**
     * How a request ended.
     *
     * @param failure null when it ended well
     * @param status HTTP status, or null when there was none
     * @param detail what went wrong, one line, without prompt or answer; null when it ended well
     */
    public record Outcome(FailureClass failure, Integer status, String detail) {
        /** A request that ended well. */
        public static final Outcome OK = new Outcome(null, 200, null);

        /** Whether it ended well. */
        public boolean ok() {
            return failure == null;
        }

        /** A request that failed. */
        public static Outcome failed(FailureClass failure, Integer status, String detail) {
            return new Outcome(failure, status, detail);
        }
    }

    /** Whether it ended well. */
    public boolean ok() {
        return outcome.ok();
    }

    /** The same request with another end. */
    public RequestRecord withOutcome(Outcome other) {
        return with(other, texts);
    }

    /** The same request with these texts, or without any when {@code kept} is null. */
    public RequestRecord withTexts(RequestTexts kept) {
        return with(outcome, kept);
    }

    private RequestRecord with(Outcome newOutcome, RequestTexts newTexts) {
        return new RequestRecord(
                slice,
                index,
                promptHash,
                due,
                scheduled,
                sent,
                connected,
                firstByte,
                chunks,
                end,
                newOutcome,
                tokensIn,
                tokensCached,
                tokensOut,
                tokenSource,
                finishReason,
                target,
                newTexts);
    }
}
