package io.dyno.load.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dyno.metrics.Channel;
import java.io.IOException;

/**
 * What one event of a completion stream says, as far as a benchmark must know it. Read from the event's bytes by a streaming parser: unless texts
 * are to be kept, no text of the answer is ever made a string. One instance is used again and again.
 */
final class StreamEvent {
    private static final JsonFactory JSON = new JsonFactory();

    /** Whether {@link #answer} and {@link #reasoning} are filled. */
    final boolean keepsText;

    /** Whether there is an answer in it; usage-only events have none. */
    boolean hasChoice;

    /** The channel of its text, or null when it has no text. */
    Channel text;

    /** Token ids in it, or -1 when it names none. */
    int tokenIds;

    /** Text of the answer in it, or null when it has none or texts are not kept. */
    String answer;

    /** Text of the reasoning in it, or null when it has none or texts are not kept. */
    String reasoning;

    String finishReason;

    /** Prompt tokens, or -1. */
    int promptTokens;

    /** Generated tokens so far, or -1. */
    int completionTokens;

    /** Prompt tokens from the prefix cache, or -1. */
    int cachedTokens;

    /** What the server says went wrong, or null. */
    String error;

    StreamEvent(boolean keepsText) {
        this.keepsText = keepsText;
    }

    private void clear() {
        hasChoice = false;
        text = null;
        answer = null;
        reasoning = null;
        tokenIds = -1;
        finishReason = null;
        promptTokens = -1;
        completionTokens = -1;
        cachedTokens = -1;
        error = null;
    }

    /**
     * Reads an event.
     *
     * @throws IOException when it is no JSON object
     */
    void read(byte[] json, int offset, int length) throws IOException {
        clear();
        try (JsonParser p = JSON.createParser(json, offset, length)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("an event is no JSON object");
            }
            while (nextField(p)) {
                switch (p.currentName()) {
                    case "choices" -> choices(p);
                    case "usage" -> usage(p);
                    case "error" -> error = ServerError.read(p);
                    default -> skip(p);
                }
            }
        }
    }

    private void choices(JsonParser p) throws IOException {
        if (p.nextToken() != JsonToken.START_ARRAY) {
            p.skipChildren();
            return;
        }
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (p.currentToken() == null) {
                throw new IOException("an event ends in the middle");
            }
            if (p.currentToken() == JsonToken.START_OBJECT && !hasChoice) {
                hasChoice = true;
                choice(p);
            } else {
                p.skipChildren(); // one answer was asked for
            }
        }
    }

    private void choice(JsonParser p) throws IOException {
        while (nextField(p)) {
            switch (p.currentName()) {
                case "text" -> text(p, Channel.CONTENT);
                case "delta" -> delta(p);
                case "finish_reason" -> {
                    if (p.nextToken() == JsonToken.VALUE_STRING) {
                        finishReason = p.getText();
                    }
                }
                case "token_ids" -> tokenIds(p);
                default -> skip(p);
            }
        }
    }

    private void delta(JsonParser p) throws IOException {
        if (p.nextToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        while (nextField(p)) {
            switch (p.currentName()) {
                case "content" -> text(p, Channel.CONTENT);
                case "reasoning", "reasoning_content" -> text(p, Channel.REASONING);
                case "tool_calls" -> {
                    if (p.nextToken() == JsonToken.START_ARRAY && p.nextToken() != JsonToken.END_ARRAY) {
                        text = text == null ? Channel.TOOL : text;
                        p.skipChildren();
                        while (p.nextToken() != JsonToken.END_ARRAY && p.currentToken() != null) {
                            p.skipChildren();
                        }
                    }
                }
                default -> skip(p);
            }
        }
    }

    private void text(JsonParser p, Channel channel) throws IOException {
        if (p.nextToken() == JsonToken.VALUE_STRING) {
            if (p.getTextLength() > 0) {
                text = text == null ? channel : text;
                if (keepsText) {
                    keep(p.getText(), channel);
                }
            }
        } else {
            p.skipChildren();
        }
    }

    private void keep(String words, Channel channel) {
        if (channel == Channel.REASONING) {
            reasoning = words; // under one of its two names
        } else {
            answer = words;
        }
    }

    private void tokenIds(JsonParser p) throws IOException {
        if (p.nextToken() != JsonToken.START_ARRAY) {
            return;
        }
        tokenIds = 0;
        while (p.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            tokenIds++;
        }
    }

    private void usage(JsonParser p) throws IOException {
        if (p.nextToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (nextField(p)) {
            switch (p.currentName()) {
                case "prompt_tokens" -> promptTokens = count(p);
                case "completion_tokens" -> completionTokens = count(p);
                case "prompt_tokens_details" -> {
                    if (p.nextToken() == JsonToken.START_OBJECT) {
                        while (nextField(p)) {
                            if (p.currentName().equals("cached_tokens")) {
                                cachedTokens = count(p);
                            } else {
                                skip(p);
                            }
                        }
                    }
                }
                default -> skip(p);
            }
        }
    }

    private static int count(JsonParser p) throws IOException {
        if (p.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            return p.getIntValue();
        }
        p.skipChildren();
        return -1;
    }

    private static boolean nextField(JsonParser p) throws IOException {
        JsonToken token = p.nextToken();
        if (token == null) {
            throw new IOException("an event ends in the middle");
        }
        return token == JsonToken.FIELD_NAME;
    }

    private static void skip(JsonParser p) throws IOException {
        p.nextToken();
        p.skipChildren();
    }
}
