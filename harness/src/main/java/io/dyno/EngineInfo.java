package io.dyno;

/**
 * The engine under test, for {@code @Setup} and {@code @TearDown} methods that take it as their parameter.
 *
 * @param url base address such as {@code http://127.0.0.1:41234}, or null where the engine is no server
 * @param model the served model's name
 * @param version vLLM's version, or null when unknown
 * @param simulated whether this is the simulator
 */
public record EngineInfo(String url, String model, String version, boolean simulated) {}
