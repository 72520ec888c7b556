package io.dyno.processor;

import java.util.List;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.TypeElement;

/**
 * An attribute that stands in the source.
 *
 * @param owner the class, a base class perhaps, that carries the annotation
 * @param annotation the annotation on that class; a nested one is found through it
 * @param value what was written
 */
record Attribute(TypeElement owner, AnnotationMirror annotation, AnnotationValue value) {

    /** The elements of an array; a single value is an array of one. */
    List<AnnotationValue> elements() {
        return Annotations.elements(value);
    }

    /** Where the whole value stands. */
    Position position() {
        return new Position(owner, annotation, value);
    }

    /** Where the n-th value stands; the whole when there is no such. */
    Position position(int n) {
        List<AnnotationValue> elements = elements();
        return n < 0 || n >= elements.size() ? position() : new Position(owner, annotation, elements.get(n));
    }
}
