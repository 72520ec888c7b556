package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of an answer, itself JSON: {@code {"status":200,"type":"application/json","headers":[…],"body":…}}, the body of a stream of events
 * under {@code events}. In it a value is replaced by the name of its type, a list by the shapes of its elements, equal neighbours once, and an
 * object keeps its fields in their order. The values of some fields are kept, because a client decides by them ({@link #KEPT}).
 */
public final class Shape {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Fields whose texts and numbers are a part of the shape. */
    private static final Set<String> KEPT =
            Set.of("object", "finish_reason", "role", "detail", "success", "message", "type", "param", "code");

    private static final Pattern METRIC_TYPE = Pattern.compile("# TYPE (vllm:\\S+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("^(vllm:\\w+)\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What every server answers with: nothing to compare. */
    private static final Set<String> NOT_COMPARED = Set.of("date", "server");

    private Shape() {}

    /**
     * Of an answer.
     *
     * @param model the name of the model that was asked, which is {@code {model}} in the shape
     * @param exact names of further fields whose values are kept
     */
    public static ObjectNode of(Answer answer, String model, Set<String> exact) {
        ObjectNode shape = NODES.objectNode();
        shape.put("status", answer.status());
        shape.put("type", answer.contentType());
        ArrayNode headers = shape.putArray("headers");
        answer.headers().stream().filter(name -> !NOT_COMPARED.contains(name)).forEach(headers::add);
        String body = answer.body().replace(model, "{model}");
        if (answer.contentType().startsWith("text/event-stream")) {
            shape.set("events", events(body, exact));
        } else if (answer.contentType().startsWith("application/json")) {
            shape.set("body", of(parse(body), "", exact));
        } else if (body.startsWith("# HELP")) {
            shape.set("body", metrics(body));
        } else {
            shape.put("body", body.isEmpty() ? "" : "(text)");
        }
        return shape;
    }

    /** vLLM's own metrics: each one's type, and the names of its labels. */
    private static ObjectNode metrics(String page) {
        ObjectNode metrics = NODES.objectNode();
        SortedMap<String, SortedSet<String>> labels = new TreeMap<>();
        Map<String, String> types = new HashMap<>();
        page.lines().forEach(line -> {
            Matcher type = METRIC_TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (sample.find()) {
                String name = sample.group(1);
                String family = name.replaceFirst("_(bucket|sum|count)$", "");
                SortedSet<String> names =
                        labels.computeIfAbsent(types.containsKey(name) ? name : family, key -> new TreeSet<>());
                LABEL.matcher(sample.group(2)).results().forEach(label -> names.add(label.group(1)));
            }
        });
        labels.forEach((name, names) -> metrics.put(name, types.get(name) + " " + String.join(",", names)));
        return metrics;
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf("not JSON: " + json);
        }
    }

    private static ArrayNode events(String body, Set<String> exact) {
        ArrayNode events = NODES.arrayNode();
        for (String event : body.split("\n\n", -1)) {
            if (event.isEmpty()) {
                continue;
            }
            String data = event.startsWith("data: ") ? event.substring("data: ".length()) : "no data: " + event;
            addIfNew(events, data.startsWith("{") ? of(parse(data), "", exact) : TextNode.valueOf(data));
        }
        return events;
    }

    private static JsonNode of(JsonNode value, String name, Set<String> exact) {
        if (value.isObject()) {
            return ofObject(value, exact);
        }
        boolean kept = KEPT.contains(name) || exact.contains(name);
        if (value.isArray()) {
            ArrayNode list = NODES.arrayNode();
            value.forEach(element -> {
                if (kept) {
                    list.add(of(element, name, exact));
                } else {
                    addIfNew(list, of(element, name, exact));
                }
            });
            return list;
        }
        if (value.isNull() || value.isBoolean() || kept) {
            return value;
        }
        return TextNode.valueOf(value.isIntegralNumber() ? "(integer)" : value.isNumber() ? "(number)" : "(text)");
    }

    private static JsonNode ofObject(JsonNode value, Set<String> exact) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            // A key that is no name is data: a map from, for example, tokens.
            String name = FIELD.matcher(field.getKey()).matches() ? field.getKey() : "(key)";
            object.set(name, of(field.getValue(), name, exact));
        }
        return object;
    }

    /** A shape without the fields that another has not. */
    public static JsonNode common(JsonNode shape, JsonNode other) {
        if (!shape.isObject() || !other.isObject()) {
            return shape;
        }
        ObjectNode common = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : shape.properties()) {
            if (other.has(field.getKey())) {
                common.set(field.getKey(), common(field.getValue(), other.get(field.getKey())));
            }
        }
        return common;
    }

    private static void addIfNew(ArrayNode list, JsonNode shape) {
        if (list.isEmpty() || !same(list.get(list.size() - 1), shape)) {
            list.add(shape);
        }
    }

    /** Order of fields included. */
    private static boolean same(JsonNode one, JsonNode other) {
        return one.toString().equals(other.toString());
    }
}
