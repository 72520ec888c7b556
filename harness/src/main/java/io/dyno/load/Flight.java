package io.dyno.load;

import io.dyno.metrics.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/** One request between its due time and its end. Lives on the timeline. */
final class Flight {
    final DrawnPrompt prompt;
    final long due;

    /** The windows that wait for its end: the one it was due in, then those into which it is carried. */
    final List<LiveWindow> windows = new ArrayList<>(2);

    /** When nothing but the client stood between it and the wire: its due time, or later when it had to wait for a slot. */
    long released;

    /** Set when it has ended. */
    RequestRecord record;

    Flight(DrawnPrompt prompt, long due) {
        this.prompt = prompt;
        this.due = due;
        this.released = due;
    }

    /** How late the client itself was, ns, or null when it was never sent. */
    Long lag() {
        return record.sent() == null ? null : record.sent() - released;
    }
}
