package io.dyno.load;

import io.dyno.metrics.FailureClass;
import io.dyno.metrics.WindowRecords;
import java.util.List;

/**
 * How a load ended. Complete windows were delivered before.
 *
 * @param failure null when it went to its end; {@code config_error} when the prompts ran out, else what {@link LoadRun#cancel} was given
 * @param message why, or null
 * @param voidWindows measurement windows that the listener did not accept
 * @param unfinished the windows that the end cut short, in order, with what they had; never to be scored
 */
public record LoadResult(FailureClass failure, String message, int voidWindows, List<WindowRecords> unfinished) {
    public LoadResult {
        unfinished = List.copyOf(unfinished);
    }

    /** Whether the load went to its end. */
    public boolean completed() {
        return failure == null;
    }
}
