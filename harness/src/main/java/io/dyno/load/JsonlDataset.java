package io.dyno.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.plan.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Datasets of one JSON object a line: {@code prompt} (text or token ids), {@code input_ids} or {@code prompt_token_ids}, or {@code messages} with
 * one user message; {@code output_tokens} (or {@code output_len}, {@code max_tokens}) where the row says how much to generate. This also reads the
 * custom datasets of vllm bench and the datasets of trtllm-bench. Other fields are ignored.
 */
final class JsonlDataset {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String BUNDLED = "dyno.jsonl";

    private final String name;
    private final Endpoint endpoint;
    private final boolean trtllm;
    private int line;

    private JsonlDataset(String name, Endpoint endpoint, boolean trtllm) {
        this.name = name;
        this.endpoint = endpoint;
        this.trtllm = trtllm;
    }

    /** The bundled dataset {@code dyno}. */
    static RowPrompts.Rows bundled() throws DatasetException {
        try (InputStream in = JsonlDataset.class.getResourceAsStream(BUNDLED)) {
            byte[] bytes = in.readAllBytes();
            return new JsonlDataset("dyno", null, false)
                    .rows(bytes, HexFormat.of().formatHex(Sha256.digest().digest(bytes)));
        } catch (IOException e) {
            throw new DatasetException("The bundled dataset dyno cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * A file.
     *
     * @param endpoint where the prompts go
     */
    static RowPrompts.Rows read(String path, Endpoint endpoint) throws DatasetException {
        return new JsonlDataset(path, endpoint, false).read();
    }

    /** As {@link #read}, but each row must be one of trtllm-bench: a prompt or {@code input_ids}, and {@code output_tokens}. */
    static RowPrompts.Rows readTrtllm(String path, Endpoint endpoint) throws DatasetException {
        return new JsonlDataset(path, endpoint, true).read();
    }

    private RowPrompts.Rows read() throws DatasetException {
        DatasetFile.Content<byte[]> file = DatasetFile.read(name, InputStream::readAllBytes);
        return rows(file.value(), file.hash());
    }

    private RowPrompts.Rows rows(byte[] bytes, String hash) throws DatasetException {
        List<Prompt> prompts = new ArrayList<>();
        for (String text : (Iterable<String>) new String(bytes, StandardCharsets.UTF_8).lines()::iterator) {
            line++;
            if (!text.isBlank()) {
                prompts.add(row(text));
            }
        }
        if (prompts.isEmpty()) {
            throw new DatasetException("The dataset " + name + " has no rows. It needs one JSON object a line.");
        }
        return new RowPrompts.Rows(name, hash, prompts, RowFilter.NONE, Map.of());
    }

    private Prompt row(String text) throws DatasetException {
        JsonNode row;
        try {
            row = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw wrong("is no JSON: " + e.getOriginalMessage());
        }
        if (!row.isObject()) {
            throw wrong("is no JSON object");
        }
        if (trtllm) {
            checkTrtllm(row);
        }
        Integer outputLen = outputLen(row);
        for (String field : new String[] {"prompt", "input_ids", "prompt_token_ids"}) {
            if (row.hasNonNull(field)) {
                return prompt(field, row.get(field), outputLen);
            }
        }
        if (row.hasNonNull("messages")) {
            return new Prompt(message(row.get("messages")), null, outputLen);
        }
        throw wrong("has none of prompt, input_ids, prompt_token_ids and messages");
    }

    private void checkTrtllm(JsonNode row) throws DatasetException {
        for (String field : new String[] {"media_paths", "lora_request"}) {
            boolean none = row.path(field).isArray() && row.path(field).isEmpty();
            if (row.hasNonNull(field) && !none) {
                throw wrong("has " + field + ", and Dyno sends prompts to one model, without media");
            }
        }
        if (!row.hasNonNull("prompt") && !row.hasNonNull("input_ids")) {
            throw wrong("has neither prompt nor input_ids");
        }
        if (!row.hasNonNull("output_tokens")) {
            throw wrong("has no output_tokens");
        }
    }

    private Prompt prompt(String field, JsonNode value, Integer outputLen) throws DatasetException {
        if (value.isTextual() && field.equals("prompt")) {
            if (value.asText().isEmpty()) {
                throw wrong("has an empty prompt");
            }
            return new Prompt(value.asText(), null, outputLen);
        }
        if (!value.isArray() || value.isEmpty()) {
            throw wrong("has a " + field + " that is neither " + (field.equals("prompt") ? "text nor " : "")
                    + "a list of token ids with at least one");
        }
        if (endpoint == Endpoint.CHAT) {
            throw wrong("has token ids, and the endpoint CHAT takes text only; set endpoint = COMPLETIONS");
        }
        int[] ids = new int[value.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = value.get(i);
            if (!id.canConvertToInt() || !id.isIntegralNumber() || id.asInt() < 0) {
                throw wrong("has " + id + " as a token id");
            }
            ids[i] = id.asInt();
        }
        return new Prompt(null, ids, outputLen);
    }

    private String message(JsonNode messages) throws DatasetException {
        JsonNode only = messages.path(0);
        if (messages.size() != 1 || !only.path("role").asText().equals("user")) {
            throw wrong(
                    "has messages other than one of the user; conversations of several turns are not supported yet");
        }
        if (!only.path("content").isTextual() || only.path("content").asText().isEmpty()) {
            throw wrong("has a message whose content is no text");
        }
        return only.path("content").asText();
    }

    private Integer outputLen(JsonNode row) throws DatasetException {
        for (String field : new String[] {"output_tokens", "output_len", "max_tokens"}) {
            JsonNode value = row.path(field);
            if (value.isIntegralNumber() && value.canConvertToInt() && value.asInt() >= 1) {
                return value.asInt();
            }
            if (!value.isMissingNode() && !value.isNull()) {
                throw wrong("has " + value + " as " + field + "; it must be a whole number of at least 1");
            }
        }
        return null;
    }

    private DatasetException wrong(String what) {
        return new DatasetException(name + ":" + line + ": this row " + what + ".");
    }
}
