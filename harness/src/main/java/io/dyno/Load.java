package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The load of {@link Bench#SERVE}. A finite rate is an open loop: requests are due when the schedule says so, whatever the server does. An
 * infinite rate with a limited concurrency is a closed loop. Neither limited is one batch, and drained. When neither is written, a closed
 * loop of 32.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Load {
    /** An infinite request rate, or, as burstiness, constant gaps. In text: {@code inf}. */
    double INF = Double.POSITIVE_INFINITY;

    /** No limit of concurrency. In text: {@code inf}. */
    int UNCAPPED = Integer.MAX_VALUE;

    /** Requests per second, greater than 0, or {@link #INF}. */
    double[] requestRate() default {};

    /**
     * Shape of the gamma distribution of the gaps, greater than 0: 1 is Poisson, below 1 burstier, {@link #INF} constant. The coefficient
     * of variation is 1/√burstiness. Needs a finite rate.
     */
    double[] burstiness() default {};

    /** Most requests in flight, at least 1, or {@link #UNCAPPED}. Beside a finite rate, waiting for a slot counts as latency. */
    int[] maxConcurrency() default {};

    /** Each iteration an isolated run of numPrompts requests from empty to empty, as {@code vllm bench serve} does it. */
    boolean[] drained() default {};
}
