package io.dyno.processor;

import io.dyno.plan.Setting;
import io.dyno.plan.Settings;
import io.dyno.plan.Spelling;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import org.openjdk.jmh.annotations.Param;

/**
 * A {@code @Param} field.
 *
 * @param field the field, of the class or a base class
 * @param type its type as the class sees it
 * @param param the annotation
 * @param engineArg its {@code @EngineArg}, if any
 */
record ParamDeclaration(
        VariableElement field, TypeMirror type, AnnotationMirror param, Optional<AnnotationMirror> engineArg) {

    String name() {
        return field.getSimpleName().toString();
    }

    /** The flag that {@code @EngineArg} names, or that follows the field's name. */
    Optional<String> flag() {
        return engineArg.map(mirror -> Annotations.written(mirror, "value")
                .map(value -> value.getValue().toString())
                .filter(flag -> !flag.isEmpty())
                .orElseGet(() -> Spelling.kebab(name())));
    }

    /** The name of the setting that the field sets; empty when it is the user's own parameter. */
    Optional<String> setting() {
        if (engineArg.isEmpty()) {
            return Settings.find(name()).map(Setting::name);
        }
        return flag().map(flag -> Settings.ofFlag(flag).map(Setting::name).orElse(flag));
    }

    /** How its values are made from text; empty for a type that cannot be. */
    Optional<Conversion> conversion() {
        boolean limit = engineArg.isEmpty()
                && Settings.find(name())
                        .filter(found -> found.limits().infinite())
                        .isPresent();
        return Conversion.to(type).map(to -> limit ? to.toLimit() : to);
    }

    /** The values that stand in the source. */
    List<AnnotationValue> written() {
        List<AnnotationValue> values =
                Annotations.written(param, "value").map(Annotations::elements).orElse(List.of());
        boolean blank =
                values.size() == 1 && Param.BLANK_ARGS.equals(values.get(0).getValue());
        return blank ? List.of() : values;
    }

    /** Its values as text: those written, or all that its type has. */
    List<String> values() {
        List<AnnotationValue> written = written();
        return written.isEmpty()
                ? conversion().map(conversion -> conversion.allValues(type)).orElse(List.of())
                : written.stream().map(value -> value.getValue().toString()).toList();
    }

    /** Where it says what it sets: the flag, or else its name. */
    Position meaning() {
        return engineArg
                .map(mirror -> new Position(
                        field, mirror, Annotations.written(mirror, "value").orElse(null)))
                .orElse(Position.of(field));
    }

    /** Where its n-th value stands; the annotation when there is no such. */
    Position position(int n) {
        List<AnnotationValue> written = written();
        return n < 0 || n >= written.size() ? Position.of(field, param) : new Position(field, param, written.get(n));
    }
}
