package io.dyno.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Values of settings: from text and back. One value has one canonical text, so that equal values are seen to be equal. */
public final class Values {
    /** The text of "no limit". */
    public static final String INFINITE = "inf";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Whole numbers that are longs in annotations; the others are ints there and in a plan. */
    private static final Set<String> LONGS = Set.of("engineSeed", "seed", "samplingSeed");

    private Values() {}

    /** A text that is no value of its setting. */
    public static final class NotAValueException extends Exception {
        private static final long serialVersionUID = 1L;
        private final Rule rule;

        NotAValueException(Rule rule, String message) {
            super(message);
            this.rule = rule;
        }

        /** The rule that it breaks. */
        public Rule rule() {
            return rule;
        }
    }

    /**
     * A setting's value from text.
     *
     * @return the Java type that {@link Setting.Type} names
     * @throws NotAValueException when the text is none; the message goes on from the text: {@code is not a whole number}
     */
    public static Object parse(Setting setting, String text) throws NotAValueException {
        String trimmed = text.strip();
        Object value =
                switch (setting.type()) {
                    case STRING -> word(setting, trimmed);
                    case INTEGER -> integer(setting, trimmed);
                    case NUMBER -> number(trimmed);
                    case BOOLEAN -> bool(trimmed);
                    case JSON -> json(setting, trimmed);
                    case LIST -> list(trimmed);
                };
        var refused = setting.limits().refuses(value);
        if (refused.isPresent()) {
            boolean choice = setting.limits() instanceof Limits.OneOf;
            Rule rule = setting.name().equals("dataset")
                    ? Rule.UNKNOWN_DATASET
                    : choice ? Rule.VALUE_CHOICE : Rule.VALUE_RANGE;
            throw new NotAValueException(rule, refused.get());
        }
        return value;
    }

    /** The canonical text of a value: {@code inf}, {@code 8} for 8.0, a list as one JSON array of strings. */
    public static String text(Object value) {
        if (value instanceof List<?> list) {
            return array(list.stream().map(String::valueOf).toList());
        }
        if (value instanceof Number number && isInfinite(number)) {
            return INFINITE;
        }
        if (value instanceof Double number) {
            return number == 0
                    ? "0"
                    : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }
        return String.valueOf(value);
    }

    /** Whether a number stands for "no limit". */
    public static boolean isInfinite(Number number) {
        return number instanceof Long limit
                ? limit == Long.MAX_VALUE
                : number.doubleValue() == Double.POSITIVE_INFINITY;
    }

    /** A list of strings as one JSON array, as {@link BenchmarkDescriptor.WrittenSetting} holds it. */
    public static String array(List<String> elements) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartArray();
            for (String element : elements) {
                generator.writeString(element);
            }
            generator.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does no I/O", e);
        }
        return text.toString();
    }

    /**
     * The values of {@code -p name=v1,v2}: commas inside brackets, braces and double quotes do not split. A value that is quoted as a whole
     * loses its quotes. An empty text is one empty value, which leaves the setting out.
     */
    public static List<String> split(String text) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\' && i + 1 < text.length()) {
                value.append(c);
                c = text.charAt(++i);
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '[' || c == '{')) {
                depth++;
            } else if (!quoted && (c == ']' || c == '}')) {
                depth--;
            } else if (!quoted && depth <= 0 && c == ',') {
                values.add(unquoted(value.toString()));
                value.setLength(0);
                continue;
            }
            value.append(c);
        }
        values.add(unquoted(value.toString()));
        return values;
    }

    private static String unquoted(String value) {
        String text = value.strip();
        boolean whole = text.length() >= 2 && text.startsWith("\"") && text.indexOf('"', 1) == text.length() - 1;
        return whole ? text.substring(1, text.length() - 1) : text;
    }

    private static Object word(Setting setting, String text) {
        return setting.name().equals("endpoint") ? text.toUpperCase(Locale.ROOT) : text;
    }

    private static Object integer(Setting setting, String text) throws NotAValueException {
        if (text.equals(INFINITE) && setting.limits().infinite()) {
            return Long.MAX_VALUE;
        }
        try {
            long value = Long.parseLong(text);
            if (value > Integer.MAX_VALUE && setting.hasAttribute() && !LONGS.contains(setting.name())) {
                throw new NotAValueException(Rule.VALUE_RANGE, "must be at most " + Integer.MAX_VALUE);
            }
            return setting.limits().infinite() && value == Integer.MAX_VALUE ? Long.MAX_VALUE : value;
        } catch (NumberFormatException e) {
            String inf = setting.limits().infinite() ? " or inf" : "";
            throw new NotAValueException(Rule.VALUE_SYNTAX, "is not a whole number" + inf);
        }
    }

    private static Object number(String text) throws NotAValueException {
        if (text.equals(INFINITE) || text.equals("Infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            double value = new BigDecimal(text).doubleValue();
            return value == 0 ? 0.0 : value;
        } catch (NumberFormatException e) {
            throw new NotAValueException(Rule.VALUE_SYNTAX, "is not a number");
        }
    }

    private static Object bool(String text) throws NotAValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new NotAValueException(Rule.VALUE_SYNTAX, "is neither true nor false");
        };
    }

    /** JSON without blanks between its tokens; the order of keys is kept. */
    private static Object json(Setting setting, String text) throws NotAValueException {
        StringWriter compact = new StringWriter();
        try (JsonParser parser = JSON.createParser(text);
                JsonGenerator generator = JSON.createGenerator(compact)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new NotAValueException(Rule.JSON_SYNTAX, "is empty, no JSON");
            }
            if (setting.name().equals("speculativeConfig") && first != JsonToken.START_OBJECT) {
                throw new NotAValueException(
                        Rule.JSON_SYNTAX,
                        "is no JSON object; write one as {\"method\": \"ngram\", \"num_speculative_tokens\": 4}");
            }
            generator.copyCurrentStructure(parser);
            if (parser.nextToken() != null) {
                throw new NotAValueException(Rule.JSON_SYNTAX, "has something behind its JSON value");
            }
        } catch (JsonProcessingException e) {
            throw new NotAValueException(Rule.JSON_SYNTAX, "is no JSON: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("a string does no I/O", e);
        }
        return compact.toString();
    }

    /** One JSON array of strings; anything else is the only element. */
    private static Object list(String text) throws NotAValueException {
        if (!text.startsWith("[")) {
            return List.of(text);
        }
        List<String> elements = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            JsonToken token = parser.nextToken();
            for (; token != null && token.isScalarValue(); token = parser.nextToken()) {
                elements.add(parser.getText());
            }
            if (token != JsonToken.END_ARRAY || parser.nextToken() != null) {
                throw new NotAValueException(Rule.JSON_SYNTAX, "is no JSON array of strings");
            }
        } catch (JsonProcessingException e) {
            throw new NotAValueException(Rule.JSON_SYNTAX, "is no JSON array: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("a string does no I/O", e);
        }
        return List.copyOf(elements);
    }

    private static String reason(JsonProcessingException e) {
        String where =
                e.getLocation() == null ? "" : " (character " + e.getLocation().getColumnNr() + ")";
        return e.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(" at \\[.*", "") + where;
    }
}
