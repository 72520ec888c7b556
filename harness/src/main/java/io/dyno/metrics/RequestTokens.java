package io.dyno.metrics;

/**
 * How many tokens each chunk of an answer brought, as far as that can be known. Four cases: <em>exact</em>, the server said so for each
 * chunk, or there are as many chunks as tokens; <em>ends</em>, the first chunk is the first token and the second stands for all that followed;
 * <em>spread</em>, only the total is known and is spread evenly over the chunks; <em>unknown</em>, not even the total.
 */
final class RequestTokens {
    private enum Knowledge {
        EXACT,
        ENDS,
        SPREAD,
        UNKNOWN
    }

    private final Chunks chunks;
    private final Knowledge knowledge;
    /** Tokens of every chunk, unless the chunks know theirs. */
    private final double each;

    private RequestTokens(Chunks chunks, Knowledge knowledge, double each) {
        this.chunks = chunks;
        this.knowledge = knowledge;
        this.each = each;
    }

    static RequestTokens of(RequestRecord r) {
        Chunks chunks = r.chunks();
        boolean perChunk = r.tokenSource() != TokenSource.FINAL_USAGE && r.tokenSource() != TokenSource.NONE;
        if (perChunk && everyChunkCounted(chunks)) {
            boolean ends = r.tokenSource() == TokenSource.ENGINE_STATS && chunks.size() > 1;
            return new RequestTokens(chunks, ends ? Knowledge.ENDS : Knowledge.EXACT, Double.NaN);
        }
        Integer total = r.tokensOut();
        if (total == null || total < chunks.size()) {
            return new RequestTokens(chunks, Knowledge.UNKNOWN, Double.NaN);
        }
        // A chunk brings at least one token, so as many tokens as chunks leave no choice.
        Knowledge knowledge = total == chunks.size() ? Knowledge.EXACT : Knowledge.SPREAD;
        return new RequestTokens(chunks, knowledge, (double) total / Math.max(1, chunks.size()));
    }

    private static boolean everyChunkCounted(Chunks chunks) {
        for (int i = 0; i < chunks.size(); i++) {
            if (chunks.tokens(i) < 1) {
                return false;
            }
        }
        return true;
    }

    boolean known() {
        return knowledge != Knowledge.UNKNOWN;
    }

    boolean exact() {
        return knowledge == Knowledge.EXACT;
    }

    /** Whether tokens are spread evenly for want of better knowledge. */
    boolean spread() {
        return knowledge == Knowledge.SPREAD;
    }

    /** Whether there is nothing between its chunks: not where two of them stand for all. */
    boolean gapsKnown() {
        return knowledge != Knowledge.ENDS;
    }

    /** Tokens of chunk {@code i}; whole when {@link #exact}. Only when {@link #known}. */
    double in(int i) {
        return Double.isNaN(each) ? chunks.tokens(i) : each;
    }

    /** Tokens after the first chunk: N − n1. Only when {@link #known}. */
    double afterFirst() {
        return Double.isNaN(each) ? chunks.totalTokens() - chunks.tokens(0) : each * (chunks.size() - 1);
    }
}
