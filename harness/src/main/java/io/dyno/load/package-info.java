/**
 * Load: when requests are due, what they say, and the one loop that sends them and cuts their records into windows. It reaches engines through
 * {@link io.dyno.engine.Driver} alone, in real or in virtual time; {@code io.dyno.load.http} is the driver for servers.
 */
package io.dyno.load;
