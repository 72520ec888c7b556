package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The fields of a request's body that {@link BodySchema} has found in order, converted. */
record BodyFields(JsonNode body) {
    /** A whole number, or null when it is not there. */
    Long integer(String field) {
        return Kind.integer(body.path(field));
    }

    /** A number, or null when it is not there. */
    Double number(String field) {
        return Kind.number(body.path(field));
    }

    boolean flag(String field, boolean otherwise) {
        Boolean value = Kind.flag(body.path(field));
        return value == null ? otherwise : value;
    }

    /** A text or a list of texts. */
    List<String> texts(String field) {
        JsonNode value = body.path(field);
        List<String> texts = new ArrayList<>();
        if (value.isTextual()) {
            texts.add(value.asText());
        }
        value.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    /** Token ids. */
    static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            Long id = Kind.integer(array.get(i));
            ids[i] = id == null ? -1 : (int) Math.min(id, Integer.MAX_VALUE);
        }
        return ids;
    }
}
