package io.dyno.engine;

import java.net.URI;

/**
 * What the user asked of the engine.
 *
 * @param engine {@code auto}, {@code vllm}, {@code sim} or {@code remote}; null is auto
 * @param vllm path or name of the vllm executable ({@code -vllm}), or null
 * @param url where a foreign server answers ({@code -url}), or null
 * @param sim the simulated machine ({@code -sim}), or null for the simulator's defaults
 * @param started false for a dry run: nothing will be started, so that vLLM need not be installed
 */
public record EngineWish(String engine, String vllm, URI url, String sim, boolean started) {
    /** Nothing asked for: {@code auto}. */
    public static EngineWish auto() {
        return new EngineWish(null, null, null, null, true);
    }
}
