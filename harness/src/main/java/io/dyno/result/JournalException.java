package io.dyno.result;

import java.io.IOException;

/** A journal cannot be read. The message says where, why and what to do. */
public final class JournalException extends IOException {
    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }
}
