/** From forks and iterations to estimates. Pure: no clock, thread or I/O. */
package io.dyno.stats;
