package io.dyno.metrics;

import java.util.ArrayList;
import java.util.List;

/** Request records in a test's own words: times in ms from the load's start. */
public final class Records {
    private final long due;
    private Long sent;
    private final List<long[]> chunks = new ArrayList<>();
    private Long end;
    private Integer tokensIn = 10;
    private Integer tokensOut;
    private TokenSource source = TokenSource.CONTINUOUS_USAGE;
    private RequestRecord.Outcome outcome = RequestRecord.Outcome.OK;
    private String slice = "0";
    private int index;

    private Records(double dueMillis) {
        due = ns(dueMillis);
        sent = due;
    }

    /** A request that is due, and sent at once. */
    public static Records due(double millis) {
        return new Records(millis);
    }

    /** Sent, as a time from the load's start. */
    public Records sent(double millis) {
        sent = ns(millis);
        return this;
    }

    /** Never sent. */
    public Records unsent() {
        sent = null;
        return this;
    }

    /** A chunk that arrives at a time from the load's start and brings so many tokens. */
    public Records chunk(double millis, int tokens) {
        chunks.add(new long[] {ns(millis), tokens});
        return this;
    }

    /** One-token chunks: the first at a time from the load's start, then so many gaps. */
    public Records tokens(double firstMillis, int gaps, double gapMillis) {
        for (int i = 0; i <= gaps; i++) {
            chunk(firstMillis + i * gapMillis, 1);
        }
        return this;
    }

    /** When the answer was complete; otherwise with the last chunk. */
    public Records end(double millis) {
        end = ns(millis);
        return this;
    }

    public Records in(Integer tokens) {
        tokensIn = tokens;
        return this;
    }

    /** What the server says it generated; otherwise the sum of the chunks. */
    public Records out(Integer tokens, TokenSource from) {
        tokensOut = tokens;
        source = from;
        return this;
    }

    public Records prompt(String ofSlice, int at) {
        slice = ofSlice;
        index = at;
        return this;
    }

    /** A request that failed at a time from the load's start. */
    public RequestRecord failed(FailureClass type, double millis) {
        end = ns(millis);
        outcome = RequestRecord.Outcome.failed(type, 500, "it broke");
        return ok();
    }

    /** A request that ended well. */
    public RequestRecord ok() {
        long[] at = chunks.stream().mapToLong(c -> c[0]).toArray();
        int[] tokens = chunks.stream().mapToInt(c -> (int) c[1]).toArray();
        Chunks all = at.length == 0 ? Chunks.NONE : new Chunks(at, tokens, new byte[at.length]);
        Long ended = end != null ? end : Long.valueOf(at.length == 0 ? due : at[at.length - 1]);
        Integer out = tokensOut != null || source == TokenSource.NONE ? tokensOut : (Integer) (int) all.totalTokens();
        Long first = at.length == 0 ? null : (Long) at[0];
        return new RequestRecord(
                slice,
                index,
                "00112233aabbccdd",
                due,
                null,
                sent,
                null,
                first,
                all,
                ended,
                outcome,
                tokensIn,
                null,
                out,
                source,
                outcome.ok() ? "length" : null,
                null);
    }

    /** Ms to ns. */
    public static long ns(double millis) {
        return Math.round(millis * 1e6);
    }
}
