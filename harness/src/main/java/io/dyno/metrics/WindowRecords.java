package io.dyno.metrics;

import java.util.List;

/**
 * All raw data of one window, complete: every request that was due in it, or before it, has ended.
 *
 * @param window the window
 * @param due requests due in it, by due time
 * @param carried requests due before it in the same load that were still open when it began: their tokens and their end may fall into it
 * @param health the client's own state
 */
public record WindowRecords(Window window, List<RequestRecord> due, List<RequestRecord> carried, Health health) {
    public WindowRecords {
        due = List.copyOf(due);
        carried = List.copyOf(carried);
    }
}
