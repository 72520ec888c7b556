package io.dyno.plan;

import io.dyno.Load;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * From text to the value of a {@code @Param} field. Generated definitions call it when a field is set and the processor when it checks the
 * values, so that what compiles can be set. Every method throws {@link IllegalArgumentException} with a message for the user when the type
 * cannot hold the text.
 */
public final class ParamValues {
    /** Infinity as text. */
    public static final String INF = "inf";

    // What Double.parseDouble takes beyond this (hexadecimal, "1d", "NaN", blanks) is a slip of the pen in a benchmark.
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");

    private ParamValues() {}

    public static int toInt(String field, String text) {
        return integer(field, text, "an int", Integer::parseInt);
    }

    /** An int of which {@code inf} is {@link Load#UNCAPPED}: a field that sets a limit. */
    public static int toLimit(String field, String text) {
        return text.equals(INF) ? Load.UNCAPPED : toInt(field, text);
    }

    public static long toLong(String field, String text) {
        return integer(field, text, "a long", Long::parseLong);
    }

    /** A long of which {@code inf} is {@link Long#MAX_VALUE}: a field that sets a limit. */
    public static long toLongLimit(String field, String text) {
        return text.equals(INF) ? Long.MAX_VALUE : toLong(field, text);
    }

    public static short toShort(String field, String text) {
        return integer(field, text, "a short", Short::parseShort);
    }

    public static byte toByte(String field, String text) {
        return integer(field, text, "a byte", Byte::parseByte);
    }

    /** A decimal number, or {@code inf}. */
    public static double toDouble(String field, String text) {
        if (text.equals(INF)) {
            return Double.POSITIVE_INFINITY;
        }
        double value = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (!Double.isFinite(value)) {
            throw cannotHold(field, text, "a double (a decimal number or inf)");
        }
        return value;
    }

    /** A decimal number, or {@code inf}. */
    public static float toFloat(String field, String text) {
        if (text.equals(INF)) {
            return Float.POSITIVE_INFINITY;
        }
        float value = DECIMAL.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
        if (!Float.isFinite(value)) {
            throw cannotHold(field, text, "a float (a decimal number or inf)");
        }
        return value;
    }

    /** {@code true} or {@code false}. */
    public static boolean toBoolean(String field, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw cannotHold(field, text, "a boolean (true or false)");
        };
    }

    /** The one character of the text. */
    public static char toChar(String field, String text) {
        if (text.length() != 1) {
            throw cannotHold(field, text, "a char (one character)");
        }
        return text.charAt(0);
    }

    /** The constant of that name. */
    public static <E extends Enum<E>> E toEnum(String field, String text, E[] constants) {
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> noConstant(
                        field, text, Arrays.stream(constants).map(Enum::name).toList()));
    }

    /** The error of {@link #toEnum}, for those who have only the constants' names. */
    public static IllegalArgumentException noConstant(String field, String text, List<String> constants) {
        return new IllegalArgumentException("field %s cannot hold \"%s\": it is none of %s%s"
                .formatted(field, text, String.join(", ", constants), Suggestions.didYouMean(text, constants)));
    }

    private static <T> T integer(String field, String text, String type, Function<String, T> parse) {
        try {
            if (INTEGER.matcher(text).matches()) {
                return parse.apply(text);
            }
        } catch (NumberFormatException outOfRange) {
            throw new IllegalArgumentException(
                    "field %s cannot hold \"%s\": it is beyond the range of %s".formatted(field, text, type),
                    outOfRange);
        }
        throw cannotHold(field, text, type);
    }

    private static IllegalArgumentException cannotHold(String field, String text, String type) {
        return new IllegalArgumentException("field %s cannot hold \"%s\": it is not %s".formatted(field, text, type));
    }
}
