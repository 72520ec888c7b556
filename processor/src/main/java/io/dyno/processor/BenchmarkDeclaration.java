package io.dyno.processor;

import io.dyno.EngineArg;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.openjdk.jmh.annotations.Param;

/**
 * What the user wrote: a class, the classes and interfaces that it takes members over from, and their annotations.
 *
 * @param type the annotated class
 * @param lineage the class and its base classes but Object, nearest first
 * @param ancestry where members come from: base classes first, each after the interfaces that it implements, the class last
 * @param params {@code @Param} fields, base classes first, in source order
 * @param methods methods that Dyno calls, base classes first, in source order
 */
record BenchmarkDeclaration(
        TypeElement type,
        List<TypeElement> lineage,
        List<TypeElement> ancestry,
        List<ParamDeclaration> params,
        List<MethodDeclaration> methods) {

    BenchmarkDeclaration {
        lineage = List.copyOf(lineage);
        ancestry = List.copyOf(ancestry);
        params = List.copyOf(params);
        methods = List.copyOf(methods);
    }

    /** Reads a class. Empty when a base type is not (yet) known to the compiler. */
    static Optional<BenchmarkDeclaration> of(TypeElement type, Elements elements, Types types) {
        List<TypeElement> ancestry = new ArrayList<>();
        if (!collect(type, ancestry)) {
            return Optional.empty();
        }
        List<TypeElement> lineage = new ArrayList<>(ancestry);
        lineage.removeIf(t -> !t.getKind().isClass());
        Collections.reverse(lineage);
        List<MethodDeclaration> methods = MethodDeclaration.of(type, ancestry, elements);
        return Optional.of(new BenchmarkDeclaration(type, lineage, ancestry, params(type, ancestry, types), methods));
    }

    private static List<ParamDeclaration> params(TypeElement type, List<TypeElement> ancestry, Types types) {
        List<ParamDeclaration> params = new ArrayList<>();
        for (TypeElement owner : ancestry) {
            for (VariableElement field : ElementFilter.fieldsIn(owner.getEnclosedElements())) {
                Annotations.find(field, Param.class)
                        .ifPresent(param -> params.add(new ParamDeclaration(
                                field,
                                types.asMemberOf((DeclaredType) type.asType(), field),
                                param,
                                Annotations.find(field, EngineArg.class))));
            }
        }
        return params;
    }

    private static boolean collect(TypeElement type, List<TypeElement> ancestry) {
        if (ancestry.contains(type) || type.getQualifiedName().contentEquals("java.lang.Object")) {
            return true;
        }
        List<TypeMirror> bases = new ArrayList<>();
        bases.add(type.getSuperclass());
        bases.addAll(type.getInterfaces());
        for (TypeMirror base : bases) {
            if (base.getKind() == TypeKind.ERROR) {
                return false;
            }
            if (base.getKind() == TypeKind.DECLARED
                    && !collect((TypeElement) ((DeclaredType) base).asElement(), ancestry)) {
                return false;
            }
        }
        ancestry.add(type);
        return true;
    }

    /**
     * Whether something is not known to the compiler: an error that it reports itself, or what another processor has yet to generate.
     */
    boolean isErroneous() {
        return params.stream().anyMatch(param -> param.type().getKind() == TypeKind.ERROR)
                || ancestry.stream().anyMatch(Annotations::hasErrors);
    }

    /** The attributes of an annotation that stand on the class or a base class, each from the nearest that has it, by name. */
    Map<String, Attribute> attributes(Class<? extends Annotation> annotation) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (TypeElement owner : lineage) {
            Annotations.find(owner, annotation).ifPresent(mirror -> Annotations.written(mirror)
                    .forEach((name, value) -> attributes.putIfAbsent(name, new Attribute(owner, mirror, value))));
        }
        return attributes;
    }

    /** The attributes of an annotation nested in an attribute of another, by the same rule. */
    Map<String, Attribute> nestedAttributes(Class<? extends Annotation> annotation, String attribute) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (TypeElement owner : lineage) {
            Annotations.find(owner, annotation).ifPresent(mirror -> Annotations.written(mirror, attribute)
                    .filter(value -> value.getValue() instanceof AnnotationMirror)
                    .map(value -> (AnnotationMirror) value.getValue())
                    .ifPresent(nested -> Annotations.written(nested)
                            .forEach((name, value) ->
                                    attributes.putIfAbsent(name, new Attribute(owner, mirror, value)))));
        }
        return attributes;
    }

    /** Where the nearest annotation of that type stands. */
    Optional<Position> position(Class<? extends Annotation> annotation) {
        for (TypeElement owner : lineage) {
            Optional<AnnotationMirror> mirror = Annotations.find(owner, annotation);
            if (mirror.isPresent()) {
                return Optional.of(Position.of(owner, mirror.get()));
            }
        }
        return Optional.empty();
    }
}
