package io.dyno.processor;

import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Reads annotations as they were written: without the defaults, so that unset and explicit differ. */
final class Annotations {
    /** What javax.lang.model gives for a value that is none. */
    private static final String ERROR = "<error>";

    private static final List<String> READ = List.of("io.dyno.", "org.openjdk.jmh.annotations.");

    private Annotations() {}

    /** The annotation of that type on an element. */
    static Optional<AnnotationMirror> find(Element element, Class<? extends Annotation> type) {
        for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
            if (is(mirror, type)) {
                return Optional.of(mirror);
            }
        }
        return Optional.empty();
    }

    static boolean is(AnnotationMirror mirror, Class<? extends Annotation> type) {
        return ((TypeElement) mirror.getAnnotationType().asElement())
                .getQualifiedName()
                .contentEquals(type.getName());
    }

    /** The attributes that stand in the source, by name, in the order of writing; an empty array counts as not written. */
    static Map<String, AnnotationValue> written(AnnotationMirror mirror) {
        Map<String, AnnotationValue> values = new LinkedHashMap<>();
        mirror.getElementValues().forEach((method, value) -> {
            if (!(value.getValue() instanceof List<?> list && list.isEmpty())) {
                values.put(method.getSimpleName().toString(), value);
            }
        });
        return values;
    }

    /** Whether a value on a type or on one of its members, in an annotation that Dyno reads, is one that the compiler could not make out. */
    static boolean hasErrors(TypeElement type) {
        return Stream.concat(Stream.of(type), type.getEnclosedElements().stream())
                .flatMap(element -> element.getAnnotationMirrors().stream())
                .filter(mirror ->
                        READ.stream().anyMatch(mirror.getAnnotationType().toString()::startsWith))
                .anyMatch(mirror -> mirror.getElementValues().values().stream().anyMatch(Annotations::isError));
    }

    private static boolean isError(AnnotationValue value) {
        Object content = value.getValue();
        if (content instanceof AnnotationMirror nested) {
            return nested.getElementValues().values().stream().anyMatch(Annotations::isError);
        }
        return content instanceof List<?>
                ? elements(value).stream().anyMatch(Annotations::isError)
                : ERROR.equals(content);
    }

    /** One attribute, when it stands in the source. */
    static Optional<AnnotationValue> written(AnnotationMirror mirror, String attribute) {
        return Optional.ofNullable(written(mirror).get(attribute));
    }

    /** The elements of an array; a single value is an array of one. */
    @SuppressWarnings("unchecked") // the specification of AnnotationValue says what the list of an array holds
    static List<AnnotationValue> elements(AnnotationValue value) {
        return value.getValue() instanceof List<?> list ? (List<AnnotationValue>) list : List.of(value);
    }
}
