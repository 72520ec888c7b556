/**
 * From what was written to what will be done: settings, descriptors, topology, validation, points. Pure: no clock, thread or I/O; called by
 * the processor and the command line alike, so that each rule stands once.
 */
package io.dyno.plan;
