package io.dyno.engine.sim;

import static io.dyno.engine.sim.Kind.FLAG;
import static io.dyno.engine.sim.Kind.INTEGER;
import static io.dyno.engine.sim.Kind.NATURAL;
import static io.dyno.engine.sim.Kind.NUMBER;
import static io.dyno.engine.sim.Kind.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a request's body that the simulator knows, in vLLM's order, which is the order in which mistakes are told. Other fields may hold
 * anything, as there.
 */
final class BodySchema {
    private static final int MOST_REPORTED = 10;

    /** Whether a field must be there, may be null, or may only be left out. */
    private enum Presence {
        REQUIRED,
        NULLABLE,
        NOT_NULL
    }

    private record Field(Kind kind, Presence presence) {}

    private static final Kind STOPS = Kind.anyOf(TEXT, new Kind.ListKind(TEXT, 4));

    private static final BodySchema STREAM_OPTIONS =
            new BodySchema().nullable("include_usage", FLAG).nullable("continuous_usage_stats", FLAG);

    static final BodySchema COMPLETION = new BodySchema()
            .nullable("model", TEXT)
            .nullable(
                    "prompt",
                    Kind.anyOf(Kind.listOf(NATURAL), Kind.listOf(Kind.listOf(NATURAL)), TEXT, Kind.listOf(TEXT)))
            .nullable("echo", FLAG)
            .nullable("frequency_penalty", NUMBER)
            .nullable("logprobs", INTEGER)
            .nullable("max_tokens", INTEGER)
            .notNull("n", INTEGER)
            .sampling()
            .nullable("prompt_logprobs", INTEGER)
            .nullable("return_token_ids", FLAG)
            .nullable("cache_salt", TEXT);

    static final BodySchema CHAT = new BodySchema()
            .required("messages", new Kind.ListKind(Messages.KIND, Integer.MAX_VALUE))
            .nullable("model", TEXT)
            .nullable("frequency_penalty", NUMBER)
            .nullable("logprobs", FLAG)
            .nullable("top_logprobs", INTEGER)
            .nullable("max_tokens", INTEGER)
            .nullable("max_completion_tokens", INTEGER)
            .nullable("n", INTEGER)
            .sampling()
            .nullable("prompt_logprobs", INTEGER)
            .notNull("echo", FLAG)
            .notNull("add_generation_prompt", FLAG)
            .nullable("return_token_ids", FLAG)
            .nullable("cache_salt", TEXT);

    static final BodySchema TOKENIZE_TEXT = new BodySchema()
            .nullable("model", TEXT)
            .required("prompt", TEXT)
            .notNull("add_special_tokens", FLAG)
            .nullable("return_token_strs", FLAG);

    static final BodySchema TOKENIZE_CHAT = new BodySchema()
            .nullable("model", TEXT)
            .required("messages", new Kind.ListKind(Messages.KIND, Integer.MAX_VALUE))
            .notNull("add_generation_prompt", FLAG)
            .nullable("return_token_strs", FLAG);

    static final BodySchema DETOKENIZE =
            new BodySchema().nullable("model", TEXT).required("tokens", Kind.listOf(NATURAL));

    private final Map<String, Field> fields = new LinkedHashMap<>();

    private BodySchema() {}

    private BodySchema sampling() {
        return nullable("presence_penalty", NUMBER)
                .nullable("seed", INTEGER)
                .nullable("stop", STOPS)
                .nullable("stream", FLAG)
                .nullable("stream_options", Kind.OBJECT)
                .nullable("temperature", NUMBER)
                .nullable("top_p", NUMBER)
                .nullable("top_k", INTEGER)
                .nullable("min_p", NUMBER)
                .nullable("repetition_penalty", NUMBER)
                .nullable("stop_token_ids", Kind.listOf(INTEGER))
                .notNull("include_stop_str_in_output", FLAG)
                .notNull("ignore_eos", FLAG)
                .notNull("min_tokens", INTEGER)
                .notNull("skip_special_tokens", FLAG);
    }

    private BodySchema required(String name, Kind kind) {
        fields.put(name, new Field(kind, Presence.REQUIRED));
        return this;
    }

    private BodySchema nullable(String name, Kind kind) {
        fields.put(name, new Field(kind, Presence.NULLABLE));
        return this;
    }

    private BodySchema notNull(String name, Kind kind) {
        fields.put(name, new Field(kind, Presence.NOT_NULL));
        return this;
    }

    /**
     * Holds a body against the fields. Where several schemas are given, it must fit one of them.
     *
     * @throws ApiError with the first mistakes
     */
    static void check(JsonNode body, BodySchema... schemas) throws ApiError {
        List<Mistake> mistakes = new ArrayList<>();
        for (BodySchema schema : schemas) {
            List<Mistake> found = schema.mistakes(body, "body");
            if (found.isEmpty()) {
                return;
            }
            mistakes.addAll(found);
        }
        throw ApiError.validation(mistakes);
    }

    private List<Mistake> mistakes(JsonNode body, String at) {
        if (!body.isObject()) {
            return Kind.OBJECT.mistakes(body, at);
        }
        List<Mistake> mistakes = new ArrayList<>();
        fields.forEach((name, field) -> {
            JsonNode value = body.path(name);
            String below = at + "." + name;
            if (value.isMissingNode()) {
                if (field.presence == Presence.REQUIRED) {
                    mistakes.add(Mistake.missing(below, body));
                }
            } else if (!(value.isNull() && field.presence == Presence.NULLABLE)) {
                if (!field.kind.takes(value)) {
                    mistakes.addAll(field.kind.mistakes(value, below));
                } else if (name.equals("stream_options")) {
                    mistakes.addAll(STREAM_OPTIONS.mistakes(value, below));
                }
            }
        });
        return mistakes;
    }

    /** As many mistakes as vLLM tells of, one a line. */
    static String text(List<Mistake> mistakes) {
        StringBuilder text = new StringBuilder();
        String label = mistakes.size() == 1 ? "error" : "errors";
        text.append(mistakes.size()).append(" validation ").append(label).append(':');
        mistakes.stream().limit(MOST_REPORTED).forEach(mistake -> text.append("\n  ")
                .append(mistake));
        if (mistakes.size() > MOST_REPORTED) {
            text.append("\n  ...and ")
                    .append(mistakes.size() - MOST_REPORTED)
                    .append(" more ")
                    .append(label);
        }
        return text.toString();
    }
}
