package io.dyno.engine.local;

import java.time.Duration;

/**
 * How long an engine may take to end after each signal before the next one is sent.
 *
 * @param interrupt after SIGINT: vLLM ends its workers and frees its shared memory
 * @param terminate after SIGTERM
 * @param kill after SIGKILL of everything, which only the kernel can delay
 */
public record Graces(Duration interrupt, Duration terminate, Duration kill) {
    /** 15 s, 5 s and 10 s. A healthy vLLM needs up to 8 s after SIGINT. */
    public static final Graces DEFAULT =
            new Graces(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(10));

    /** How long after a patient program's SIGINT the engine that it runs gets SIGTERM: the program still fetches from it what it recorded. */
    Duration terminateBelow() {
        return interrupt.multipliedBy(2);
    }

    /** The same for SIGKILL. */
    Duration killBelow() {
        return interrupt.multipliedBy(3);
    }
}
