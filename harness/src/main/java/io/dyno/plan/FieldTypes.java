package io.dyno.plan;

import io.dyno.plan.BenchmarkDescriptor.ParamField;
import java.util.Optional;

/** Whether the Java type of a {@code @Param} field can hold a text, for values that no compiler has seen. */
final class FieldTypes {
    private FieldTypes() {}

    /** Why the field cannot hold the text, or empty. */
    static Optional<String> refuses(ParamField field, String text, Optional<Setting> setting) {
        boolean limit = setting.filter(found -> found.limits().infinite()).isPresent();
        String name = field.field();
        try {
            switch (field.type()) {
                case "int", "java.lang.Integer" -> {
                    if (limit) {
                        ParamValues.toLimit(name, text);
                    } else {
                        ParamValues.toInt(name, text);
                    }
                }
                case "long", "java.lang.Long" -> {
                    if (!(limit && text.equals(Values.INFINITE))) {
                        ParamValues.toLong(name, text);
                    }
                }
                case "short", "java.lang.Short" -> ParamValues.toShort(name, text);
                case "byte", "java.lang.Byte" -> ParamValues.toByte(name, text);
                case "double", "java.lang.Double" -> ParamValues.toDouble(name, text);
                case "float", "java.lang.Float" -> ParamValues.toFloat(name, text);
                case "boolean", "java.lang.Boolean" -> ParamValues.toBoolean(name, text);
                case "char", "java.lang.Character" -> ParamValues.toChar(name, text);
                default -> {
                    if (!field.constants().isEmpty() && !field.constants().contains(text)) {
                        return Optional.of(ParamValues.noConstant(name, text, field.constants())
                                .getMessage());
                    }
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }
}
