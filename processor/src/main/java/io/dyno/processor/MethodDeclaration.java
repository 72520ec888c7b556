package io.dyno.processor;

import io.dyno.Prompts;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A method that Dyno calls. An overriding method takes the place of the one it overrides and keeps its annotations, as in JMH, unless it
 * carries its own.
 *
 * @param method the method that a call on the class reaches
 * @param prompts its {@code @Prompts}, if any
 * @param setup its {@code @Setup}, if any
 * @param tearDown its {@code @TearDown}, if any
 */
record MethodDeclaration(
        ExecutableElement method, Optional<Mark> prompts, Optional<Mark> setup, Optional<Mark> tearDown) {

    /**
     * An annotation of a method.
     *
     * @param on the method that carries it: the method itself, or one that it overrides
     * @param annotation the annotation
     */
    record Mark(ExecutableElement on, AnnotationMirror annotation) {
        /** The level of {@code @Setup} or {@code @TearDown}. */
        Level level() {
            return Annotations.written(annotation, "value")
                    .filter(value -> value.getValue() instanceof VariableElement)
                    .map(value -> Level.valueOf(
                            ((VariableElement) value.getValue()).getSimpleName().toString()))
                    .orElse(Level.Trial);
        }

        /** Where the level stands, or else the annotation. */
        Position position() {
            return new Position(
                    on, annotation, Annotations.written(annotation, "value").orElse(null));
        }
    }

    String name() {
        return method.getSimpleName().toString();
    }

    boolean isStatic() {
        return method.getModifiers().contains(Modifier.STATIC);
    }

    /** The methods of a class that Dyno calls: those of base classes first, in source order. */
    static List<MethodDeclaration> of(TypeElement type, List<TypeElement> ancestry, Elements elements) {
        List<MethodDeclaration> found = new ArrayList<>();
        for (TypeElement owner : ancestry) {
            for (ExecutableElement method : ElementFilter.methodsIn(owner.getEnclosedElements())) {
                List<MethodDeclaration> overridden = found.stream()
                        .filter(other -> elements.overrides(method, other.method, type))
                        .toList();
                MethodDeclaration declaration = new MethodDeclaration(
                        method,
                        mark(
                                method,
                                Prompts.class,
                                overridden.stream()
                                        .map(MethodDeclaration::prompts)
                                        .toList()),
                        mark(
                                method,
                                Setup.class,
                                overridden.stream()
                                        .map(MethodDeclaration::setup)
                                        .toList()),
                        mark(
                                method,
                                TearDown.class,
                                overridden.stream()
                                        .map(MethodDeclaration::tearDown)
                                        .toList()));
                if (!overridden.isEmpty()) {
                    found.set(found.indexOf(overridden.get(0)), declaration);
                    found.removeAll(overridden);
                } else if (declaration.isCalled()) {
                    found.add(declaration);
                }
            }
        }
        return List.copyOf(found);
    }

    private boolean isCalled() {
        return prompts.isPresent() || setup.isPresent() || tearDown.isPresent();
    }

    private static Optional<Mark> mark(
            ExecutableElement method, Class<? extends Annotation> annotation, List<Optional<Mark>> inherited) {
        return Annotations.find(method, annotation)
                .map(mirror -> new Mark(method, mirror))
                .or(() -> inherited.stream().flatMap(Optional::stream).findFirst());
    }
}
