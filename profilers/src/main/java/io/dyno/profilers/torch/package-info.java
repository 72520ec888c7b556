/** {@code -prof torch}: vLLM's own PyTorch profiler, switched on for profiled iterations; a trace a rank and its top operators. */
package io.dyno.profilers.torch;
