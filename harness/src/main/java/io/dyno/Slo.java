package io.dyno;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Service-level objectives. A request meets them when each of its latencies, counted from the moment it was due, is within its limit;
 * failed requests do not. A point meets them when the share of such requests reaches {@link #attainment}. At least one limit is needed.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Slo {
    /** Time to first token, ms; negative (the default) is no limit. */
    double ttftMillis() default -1;

    /** Time per output token after the first, ms; negative (the default) is no limit. */
    double tpotMillis() default -1;

    /** End-to-end latency, ms; negative (the default) is no limit. */
    double e2elMillis() default -1;

    /** Share of requests that must meet the limits, in (0, 1]. */
    double attainment() default 0.99;
}
