package io.dyno.processor;

import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** What a method may throw where generated code calls it. */
record Exceptions(Elements elements, Types types) {

    /** Whether it throws something that a caller would have to declare. */
    boolean throwsChecked(ExecutableElement method) {
        return method.getThrownTypes().stream()
                .anyMatch(thrown -> !is(thrown, RuntimeException.class) && !is(thrown, Error.class));
    }

    /** Whether it throws more than {@code throws Exception} covers. */
    boolean throwsMoreThanException(ExecutableElement method) {
        return method.getThrownTypes().stream()
                .anyMatch(thrown -> !is(thrown, Exception.class) && !is(thrown, Error.class));
    }

    private boolean is(TypeMirror thrown, Class<? extends Throwable> type) {
        return types.isSubtype(thrown, elements.getTypeElement(type.getName()).asType());
    }
}
