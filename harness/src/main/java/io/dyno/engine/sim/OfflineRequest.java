package io.dyno.engine.sim;

/**
 * A request of a batch.
 *
 * @param ids the prompt's token ids, or null when it is a text
 * @param text the prompt as text, or null when it is token ids
 * @param chat whether the text is what a user says, to which the chat template is applied
 * @param maxTokens output tokens at most
 * @param ignoreEos whether the answer goes on until {@code maxTokens}
 */
@SuppressWarnings("ArrayRecordComponent") // a prompt of 100,000 ids must not cost 100,000 boxes
record OfflineRequest(int[] ids, String text, boolean chat, int maxTokens, boolean ignoreEos) {}
