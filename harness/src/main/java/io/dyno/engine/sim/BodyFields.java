package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The fields of a request's body, converted as pydantic converts them: a number may come as a text, and nothing else may. */
record BodyFields(JsonNode body) {
    /** A whole number, or null when it is not there. */
    Long integer(String field) throws ApiError {
        JsonNode value = body.path(field);
        if (absent(value)) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.asLong();
        }
        if (value.isTextual()) {
            try {
                return Long.valueOf(value.asText().trim());
            } catch (NumberFormatException e) {
                throw ApiError.validation(
                        "int_parsing",
                        "body." + field,
                        "Input should be a valid integer, unable to parse string as an integer",
                        "'" + value.asText() + "'");
            }
        }
        throw ApiError.validation("int_type", "body." + field, "Input should be a valid integer", value.toString());
    }

    /** A number, or null when it is not there. */
    Double number(String field) throws ApiError {
        JsonNode value = body.path(field);
        if (absent(value)) {
            return null;
        }
        if (value.isNumber()) {
            return value.asDouble();
        }
        if (value.isTextual()) {
            try {
                return Double.valueOf(value.asText().trim());
            } catch (NumberFormatException e) {
                throw ApiError.validation(
                        "float_parsing",
                        "body." + field,
                        "Input should be a valid number, unable to parse string as a number",
                        "'" + value.asText() + "'");
            }
        }
        throw ApiError.validation("float_type", "body." + field, "Input should be a valid number", value.toString());
    }

    boolean flag(String field, boolean otherwise) throws ApiError {
        JsonNode value = body.path(field);
        if (absent(value)) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        throw ApiError.validation("bool_type", "body." + field, "Input should be a valid boolean", value.toString());
    }

    /** A text or a list of texts. */
    List<String> texts(String field) throws ApiError {
        JsonNode value = body.path(field);
        List<String> texts = new ArrayList<>();
        if (absent(value)) {
            return texts;
        }
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            if (!one.isTextual()) {
                throw ApiError.validation(
                        "string_type", "body." + field, "Input should be a valid string", one.toString());
            }
            if (!one.asText().isEmpty()) {
                texts.add(one.asText());
            }
        }
        return texts;
    }

    /** Token ids below the size of the vocabulary. */
    static int[] ids(JsonNode array, String field, int vocab) throws ApiError {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = array.get(i);
            if (!id.isInt()) {
                throw ApiError.validation(
                        "int_type", "body." + field + "." + i, "Input should be a valid integer", id.toString());
            }
            ids[i] = id.asInt();
            if (ids[i] < 0 || ids[i] >= Math.max(vocab, ToyTokenizer.FIRST_WORD)) {
                throw ApiError.badRequest(null, "Token id " + ids[i] + " is out of vocabulary");
            }
        }
        return ids;
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
