/** {@code -prof nsys}: NVIDIA Nsight Systems around the engine, recording only while a profiled iteration runs. */
package io.dyno.profilers.nsys;
