package io.dyno.engine.sim;

import io.dyno.engine.Timeline;
import java.util.PriorityQueue;

/** Virtual time: a queue of events. Events of the same time happen in the order in which they were put in. One thread only. */
final class VirtualTimeline implements Timeline {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;

    private record Event(long at, long order, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public void at(long atNanos, Runnable task) {
        events.add(new Event(Math.max(now, atNanos), count++, task));
    }

    /** Plays the next event; false when there is none. */
    boolean play() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        now = event.at;
        event.task.run();
        return true;
    }
}
