package io.dyno.processor;

import io.dyno.plan.Problem;
import io.dyno.plan.Problem.Place;
import io.dyno.plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.annotation.processing.Messager;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/** The problems of one class: collected until all are known, then printed, each at the value that is wrong. */
final class Report {
    private final TypeElement type;
    private final List<Entry> entries = new ArrayList<>();

    Report(TypeElement type) {
        this.type = type;
    }

    record Entry(Rule rule, Position position, String message) {}

    void add(Rule rule, Position position, String message) {
        if (!(isSuppressible(rule) && (suppressed(position.element()) || suppressed(type)))) {
            entries.add(new Entry(rule, position, message));
        }
    }

    /** Whether something was said about that very position. */
    boolean has(Position position) {
        return entries.stream().anyMatch(entry -> entry.position.equals(position));
    }

    /** Whether a rule was broken so that no definition can be generated. */
    boolean failed() {
        return entries.stream().anyMatch(entry -> entry.rule.severity() == Rule.Severity.ERROR);
    }

    /**
     * Prints all of them.
     *
     * @param inSource whether the compiler has the source of an element; what was inherited from a class file is shown at the class
     * @param printed what earlier classes have printed: what two classes inherit is said once
     */
    void print(Messager messager, Predicate<Element> inSource, Set<Entry> printed) {
        for (Entry entry : entries) {
            if (printed.add(entry)) {
                print(messager, entry, inSource.test(entry.position.element()));
            }
        }
    }

    private void print(Messager messager, Entry entry, boolean inSource) {
        Diagnostic.Kind kind =
                entry.rule.severity() == Rule.Severity.ERROR ? Diagnostic.Kind.ERROR : Diagnostic.Kind.WARNING;
        Position at = entry.position;
        String message = inSource ? entry.message : "inherited from " + owner(at.element()) + ": " + entry.message;
        String text = new Problem(entry.rule, new Place.OnClass(), message).text();
        if (!inSource) {
            messager.printMessage(kind, text, type);
        } else {
            messager.printMessage(kind, text, at.element(), at.annotation(), at.value());
        }
    }

    private static Element owner(Element element) {
        return element instanceof TypeElement ? element : owner(element.getEnclosingElement());
    }

    /** Warnings, and what the catalogue of flags knows: a newer vLLM may know better, and the user may know that. */
    private static boolean isSuppressible(Rule rule) {
        return rule.severity() == Rule.Severity.WARNING || rule == Rule.UNKNOWN_FLAG;
    }

    /** Whether the element or one around it carries {@code @SuppressWarnings("dyno")}. */
    private static boolean suppressed(Element element) {
        for (Element e = element; e != null; e = e.getEnclosingElement()) {
            if (Annotations.find(e, SuppressWarnings.class)
                    .flatMap(mirror -> Annotations.written(mirror, "value"))
                    .filter(value ->
                            Annotations.elements(value).stream().anyMatch(warning -> "dyno".equals(warning.getValue())))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
