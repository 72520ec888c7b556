package io.dyno.processor;

import io.dyno.plan.Rule;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** Rules about the class itself: that generated code in its package can name it and make instances of it. */
final class ClassCheck {
    private final Exceptions exceptions;
    private final Report report;

    ClassCheck(Exceptions exceptions, Report report) {
        this.exceptions = exceptions;
        this.report = report;
    }

    /** Checks that the annotation stands on a class at all; everything else takes that for granted. */
    static boolean isClass(TypeElement type, Report report) {
        String kind =
                switch (type.getKind()) {
                    case CLASS -> "";
                    case INTERFACE -> "an interface";
                    case ENUM -> "an enum";
                    case RECORD -> "a record";
                    default -> "an annotation type";
                };
        if (!kind.isEmpty()) {
            report.add(
                    Rule.NOT_A_CLASS,
                    Position.of(type),
                    "%s is %s, but Dyno makes instances and sets their fields; make it a class"
                            .formatted(type.getSimpleName(), kind));
        }
        return kind.isEmpty();
    }

    void check(TypeElement type) {
        if (type.getNestingKind() == NestingKind.TOP_LEVEL
                && ((PackageElement) type.getEnclosingElement()).isUnnamed()) {
            report.add(
                    Rule.DEFAULT_PACKAGE,
                    Position.of(type),
                    "%s is in the default package, which other packages cannot name; give the file a package"
                            .formatted(type.getSimpleName()));
        }
        if (type.getNestingKind() == NestingKind.MEMBER && !type.getModifiers().contains(Modifier.STATIC)) {
            report.add(
                    Rule.INNER_CLASS,
                    Position.of(type),
                    "%s is an inner class, so an instance needs one of %s; make it static"
                            .formatted(
                                    type.getSimpleName(),
                                    type.getEnclosingElement().getSimpleName()));
        }
        checkNotPrivate(type);
        if (!type.getTypeParameters().isEmpty()) {
            report.add(
                    Rule.GENERIC_CLASS,
                    Position.of(type.getTypeParameters().get(0)),
                    "%s has type parameters that nobody gives; move them to a base class and extend it with types"
                            .formatted(type.getSimpleName()));
        }
        checkConstructor(type);
    }

    private void checkNotPrivate(TypeElement type) {
        for (Element e = type; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
            if (e.getModifiers().contains(Modifier.PRIVATE)) {
                report.add(
                        Rule.PRIVATE_CLASS,
                        Position.of(e),
                        "%s is private, so the definition of %s cannot name it; package-private is enough"
                                .formatted(e.getSimpleName(), type.getSimpleName()));
            }
        }
    }

    private void checkConstructor(TypeElement type) {
        List<ExecutableElement> constructors = ElementFilter.constructorsIn(type.getEnclosedElements());
        ExecutableElement usable = constructors.stream()
                .filter(constructor -> constructor.getParameters().isEmpty())
                .findFirst()
                .orElse(null);
        if (usable == null) {
            report.add(
                    Rule.NO_CONSTRUCTOR,
                    constructors.isEmpty() ? Position.of(type) : Position.of(constructors.get(0)),
                    "%s has no constructor without parameters, which Dyno calls for each point and fork; add one"
                            .formatted(type.getSimpleName()));
        } else if (usable.getModifiers().contains(Modifier.PRIVATE)
                && !type.getModifiers().contains(Modifier.PRIVATE)) { // whose implicit constructor is private with it
            report.add(
                    Rule.NO_CONSTRUCTOR,
                    Position.of(usable),
                    "the constructor of %s is private, so its definition cannot call it; package-private is enough"
                            .formatted(type.getSimpleName()));
        } else if (exceptions.throwsChecked(usable)) {
            report.add(
                    Rule.NO_CONSTRUCTOR,
                    Position.of(usable),
                    "the constructor of %s throws a checked exception; move what can fail into a @Setup method"
                            .formatted(type.getSimpleName()));
        }
    }
}
