/**
 * The simulator: vLLM's scheduler over a roofline model of a GPU. Nothing that comes out of it is a measurement. A pure core driven by a clock
 * ({@link io.dyno.engine.sim.SimEngine}), and two shells over it: virtual time in-process ({@link io.dyno.engine.sim.VirtualDriver}) and a
 * process with vLLM's command line and endpoints ({@link io.dyno.engine.sim.SimMain}).
 */
package io.dyno.engine.sim;
