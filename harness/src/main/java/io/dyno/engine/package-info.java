/** Engines: what processes they are, how they start, live and end, and the one interface through which load reaches them. */
package io.dyno.engine;
