package io.dyno.load.http;

import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.Channel;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestRecord.Outcome;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One answer as it arrives: bytes with their times in, a request record out. Tokens are attributed to chunks by cumulative usage where the server
 * gives it on each chunk, else by token ids, else the final usage is spread evenly. Knows nothing of sockets. Times are ns from the load's start.
 */
final class Answer {
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};
    private static final int OK = 200;
    private static final int LONGEST_ERROR_BODY = 64 * 1024;

    private final InferenceRequest request;
    private final String server;
    private final StreamEvent event;
    private final SseParser parser = new SseParser(this::event);

    private Long sent;
    private Long connected;
    private Long firstByte;
    private Integer status;
    private byte[] errorBody = {};
    private long now;

    private long[] at = new long[32];
    private int[] tokens = new int[32];
    private byte[] channels = new byte[32];
    private int chunks;
    private boolean someUnknown;
    private boolean usageOnChunks;
    private int counted;

    private int promptTokens = -1;
    private int completionTokens = -1;
    private int cachedTokens = -1;
    private final StringBuilder answer;
    private final StringBuilder reasoning;
    private String finishReason;
    private Long done;
    private Long end;
    private Outcome outcome;

    /**
     * @param server the URL of the server that it goes to, or null where there is only one
     * @param event scratch, shared by all answers of one thread
     */
    Answer(InferenceRequest request, String server, StreamEvent event) {
        this.request = request;
        this.server = server;
        this.event = event;
        this.answer = event.keepsText ? new StringBuilder() : null;
        this.reasoning = event.keepsText ? new StringBuilder() : null;
        this.channels[0] = ordinal(Channel.CONTENT);
    }

    InferenceRequest request() {
        return request;
    }

    /** A connection had to be opened for it, and now stands. */
    void connected(long time) {
        connected = time;
    }

    /** The first byte goes to the socket; when it must be sent again, the first time counts. */
    void sent(long time) {
        if (sent == null) {
            sent = time;
        }
    }

    /** Bytes have arrived, whatever they are. */
    void arrived(long time) {
        if (firstByte == null) {
            firstByte = time;
        }
    }

    /** Whether the server has begun to answer. */
    boolean hasBegun() {
        return firstByte != null;
    }

    void status(int code) {
        status = code;
    }

    /** The next bytes of the body. */
    void body(byte[] bytes, int offset, int length, long time) {
        now = time;
        if (status != OK) {
            int room = Math.min(length, LONGEST_ERROR_BODY - errorBody.length);
            int old = errorBody.length;
            errorBody = Arrays.copyOf(errorBody, old + room);
            System.arraycopy(bytes, offset, errorBody, old, room);
        } else {
            parser.feed(bytes, offset, length);
        }
    }

    /** The body ended in good order. */
    void bodyEnds(long time) {
        now = time;
        if (status != OK) {
            fail(
                    FailureClass.HTTP_ERRORS,
                    "HTTP " + status + ": " + ServerError.ofBody(errorBody, errorBody.length),
                    time);
            return;
        }
        parser.end();
        if (outcome != null) {
            return;
        }
        if (done == null && finishReason == null) {
            fail(FailureClass.HTTP_ERRORS, "the stream ended without a finish reason or [DONE]", time);
            return;
        }
        end = done == null ? Long.valueOf(time) : done;
        outcome = Outcome.OK;
    }

    /** Whether it has failed. */
    boolean hasFailed() {
        return outcome != null && !outcome.ok();
    }

    /**
     * A read has been worked off. {@code [DONE]} without the end of the body is an end: that is not waited for.
     *
     * @return whether it is known how the answer ended
     */
    boolean settle() {
        if (outcome == null && done != null) {
            end = done;
            outcome = Outcome.OK;
        }
        return outcome != null;
    }

    /** It failed; what it failed of first counts. */
    void fail(FailureClass type, String detail, long time) {
        if (outcome == null) {
            String text = ServerError.withoutPrompt(detail, request.prompt().text());
            outcome = Outcome.failed(type, status, text);
            end = time;
        }
    }

    private void event(byte[] data, int offset, int length) {
        if (done != null) {
            return;
        }
        if (Arrays.equals(data, offset, offset + length, DONE, 0, DONE.length)) {
            done = now;
            return;
        }
        if (outcome != null) {
            return;
        }
        try {
            event.read(data, offset, length);
        } catch (IOException e) {
            fail(FailureClass.CLIENT_ERROR, "an event of the stream is malformed: " + firstLine(e), now);
            return;
        }
        if (event.error != null) {
            fail(FailureClass.HTTP_ERRORS, "error event in the stream: " + event.error, now);
            return;
        }
        usage();
        if (event.hasChoice) {
            choice();
        }
    }

    private static String firstLine(IOException e) {
        String message = e instanceof com.fasterxml.jackson.core.JsonProcessingException json
                ? json.getOriginalMessage()
                : e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private void usage() {
        promptTokens = event.promptTokens >= 0 ? event.promptTokens : promptTokens;
        completionTokens = event.completionTokens >= 0 ? event.completionTokens : completionTokens;
        cachedTokens = event.cachedTokens >= 0 ? event.cachedTokens : cachedTokens;
    }

    private void choice() {
        if (event.answer != null) {
            answer.append(event.answer);
        }
        if (event.reasoning != null) {
            reasoning.append(event.reasoning);
        }
        finishReason = event.finishReason != null ? event.finishReason : finishReason;
        if (event.completionTokens >= 0) {
            usageOnChunks = true;
            int more = event.completionTokens - counted;
            if (more > 0) {
                counted = event.completionTokens;
                chunk(more);
            }
        } else if (event.tokenIds >= 0) {
            if (event.tokenIds > 0) {
                counted += event.tokenIds;
                chunk(event.tokenIds);
            }
        } else if (event.text != null) {
            someUnknown = true;
            chunk(0);
        }
    }

    private void chunk(int count) {
        if (chunks == at.length) {
            at = Arrays.copyOf(at, 2 * chunks);
            tokens = Arrays.copyOf(tokens, 2 * chunks);
            channels = Arrays.copyOf(channels, 2 * chunks);
        }
        at[chunks] = now;
        tokens[chunks] = count;
        // Tokens whose text is held back belong to the channel that was open.
        channels[chunks] = event.text != null ? ordinal(event.text) : channels[Math.max(0, chunks - 1)];
        chunks++;
    }

    @SuppressWarnings("EnumOrdinal") // Chunks keeps channels as their ordinals, one byte each
    private static byte ordinal(Channel channel) {
        return (byte) channel.ordinal();
    }

    /** The record; only once it is over. */
    RequestRecord record() {
        TokenSource source = source();
        Integer out = completionTokens >= 0
                ? Integer.valueOf(completionTokens)
                : source == TokenSource.TOKEN_IDS ? Integer.valueOf(counted) : null;
        if (source == TokenSource.FINAL_USAGE) {
            spread(completionTokens);
        } else if (source == TokenSource.NONE) {
            Arrays.fill(tokens, 0);
        }
        Chunks all = chunks == 0
                ? Chunks.NONE
                : new Chunks(Arrays.copyOf(at, chunks), Arrays.copyOf(tokens, chunks), Arrays.copyOf(channels, chunks));
        return new RequestRecord(
                request.slice(),
                request.index(),
                request.promptHash(),
                request.due(),
                null,
                sent,
                connected,
                firstByte,
                all,
                end,
                outcome,
                promptTokens >= 0 ? promptTokens : null,
                cachedTokens >= 0 ? cachedTokens : null,
                out,
                source,
                finishReason,
                server,
                event.keepsText ? texts() : null);
    }

    private RequestTexts texts() {
        return new RequestTexts(request.prompt().text(), request.prompt().tokenIds(), words(answer), words(reasoning));
    }

    private static String words(StringBuilder text) {
        if (text.isEmpty()) {
            return null;
        }
        // An answer cut short may end in half a surrogate pair, which no file can hold; it becomes a question mark.
        return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private TokenSource source() {
        if (chunks == 0 || someUnknown) {
            return completionTokens >= 0 ? TokenSource.FINAL_USAGE : TokenSource.NONE;
        }
        return usageOnChunks ? TokenSource.CONTINUOUS_USAGE : TokenSource.TOKEN_IDS;
    }

    private void spread(int total) {
        for (int i = 0; i < chunks; i++) {
            tokens[i] = (int) ((long) total * (i + 1) / chunks - (long) total * i / chunks);
        }
    }
}
