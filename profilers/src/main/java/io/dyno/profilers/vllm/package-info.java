/** {@code -prof vllm}: what the engine says of itself at {@code /metrics}, at an interval and at the edges of each window. */
package io.dyno.profilers.vllm;
