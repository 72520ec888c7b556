package io.dyno.engine.sim;

import java.util.Arrays;

/** A request inside the engine. Times are ns on the engine's clock; −1 when it has not happened. Changed by the scheduler only. */
final class Sequence {
    final SimRequest request;
    final TokenSink sink;
    final long arrival;
    final int promptLength;
    final int maxTokens;

    /** Output tokens after which it ends by itself; more than {@link #maxTokens} when it does not. */
    final int answerLength;

    int[] tokens;
    int numTokens;
    int numComputed;

    /** Prompt tokens found in the prefix cache when it was first scheduled; −1 before that. */
    int cachedTokens = -1;

    int[] blocks = new int[8];
    int numBlocks;
    int numHashedBlocks;
    long lastBlockHash;

    int replica;
    int preemptions;
    long firstScheduled = -1;
    long firstToken = -1;
    long lastToken = -1;

    /** In a step that has not ended yet. */
    boolean inFlight;

    boolean finished;

    Sequence(SimRequest request, TokenSink sink, long arrival) {
        this.request = request;
        this.sink = sink;
        this.arrival = arrival;
        this.tokens = request.promptTokens();
        this.promptLength = tokens.length;
        this.numTokens = promptLength;
        this.maxTokens = request.maxTokens();
        this.answerLength = request.ignoreEos()
                ? Integer.MAX_VALUE
                : ToyModel.answerLength(request.contentSeed(), request.minTokens());
        this.lastBlockHash = request.cacheSalt();
    }

    int outputTokens() {
        return numTokens - promptLength;
    }

    void append(int token) {
        if (numTokens == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(numTokens + 16, Math.min(2 * numTokens, promptLength + maxTokens)));
        }
        tokens[numTokens++] = token;
    }

    void addBlock(int block) {
        if (numBlocks == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * numBlocks);
        }
        blocks[numBlocks++] = block;
    }
}
