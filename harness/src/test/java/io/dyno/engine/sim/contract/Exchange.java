package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A request of the contract: what is asked of vLLM and of the simulator, and what their answers may differ in.
 *
 * @param name the case, in words
 * @param method GET, POST, …
 * @param path with its query
 * @param body as it is sent, where there is one; see {@link #filled}
 * @param contentType of the body
 * @param before what is asked first, and which of its values goes into this body
 * @param exact names of fields whose values are compared too, where else their type is
 * @param part whether the simulator tells a part of what vLLM tells: fields that it has not are not compared
 * @param differs what the simulator answers otherwise on purpose: JSON pointer into the {@link Shape}, and why
 */
public record Exchange(
        String name,
        String method,
        String path,
        Optional<String> body,
        String contentType,
        Optional<Before> before,
        Set<String> exact,
        boolean part,
        Map<String, String> differs) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("get", "post", "put", "delete");
    private static final Pattern IDS = Pattern.compile("\"\\{(\\d+) ids}\"");
    private static final Pattern WORDS = Pattern.compile("\\{(\\d+) words}");

    /** A POST that comes first. */
    public record Before(String path, String body, String take) {}

    /** Reads a line of {@code requests.jsonl}. */
    static Exchange parse(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            String method = METHODS.stream().filter(json::has).findFirst().orElseThrow(() -> new AssertionError(line));
            JsonNode before = json.path("before");
            Set<String> exact = new TreeSet<>();
            json.path("exact").forEach(field -> exact.add(field.asText()));
            Map<String, String> differs = new TreeMap<>();
            json.path("differs")
                    .properties()
                    .forEach(e -> differs.put(e.getKey(), e.getValue().asText()));
            return new Exchange(
                    json.path("case").asText(),
                    method.toUpperCase(Locale.ROOT),
                    json.path(method).asText(),
                    json.has("raw")
                            ? Optional.of(json.path("raw").asText())
                            : Optional.ofNullable(json.get("body")).map(JsonNode::toString),
                    json.path("type").asText("application/json"),
                    before.isMissingNode()
                            ? Optional.empty()
                            : Optional.of(new Before(
                                    before.path("post").asText(),
                                    before.path("body").toString(),
                                    before.path("take").asText())),
                    exact,
                    json.path("part").asBoolean(),
                    differs);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    /**
     * A body as it is sent to a server: {@code {model}} is its model's name, {@code "{taken}"} the value that an earlier answer gave,
     * {@code "{2040 ids}"} a list of that many token ids, {@code {2048 words}} a text.
     */
    static String filled(String body, String model, String taken) {
        String filled = body.replace("{model}", model).replace("\"{taken}\"", taken);
        filled = IDS.matcher(filled)
                .replaceAll(match -> Collections.nCopies(count(match), 1).toString());
        return WORDS.matcher(filled).replaceAll(match -> "hello ".repeat(count(match)));
    }

    private static int count(MatchResult match) {
        return Integer.parseInt(match.group(1));
    }

    /** For the names of tests. */
    @Override
    public String toString() {
        return name;
    }

    static List<Exchange> parseAll(List<String> lines) {
        List<Exchange> all = new ArrayList<>();
        lines.forEach(line -> all.add(parse(line)));
        return all;
    }
}
