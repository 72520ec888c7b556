package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a field of a request may hold. A value that is nearly it is converted as pydantic converts: {@code "4"}, {@code 4.0} and true are numbers. */
interface Kind {
    /** Whether a value is fine. */
    boolean takes(JsonNode value);

    /** What is wrong with a value that is not. */
    List<Mistake> mistakes(JsonNode value, String at);

    Kind INTEGER = new IntegerKind(Long.MIN_VALUE);
    Kind NATURAL = new IntegerKind(0);
    Kind NUMBER = new NumberKind();
    Kind FLAG = new FlagKind();
    Kind TEXT = new SimpleKind("string_type", "Input should be a valid string", JsonNode::isTextual);
    Kind OBJECT = new SimpleKind(
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
            JsonNode::isObject);

    static Kind listOf(Kind element) {
        return new ListKind(element, Integer.MAX_VALUE);
    }

    /** One kind or another: when none takes a value, it is the mistakes of all. */
    static Kind anyOf(Kind... kinds) {
        return new AnyKind(List.of(kinds));
    }

    /** A value as a whole number, or null where it is none. */
    static Long integer(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? 1L : 0L;
        }
        if (value.isNumber()) {
            return value.canConvertToExactIntegral() && value.canConvertToLong() ? value.asLong() : null;
        }
        try {
            return value.isTextual() ? Long.valueOf(value.asText().trim()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A value as a number, or null where it is none. */
    static Double number(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? 1.0 : 0.0;
        }
        if (value.isNumber()) {
            return value.asDouble();
        }
        try {
            return value.isTextual() ? Double.valueOf(value.asText().trim()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A value as yes or no, or null where it is neither. */
    static Boolean flag(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isNumber()) {
            return value.asDouble() == 1 ? Boolean.TRUE : value.asDouble() == 0 ? Boolean.FALSE : null;
        }
        String word = value.isTextual() ? value.asText().toLowerCase(Locale.ROOT) : "";
        return FlagKind.YES.contains(word) ? Boolean.TRUE : FlagKind.NO.contains(word) ? Boolean.FALSE : null;
    }

    /** A kind with one thing that can be wrong. */
    record SimpleKind(String type, String message, Takes rule) implements Kind {
        interface Takes {
            boolean takes(JsonNode value);
        }

        @Override
        public boolean takes(JsonNode value) {
            return rule.takes(value);
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            return List.of(Mistake.of(type, at, message, value));
        }
    }

    /** Whole numbers from {@code least} on. */
    record IntegerKind(long least) implements Kind {
        @Override
        public boolean takes(JsonNode value) {
            Long number = integer(value);
            return number != null && number >= least;
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            String message = "Input should be a valid integer";
            if (integer(value) != null) {
                return List.of(Mistake.of(
                        "greater_than_equal",
                        at,
                        "Input should be greater than or equal to " + least,
                        value,
                        "{'ge': " + least + "}"));
            }
            if (value.isTextual()) {
                return List.of(
                        Mistake.of("int_parsing", at, message + ", unable to parse string as an integer", value));
            }
            return List.of(
                    value.isNumber()
                            ? Mistake.of("int_from_float", at, message + ", got a number with a fractional part", value)
                            : Mistake.of("int_type", at, message, value));
        }
    }

    /** Numbers. */
    record NumberKind() implements Kind {
        @Override
        public boolean takes(JsonNode value) {
            return number(value) != null;
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            String message = "Input should be a valid number";
            return List.of(
                    value.isTextual()
                            ? Mistake.of("float_parsing", at, message + ", unable to parse string as a number", value)
                            : Mistake.of("float_type", at, message, value));
        }
    }

    /** Yes or no. */
    record FlagKind() implements Kind {
        static final Set<String> YES = Set.of("true", "1", "yes", "y", "on", "t");
        static final Set<String> NO = Set.of("false", "0", "no", "n", "off", "f");

        @Override
        public boolean takes(JsonNode value) {
            return flag(value) != null;
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            String message = "Input should be a valid boolean";
            return List.of(
                    value.isTextual() || value.isNumber()
                            ? Mistake.of("bool_parsing", at, message + ", unable to interpret input", value)
                            : Mistake.of("bool_type", at, message, value));
        }
    }

    /** Lists of one kind. */
    record ListKind(Kind element, int longest) implements Kind {
        @Override
        public boolean takes(JsonNode value) {
            if (!value.isArray() || value.size() > longest) {
                return false;
            }
            for (JsonNode one : value) {
                if (!element.takes(one)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            if (!value.isArray()) {
                return List.of(Mistake.of("list_type", at, "Input should be a valid list", value));
            }
            if (value.size() > longest) {
                return List.of(Mistake.of(
                        "too_long",
                        at,
                        "List should have at most " + longest + " items after validation, not " + value.size(),
                        value,
                        "{'field_type': 'List', 'max_length': " + longest + ", 'actual_length': " + value.size()
                                + "}"));
            }
            List<Mistake> mistakes = new ArrayList<>();
            for (int i = 0; i < value.size(); i++) {
                if (!element.takes(value.get(i))) {
                    mistakes.addAll(element.mistakes(value.get(i), at + "." + i));
                }
            }
            return mistakes;
        }
    }

    /** One of several kinds. */
    record AnyKind(List<Kind> kinds) implements Kind {
        @Override
        public boolean takes(JsonNode value) {
            return kinds.stream().anyMatch(kind -> kind.takes(value));
        }

        @Override
        public List<Mistake> mistakes(JsonNode value, String at) {
            return kinds.stream()
                    .flatMap(kind -> kind.mistakes(value, at).stream())
                    .toList();
        }
    }
}
