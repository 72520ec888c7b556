/**
 * Samples in reading order. Each shows one idea, says what to run and what to expect. All run without a GPU, on the simulator; the numbers
 * are then modelled, not measured, and say so.
 */
package io.dyno.samples;
