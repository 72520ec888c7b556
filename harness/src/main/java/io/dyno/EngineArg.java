package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a {@link org.openjdk.jmh.annotations.Param} field: its values set a flag of vLLM. */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface EngineArg {
    /** The flag without its dashes, such as {@code long-prefill-token-threshold}; empty is the field's name in kebab case. */
    String value() default "";
}
