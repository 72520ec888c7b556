/** {@code -prof viztracer}: VizTracer in each Python process of the engine, recording only while a profiled iteration runs. */
package io.dyno.profilers.viztracer;
