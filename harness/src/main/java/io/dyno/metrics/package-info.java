/** Request records in, metrics out. Pure: no clock, thread or I/O. Formulas: docs/metrics.md. */
package io.dyno.metrics;
