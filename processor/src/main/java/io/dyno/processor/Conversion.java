package io.dyno.processor;

import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** How the value of a {@code @Param} field is made from text: a method of {@link ParamValues}, called at compile time to check and in generated code to set. */
enum Conversion {
    STRING(null),
    INT("toInt"),
    LIMIT("toLimit"),
    LONG("toLong"),
    LONG_LIMIT("toLongLimit"),
    SHORT("toShort"),
    BYTE("toByte"),
    DOUBLE("toDouble"),
    FLOAT("toFloat"),
    BOOLEAN("toBoolean"),
    CHAR("toChar"),
    ENUM("toEnum");

    private final String method;

    Conversion(String method) {
        this.method = method;
    }

    /** The method of {@link ParamValues}; none for a String, which is the text itself. */
    Optional<String> method() {
        return Optional.ofNullable(method);
    }

    /** The conversion to a field's type; empty when there is none. */
    static Optional<Conversion> to(TypeMirror type) {
        return switch (type.getKind()) {
            case INT -> Optional.of(INT);
            case LONG -> Optional.of(LONG);
            case SHORT -> Optional.of(SHORT);
            case BYTE -> Optional.of(BYTE);
            case DOUBLE -> Optional.of(DOUBLE);
            case FLOAT -> Optional.of(FLOAT);
            case BOOLEAN -> Optional.of(BOOLEAN);
            case CHAR -> Optional.of(CHAR);
            case DECLARED -> toClass((TypeElement) ((DeclaredType) type).asElement());
            default -> Optional.empty();
        };
    }

    /** The same for a field that sets a limit, where {@code inf} is no limit. */
    Conversion toLimit() {
        return switch (this) {
            case INT -> LIMIT;
            case LONG -> LONG_LIMIT;
            default -> this;
        };
    }

    private static Optional<Conversion> toClass(TypeElement type) {
        if (type.getKind() == ElementKind.ENUM) {
            return Optional.of(ENUM);
        }
        return switch (type.getQualifiedName().toString()) {
            case "java.lang.String" -> Optional.of(STRING);
            case "java.lang.Integer" -> Optional.of(INT);
            case "java.lang.Long" -> Optional.of(LONG);
            case "java.lang.Short" -> Optional.of(SHORT);
            case "java.lang.Byte" -> Optional.of(BYTE);
            case "java.lang.Double" -> Optional.of(DOUBLE);
            case "java.lang.Float" -> Optional.of(FLOAT);
            case "java.lang.Boolean" -> Optional.of(BOOLEAN);
            case "java.lang.Character" -> Optional.of(CHAR);
            default -> Optional.empty();
        };
    }

    /**
     * The value as generated code would set it, so that two spellings of one value are equal.
     *
     * @throws IllegalArgumentException when the type cannot hold the text
     */
    Object parse(String field, String text, TypeMirror type) {
        return switch (this) {
            case STRING -> text;
            case INT -> ParamValues.toInt(field, text);
            case LIMIT -> ParamValues.toLimit(field, text);
            case LONG -> ParamValues.toLong(field, text);
            case LONG_LIMIT -> ParamValues.toLongLimit(field, text);
            case SHORT -> ParamValues.toShort(field, text);
            case BYTE -> ParamValues.toByte(field, text);
            case DOUBLE -> ParamValues.toDouble(field, text);
            case FLOAT -> ParamValues.toFloat(field, text);
            case BOOLEAN -> ParamValues.toBoolean(field, text);
            case CHAR -> ParamValues.toChar(field, text);
            case ENUM -> constant(field, text, type);
        };
    }

    private static String constant(String field, String text, TypeMirror type) {
        List<String> constants = constants(type);
        if (!constants.contains(text)) {
            throw ParamValues.noConstant(field, text, constants);
        }
        return text;
    }

    /** The values of a field that leaves them out: all constants of an enum, both of a boolean, else none. */
    List<String> allValues(TypeMirror type) {
        return switch (this) {
            case BOOLEAN -> List.of("false", "true");
            case ENUM -> constants(type);
            default -> List.of();
        };
    }

    private static List<String> constants(TypeMirror type) {
        return ElementFilter.fieldsIn(((DeclaredType) type).asElement().getEnclosedElements()).stream()
                .filter(field -> field.getKind() == ElementKind.ENUM_CONSTANT)
                .map(VariableElement::getSimpleName)
                .map(Object::toString)
                .toList();
    }
}
