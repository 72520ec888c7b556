package io.dyno.load;

import java.io.IOException;

/** Tokens of a text itself, from an engine that counts those of chat requests: less what its chat template adds. */
final class PlainTokens implements ChatTokenizer {
    /** One token in every vocabulary in use. */
    private static final String ONE = "the";

    private final ChatTokenizer chat;
    private final int template;

    private PlainTokens(ChatTokenizer chat, int template) {
        this.chat = chat;
        this.template = template;
    }

    /**
     * Asks once for what the template adds.
     *
     * @throws IOException when the engine cannot say
     */
    static PlainTokens of(ChatTokenizer chat) throws IOException, InterruptedException {
        return new PlainTokens(chat, chat.count(ONE) - 1);
    }

    @Override
    public int count(String text) throws IOException, InterruptedException {
        return chat.count(text) - template;
    }
}
