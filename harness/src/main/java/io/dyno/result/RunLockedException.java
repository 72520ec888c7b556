package io.dyno.result;

import java.io.IOException;

/** Another process is at work in the run's folder. The message says which. */
public final class RunLockedException extends IOException {
    private static final long serialVersionUID = 1L;

    RunLockedException(String message) {
        super(message);
    }
}
