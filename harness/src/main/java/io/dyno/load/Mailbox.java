package io.dyno.load;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the timeline has to tell the thread that called {@link LoadRun#run}, in order. Safe for use from several threads. */
final class Mailbox {
    private final Queue<Event> events = new ArrayDeque<>();
    private CompletableFuture<Void> arrival = new CompletableFuture<>();

    /** Something that happened in the load. */
    sealed interface Event {
        record Started(LiveWindow window) implements Event {}

        record Announced(WindowSequence.Next iteration, long at) implements Event {}

        record Ended(LiveWindow window) implements Event {}

        record Complete(LiveWindow window) implements Event {}

        record Finished(LoadResult result) implements Event {}

        record Crashed(Throwable cause) implements Event {}
    }

    synchronized void post(Event event) {
        events.add(event);
        arrival.complete(null);
    }

    /** The next event, or null. */
    synchronized Event poll() {
        return events.poll();
    }

    /** Completes when there is an event. */
    synchronized CompletionStage<Void> arrival() {
        if (events.isEmpty() && arrival.isDone()) {
            arrival = new CompletableFuture<>();
        }
        return arrival;
    }
}
