package io.dyno.metrics;

/**
 * How well the client itself did during a window. A window over the budget is void: what it measured was the client.
 *
 * @param sendLagP99Millis 99th percentile of actual send − the moment from which only the client delayed it, ms: the due time, or when a
 *     slot fell free for it, since waiting for a slot is part of the load; null when nothing was sent
 * @param sendLagMaxMillis largest of them, ms; null when nothing was sent
 * @param gcPauseMillis garbage-collection pauses of this JVM in the window, ms in all
 * @param loopStallMaxMillis longest time in which the client's event loop did not turn, ms; 0 in virtual time
 * @param loopLateMillis how long in all the event loop was due to turn and did not, ms: an answer that arrived in that time was stamped
 *     late; 0 in virtual time
 */
public record Health(
        Double sendLagP99Millis,
        Double sendLagMaxMillis,
        double gcPauseMillis,
        double loopStallMaxMillis,
        double loopLateMillis) {}
