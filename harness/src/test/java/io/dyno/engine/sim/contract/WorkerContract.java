package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The protocol of the offline worker as a table: {@code worker.jsonl} has what is asked of an engine with a context of 2,048 tokens and a
 * vocabulary of 151,936, and the answer that both the simulated worker and the real one must give. In an answer a text in angle brackets
 * stands for any value of a kind; all else stands for itself.
 */
public final class WorkerContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The times of a result in the order in which they happen. */
    private static final List<String> TIMES = List.of("arrival", "scheduled", "first", "last");

    private WorkerContract() {}

    /**
     * A line of the table.
     *
     * @param name the case, in words
     * @param ask the command without its id
     * @param answer the pattern
     */
    public record Case(String name, String ask, JsonNode answer) {
        /** For the names of tests. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** The table. */
    public static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        try (InputStream in = WorkerContract.class.getResourceAsStream("worker.jsonl")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(text -> !text.isBlank())
                    .toList()) {
                cases.add(read(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    private static Case read(String line) throws JsonProcessingException {
        JsonNode json = JSON.readTree(line);
        return new Case(json.path("case").asText(), json.path("ask").toString(), json.path("answer"));
    }

    /** What is wrong with an answer; nothing when it is as the table has it and its times follow each other. */
    public static List<String> violations(Case asked, JsonNode answer) {
        List<String> violations = new ArrayList<>();
        compare("", asked.answer, answer, violations);
        JsonNode batch = answer.path("ok");
        for (JsonNode result : batch.path("results")) {
            long before = batch.path("start").asLong();
            for (String name : TIMES) {
                if (!result.hasNonNull(name)) {
                    if (!batch.path("unknown").hasNonNull(name)) {
                        violations.add(name + " is missing, and unknown has no reason");
                    }
                } else if (result.path(name).asLong() < before) {
                    violations.add(name + " comes before what comes before it: " + result);
                } else {
                    before = result.path(name).asLong();
                }
            }
            if (before > batch.path("end").asLong()) {
                violations.add("the batch ends before its last token: " + batch);
            }
        }
        return violations;
    }

    private static void compare(String at, JsonNode pattern, JsonNode actual, List<String> violations) {
        if (pattern.isObject() && actual.isObject()) {
            pattern.properties()
                    .forEach(field -> compare(
                            at + "/" + field.getKey(), field.getValue(), actual.path(field.getKey()), violations));
            actual.properties().stream()
                    .filter(field ->
                            !pattern.has(field.getKey()) && !field.getValue().isNull())
                    .forEach(field -> violations.add(
                            at + "/" + field.getKey() + " is " + field.getValue() + ", expected nothing there"));
        } else if (pattern.isArray() && actual.isArray() && pattern.size() == actual.size()) {
            for (int i = 0; i < pattern.size(); i++) {
                compare(at + "/" + i, pattern.get(i), actual.get(i), violations);
            }
        } else if (!matches(pattern, actual)) {
            violations.add((at.isEmpty() ? "the whole" : at) + " is " + (actual.isMissingNode() ? "missing" : actual)
                    + ", expected " + pattern);
        }
    }

    private static boolean matches(JsonNode pattern, JsonNode actual) {
        return switch (pattern.asText()) {
            case "<text>" -> actual.isTextual() && !actual.asText().isEmpty();
            case "<one line>" -> actual.isTextual() && actual.asText().lines().count() == 1;
            case "<count>" -> actual.isIntegralNumber() && actual.asLong() > 0;
            case "<count or 0>" -> actual.isIntegralNumber() && actual.asLong() >= 0;
            case "<time>" -> actual.isIntegralNumber() && actual.asLong() > 0;
            case "<time or nothing>" -> actual.isIntegralNumber() || actual.isNull() || actual.isMissingNode();
            case "<seconds>" -> actual.isNumber() && actual.asDouble() >= 0;
            case "<object>" -> actual.isObject();
            default -> pattern.equals(actual);
        };
    }
}
