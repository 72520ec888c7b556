/** Servers that somebody else started: attached to, asked, loaded, and left as they were. */
package io.dyno.engine.remote;
