/** The profiler SPI: what a profiler is told, what it may change, what it gives back. */
package io.dyno.profile;
