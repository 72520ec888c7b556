package io.dyno.engine;

import java.util.List;

/**
 * What the user asked of the engine.
 *
 * @param engine {@code auto}, {@code vllm}, {@code sim} or {@code remote}; null is auto
 * @param vllm path or name of the vllm executable ({@code -vllm}), or null
 * @param urls where foreign servers answer ({@code -url}), as written; empty when none are named
 * @param sim the simulated machine ({@code -sim}), or null for the simulator's defaults
 * @param started false for a dry run: nothing will be started, so that vLLM need not be installed
 */
public record EngineWish(String engine, String vllm, List<String> urls, String sim, boolean started) {
    public EngineWish {
        urls = List.copyOf(urls);
    }

    /** Nothing asked for: {@code auto}. */
    public static EngineWish auto() {
        return new EngineWish(null, null, List.of(), null, true);
    }
}
