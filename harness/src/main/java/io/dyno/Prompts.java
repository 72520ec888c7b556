package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the one method that makes the prompts: {@code Iterable<Prompt> name(PromptRequest request)}. It is called once per window, before
 * the window, and must give the same prompts for the same request.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface Prompts {}
