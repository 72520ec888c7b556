/** The driver for OpenAI-compatible servers: HTTP/1.1 and server-sent events in, request records out. */
package io.dyno.load.http;
