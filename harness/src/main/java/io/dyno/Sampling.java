package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Sampling parameters sent with each request, under the names of the OpenAI API and vLLM. Unwritten ones but temperature (0) are not sent. */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Sampling {
    /** At least 0; 0 is greedy, and the default. */
    double[] temperature() default {};

    /** In (0, 1]. */
    double[] topP() default {};

    /** At least 1, or -1 or 0 for all. */
    int[] topK() default {};

    /** In [0, 1]. */
    double[] minP() default {};

    /** In [-2, 2]. */
    double[] presencePenalty() default {};

    /** In [-2, 2]. */
    double[] frequencyPenalty() default {};

    /** Greater than 0. */
    double[] repetitionPenalty() default {};

    /** Seed of the sampler of each request. */
    long[] samplingSeed() default {};
}
