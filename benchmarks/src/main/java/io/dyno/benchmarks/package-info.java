/** The suite. */
package io.dyno.benchmarks;
