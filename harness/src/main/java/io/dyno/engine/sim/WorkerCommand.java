package io.dyno.engine.sim;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command to the worker. Read as it streams by: a batch of ten thousand prompts of a thousand ids must not become ten million objects.
 */
final class WorkerCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonNode id = JsonNodeFactory.instance.nullNode();
    private String op = "";
    private List<OfflineRequest> requests;
    private JsonNode sampling = JsonNodeFactory.instance.objectNode();
    private boolean keepText;
    private String text;
    private OfflineError mistake;

    private WorkerCommand() {}

    /** Reads a line. What is wrong with it stands in {@link #check}; what could be read of it is there. */
    static WorkerCommand parse(byte[] line) {
        WorkerCommand command = new WorkerCommand();
        try (JsonParser parser = JSON.createParser(line)) {
            command.read(parser);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            command.mistake = new OfflineError("JSONDecodeError", "a command that is no JSON: " + message);
        }
        return command;
    }

    /** What its answer begins with; JSON null where it could not be read. */
    JsonNode id() {
        return id;
    }

    String op() {
        return op;
    }

    List<OfflineRequest> requests() throws OfflineError {
        return required(requests, "requests");
    }

    JsonNode sampling() {
        return sampling;
    }

    boolean keepText() {
        return keepText;
    }

    String text() throws OfflineError {
        return required(text, "text");
    }

    /**
     * Nothing, when it could be read.
     *
     * @throws OfflineError what Python would raise
     */
    void check() throws OfflineError {
        if (mistake != null) {
            throw mistake;
        }
    }

    private static <T> T required(T value, String name) throws OfflineError {
        if (value == null) {
            throw new OfflineError("KeyError", "'" + name + "'");
        }
        return value;
    }

    private void read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            mistake = new OfflineError("TypeError", "a command is a JSON object");
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "id" -> id = JSON.readTree(parser);
                case "op" -> op = parser.getText();
                case "text" -> text = parser.getText();
                case "keepText" -> keepText = value == JsonToken.VALUE_TRUE;
                case "sampling" -> sampling = JSON.readTree(parser);
                case "requests" -> readRequests(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private void readRequests(JsonParser parser) throws IOException {
        requests = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            mistake = new OfflineError("TypeError", "requests is not a list");
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            readRequest(parser);
        }
    }

    private void readRequest(JsonParser parser) throws IOException {
        int[] ids = null;
        String prompt = null;
        boolean chat = false;
        int maxTokens = 0;
        boolean ignoreEos = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "prompt" -> {
                    if (value == JsonToken.START_ARRAY) {
                        ids = ids(parser);
                    } else {
                        prompt = parser.getText();
                    }
                }
                case "chat" -> chat = value == JsonToken.VALUE_TRUE;
                case "maxTokens" -> maxTokens = parser.getIntValue();
                case "ignoreEos" -> ignoreEos = value == JsonToken.VALUE_TRUE;
                default -> parser.skipChildren();
            }
        }
        if (ids == null && prompt == null) {
            mistake = new OfflineError("KeyError", "'prompt'");
        }
        requests.add(new OfflineRequest(ids, prompt, chat, maxTokens, ignoreEos));
    }

    private static int[] ids(JsonParser parser) throws IOException {
        int[] ids = new int[1024];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
            }
            ids[count++] = parser.getIntValue();
        }
        return Arrays.copyOf(ids, count);
    }
}
