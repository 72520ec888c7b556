package io.dyno.result;

import java.time.Instant;

/**
 * A line of the journal.
 *
 * @param time when it was written, to the millisecond
 * @param event what it says
 */
public record JournalEntry(Instant time, JournalEvent event) {}
