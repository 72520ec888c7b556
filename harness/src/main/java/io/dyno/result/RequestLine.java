package io.dyno.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dyno.metrics.Channel;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One request record as a JSON object. Chunks are arrays {@code [Δt, tokens, channel]}, Δt in ns since the chunk before; the first counts
 * from {@code sent}, or from {@code due} where nothing was sent. By hand, because a run writes millions of chunks.
 */
final class RequestLine {
    /** The place of a channel here is its number in files: a new one goes to the end. */
    private static final List<Channel> CHANNELS = List.of(Channel.CONTENT, Channel.REASONING, Channel.TOOL);

    private RequestLine() {}

    static void write(JsonGenerator out, RequestRecord r) throws IOException {
        out.writeStartObject();
        out.writeArrayFieldStart("prompt");
        out.writeString(r.slice());
        out.writeNumber(r.index());
        out.writeEndArray();
        text(out, "hash", r.promptHash());
        out.writeNumberField("due", r.due());
        number(out, "scheduled", r.scheduled());
        number(out, "sent", r.sent());
        number(out, "connected", r.connected());
        number(out, "firstByte", r.firstByte());
        if (r.chunks().size() > 0) {
            chunks(out, r);
        }
        number(out, "end", r.end());
        if (!r.ok()) {
            out.writeStringField("failure", r.outcome().failure().id());
        }
        number(out, "status", r.outcome().status());
        text(out, "detail", r.outcome().detail());
        number(out, "in", r.tokensIn());
        number(out, "cached", r.tokensCached());
        number(out, "out", r.tokensOut());
        out.writeStringField("source", r.tokenSource().id());
        text(out, "finish", r.finishReason());
        text(out, "target", r.target());
        if (r.texts() != null) {
            texts(out, r.texts());
        }
        out.writeEndObject();
    }

    private static void texts(JsonGenerator out, RequestTexts t) throws IOException {
        out.writeObjectFieldStart("texts");
        text(out, "prompt", t.prompt());
        if (t.promptTokens() != null) {
            out.writeFieldName("promptTokens");
            out.writeArray(t.promptTokens(), 0, t.promptTokens().length);
        }
        text(out, "answer", t.answer());
        text(out, "reasoning", t.reasoning());
        out.writeEndObject();
    }

    private static void chunks(JsonGenerator out, RequestRecord r) throws IOException {
        out.writeArrayFieldStart("chunks");
        long before = base(r.sent(), r.due());
        for (int i = 0; i < r.chunks().size(); i++) {
            out.writeStartArray();
            out.writeNumber(r.chunks().at(i) - before);
            out.writeNumber(r.chunks().tokens(i));
            out.writeNumber(CHANNELS.indexOf(r.chunks().channel(i)));
            out.writeEndArray();
            before = r.chunks().at(i);
        }
        out.writeEndArray();
    }

    private static long base(Long sent, long due) {
        return sent == null ? due : sent;
    }

    private static void number(JsonGenerator out, String name, Number value) throws IOException {
        if (value != null) {
            out.writeNumberField(name, value.longValue());
        }
    }

    private static void text(JsonGenerator out, String name, String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    /** Reads the object that {@code in} stands at. Fields may come in any order; unknown ones are passed over. */
    static RequestRecord read(JsonParser in) throws IOException {
        expect(in, JsonToken.START_OBJECT);
        return new Fields().readFrom(in).record();
    }

    private static void expect(JsonParser in, JsonToken token) throws IOException {
        if (in.currentToken() != token) {
            throw new JsonParseException(in, "expected " + token + ", found " + in.currentToken());
        }
    }

    /** The fields of a record while it is read. */
    private static final class Fields {
        private String slice;
        private int index;
        private String hash;
        private long due;
        private Long scheduled;
        private Long sent;
        private Long connected;
        private Long firstByte;
        private ChunkList chunks = new ChunkList();
        private Long end;
        private FailureClass failure;
        private Integer status;
        private String detail;
        private Integer tokensIn;
        private Integer cached;
        private Integer tokensOut;
        private TokenSource source = TokenSource.NONE;
        private String finish;
        private String target;
        private RequestTexts texts;

        Fields readFrom(JsonParser in) throws IOException {
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                if (in.nextToken() != JsonToken.VALUE_NULL) {
                    field(in, name);
                }
            }
            return this;
        }

        private void field(JsonParser in, String name) throws IOException {
            switch (name) {
                case "prompt" -> prompt(in);
                case "hash" -> hash = in.getText();
                case "due" -> due = in.getLongValue();
                case "scheduled" -> scheduled = in.getLongValue();
                case "sent" -> sent = in.getLongValue();
                case "connected" -> connected = in.getLongValue();
                case "firstByte" -> firstByte = in.getLongValue();
                case "chunks" -> chunks.readFrom(in);
                case "end" -> end = in.getLongValue();
                case "failure" -> failure = ofId(in, FailureClass.class);
                case "status" -> status = in.getIntValue();
                case "detail" -> detail = in.getText();
                case "in" -> tokensIn = in.getIntValue();
                case "cached" -> cached = in.getIntValue();
                case "out" -> tokensOut = in.getIntValue();
                case "source" -> source = ofId(in, TokenSource.class);
                case "finish" -> finish = in.getText();
                case "target" -> target = in.getText();
                case "texts" -> texts = new TextFields().readFrom(in);
                default -> in.skipChildren();
            }
        }

        private void prompt(JsonParser in) throws IOException {
            expect(in, JsonToken.START_ARRAY);
            slice = in.nextTextValue();
            index = in.nextIntValue(0);
            in.nextToken();
            expect(in, JsonToken.END_ARRAY);
        }

        private static <E extends Enum<E>> E ofId(JsonParser in, Class<E> type) throws IOException {
            String id = in.getText();
            try {
                return Enum.valueOf(type, id.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new JsonParseException(in, "unknown " + type.getSimpleName() + " \"" + id + "\"", e);
            }
        }

        RequestRecord record() {
            RequestRecord.Outcome outcome = failure == null && detail == null && status != null && status == 200
                    ? RequestRecord.Outcome.OK
                    : new RequestRecord.Outcome(failure, status, detail);
            return new RequestRecord(
                    slice,
                    index,
                    hash,
                    due,
                    scheduled,
                    sent,
                    connected,
                    firstByte,
                    chunks.from(base(sent, due)),
                    end,
                    outcome,
                    tokensIn,
                    cached,
                    tokensOut,
                    source,
                    finish,
                    target,
                    texts);
        }
    }

    /** Prompt and answer while they are read. */
    private static final class TextFields {
        private String prompt;
        private int[] promptTokens;
        private String answer;
        private String reasoning;

        RequestTexts readFrom(JsonParser in) throws IOException {
            expect(in, JsonToken.START_OBJECT);
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "prompt" -> prompt = in.getValueAsString();
                    case "promptTokens" -> promptTokens = in.readValueAs(int[].class);
                    case "answer" -> answer = in.getValueAsString();
                    case "reasoning" -> reasoning = in.getValueAsString();
                    default -> in.skipChildren();
                }
            }
            return new RequestTexts(prompt, promptTokens, answer, reasoning);
        }
    }

    /** Chunks while they are read: gaps until the time of sending is known, which may stand behind them. */
    private static final class ChunkList {
        private long[] gaps = new long[64];
        private int[] tokens = new int[64];
        private byte[] channels = new byte[64];
        private int size;

        void readFrom(JsonParser in) throws IOException {
            expect(in, JsonToken.START_ARRAY);
            while (in.nextToken() != JsonToken.END_ARRAY) {
                expect(in, JsonToken.START_ARRAY);
                grow();
                in.nextToken();
                gaps[size] = in.getLongValue();
                tokens[size] = in.nextIntValue(0);
                int channel = in.nextIntValue(0);
                if (channel < 0 || channel >= CHANNELS.size()) {
                    throw new JsonParseException(in, "unknown channel " + channel);
                }
                channels[size++] = (byte) channel;
                in.nextToken();
                expect(in, JsonToken.END_ARRAY);
            }
        }

        private void grow() {
            if (size == gaps.length) {
                gaps = Arrays.copyOf(gaps, size * 2);
                tokens = Arrays.copyOf(tokens, size * 2);
                channels = Arrays.copyOf(channels, size * 2);
            }
        }

        Chunks from(long base) {
            if (size == 0) {
                return Chunks.NONE;
            }
            long[] at = Arrays.copyOf(gaps, size);
            long time = base;
            for (int i = 0; i < size; i++) {
                time += at[i];
                at[i] = time;
            }
            return new Chunks(at, Arrays.copyOf(tokens, size), Arrays.copyOf(channels, size));
        }
    }
}
