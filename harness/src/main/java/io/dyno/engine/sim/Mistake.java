package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing that is wrong with a request's body, as vLLM words it: what pydantic, its validator, found.
 *
 * @param type pydantic's name for it
 * @param at where: {@code body.max_tokens}
 * @param message what was expected
 * @param input what came, in short
 * @param context more of it as a Python dictionary, or null
 */
record Mistake(String type, String at, String message, String input, String context) {
    private static final int LONGEST_INPUT = 200;

    static Mistake of(String type, String at, String message, JsonNode input) {
        return new Mistake(type, at, message, shown(input), null);
    }

    /** With numbers or words that belong to the message. */
    static Mistake of(String type, String at, String message, JsonNode input, String context) {
        return new Mistake(type, at, message, shown(input), context);
    }

    static Mistake missing(String at, JsonNode parent) {
        return of("missing", at, "Field required", parent);
    }

    /** A Python dictionary. */
    @Override
    public String toString() {
        return "{'type': " + python(type) + ", 'loc': " + python(at) + ", 'msg': " + python(message) + ", 'input': "
                + python(input)
                + (context == null ? "" : ", 'ctx': " + context) + "}";
    }

    /** What came; of lists and objects only how large they are. */
    private static String shown(JsonNode input) {
        if (input.isArray()) {
            return "<list of " + input.size() + " items>";
        }
        if (input.isObject()) {
            return "<dict of " + input.size() + " items>";
        }
        if (input.isNull() || input.isMissingNode()) {
            return "None";
        }
        if (input.isBoolean()) {
            return input.asBoolean() ? "True" : "False";
        }
        String text = input.asText();
        return text.length() <= LONGEST_INPUT ? text : text.substring(0, LONGEST_INPUT) + "...[truncated]";
    }

    /** A text as a Python literal. */
    static String python(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        String inside = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quote + (quote == '\'' ? inside.replace("'", "\\'") : inside) + quote;
    }
}
