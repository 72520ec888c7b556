package io.dyno.load;

import java.io.IOException;

/** Counts tokens as the server under test does. */
public interface ChatTokenizer {
    /**
     * Tokens of a chat request of one user message, chat template included.
     *
     * @throws IOException when the server cannot say
     */
    int count(String text) throws IOException, InterruptedException;
}
