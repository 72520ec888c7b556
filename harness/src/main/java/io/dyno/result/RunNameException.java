package io.dyno.result;

import java.io.IOException;

/** A run's name cannot be used: a mistake of the user's. The message says why and what to do. */
public final class RunNameException extends IOException {
    private static final long serialVersionUID = 1L;

    RunNameException(String message) {
        super(message);
    }
}
