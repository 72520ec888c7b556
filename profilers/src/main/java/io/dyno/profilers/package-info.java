/** What several profilers share. Each profiler has a package of its own below. */
package io.dyno.profilers;
