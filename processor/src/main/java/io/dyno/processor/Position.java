package io.dyno.processor;

import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;

/**
 * Where a message points.
 *
 * @param element what carries the annotation, or is itself meant
 * @param annotation the annotation, or null for the element as a whole
 * @param value the value in it, or null for the annotation as a whole
 */
record Position(Element element, AnnotationMirror annotation, AnnotationValue value) {

    static Position of(Element element) {
        return new Position(element, null, null);
    }

    static Position of(Element element, AnnotationMirror annotation) {
        return new Position(element, annotation, null);
    }
}
