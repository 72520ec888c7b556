package io.dyno.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON file of ShareGPT: an array of conversations, of which the first turn is the prompt and the second what was answered. Read as a stream:
 * the file in use has 600 MB.
 */
final class ShareGptDataset {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final List<Prompt> prompts = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final Map<String, Long> dropped = new LinkedHashMap<>();

    private ShareGptDataset(String name) {
        this.name = name;
    }

    /**
     * A file.
     *
     * @param outputLen of every answer, or null for as long as the conversation's
     * @param tokenizer of the engine, or null
     */
    static RowPrompts.Rows read(String path, Integer outputLen, ChatTokenizer tokenizer) throws DatasetException {
        ShareGptDataset dataset = new ShareGptDataset(path);
        DatasetFile.Content<Void> content = DatasetFile.read(path, dataset::read);
        if (dataset.prompts.isEmpty()) {
            throw new DatasetException("The dataset " + path + " has no conversation of two turns"
                    + (dataset.dropped.isEmpty() ? "" : ": " + dataset.dropped)
                    + ". It needs an array of {\"conversations\": [{\"value\": …}, {\"value\": …}]}.");
        }
        RowFilter filter = ShareGptFilter.of(dataset.answers, outputLen, tokenizer);
        return new RowPrompts.Rows(path, content.hash(), dataset.prompts, filter, dataset.dropped);
    }

    private Void read(InputStream in) throws IOException, DatasetException {
        try (JsonParser parser = JSON.getFactory().createParser(in).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new DatasetException(
                        name + " is no JSON array of conversations. For one object a line use dataset jsonl.");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                conversation(JSON.readTree(parser));
            }
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new DatasetException(name + line + ": no JSON: " + e.getOriginalMessage() + ".");
        }
        return null;
    }

    private void conversation(JsonNode row) {
        JsonNode turns = row.path("conversations");
        if (!turns.isArray()) {
            drop("no conversations");
        } else if (turns.size() < 2) {
            drop("fewer than 2 turns");
        } else if (turn(turns, 0).isBlank() || turn(turns, 1).isBlank()) {
            drop("a turn without text");
        } else {
            prompts.add(Prompt.of(turn(turns, 0)));
            answers.add(turn(turns, 1));
        }
    }

    private static String turn(JsonNode turns, int index) {
        return turns.get(index).path("value").asText("");
    }

    private void drop(String reason) {
        dropped.merge(reason, 1L, Long::sum);
    }
}
