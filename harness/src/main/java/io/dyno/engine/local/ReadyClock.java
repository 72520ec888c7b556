package io.dyno.engine.local;

import java.time.Duration;

/** The time that a start takes, downloads not counted. Told the time, so that it can be tested without any. */
final class ReadyClock {
    private final Duration timeout;
    private final Downloads downloads;
    private final long begin;
    private long last;
    private long downloadNanos;
    private boolean downloading;

    /**
     * @param begin ns on the clock of {@link #tick}
     */
    ReadyClock(Duration timeout, Downloads downloads, long begin) {
        this.timeout = timeout;
        this.downloads = downloads;
        this.begin = begin;
        this.last = begin;
    }

    /**
     * Time goes on.
     *
     * @param now ns
     * @param progressInLog whether the log has shown a download's progress since the tick before
     * @return whether a download has just begun
     */
    boolean tick(long now, boolean progressInLog) {
        boolean before = downloading;
        downloading = downloads.running(now, progressInLog);
        if (downloading) {
            downloadNanos += now - last;
        }
        last = now;
        return downloading && !before;
    }

    /** Whether the start has taken too long. */
    boolean over() {
        return last - begin - downloadNanos > timeout.toNanos();
    }
}
