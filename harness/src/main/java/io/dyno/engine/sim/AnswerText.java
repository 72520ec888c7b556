package io.dyno.engine.sim;

import java.util.List;

/** The text of an answer as it grows: finds stop texts, and holds back what may yet turn out to be the beginning of one. */
final class AnswerText {
    private final List<String> stops;
    private final boolean tellStop;
    private final int minTokens;
    private final int holdBack;
    private final StringBuilder text = new StringBuilder();
    private int told;
    private int tokens;
    private String stoppedBy;

    /**
     * @param tellStop whether the stop text that ends it is a part of it
     */
    AnswerText(List<String> stops, boolean tellStop, int minTokens) {
        this.stops = stops;
        this.tellStop = tellStop;
        this.minTokens = minTokens;
        this.holdBack = stops.stream().mapToInt(String::length).max().orElse(1) - 1;
    }

    /** Adds a token's text and returns what can be told now: maybe nothing, maybe more than this token's. */
    String add(String piece, boolean last) {
        int before = text.length();
        text.append(piece);
        tokens++;
        if (tokens > minTokens) {
            findStop(before);
        }
        int sure = last || stoppedBy != null ? text.length() : text.length() - holdBack;
        if (sure <= told) {
            return "";
        }
        String news = text.substring(told, sure);
        told = sure;
        return news;
    }

    private void findStop(int before) {
        int earliest = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = text.indexOf(stop, Math.max(told, before - stop.length() + 1));
            if (at >= 0 && at < earliest) {
                earliest = at;
                stoppedBy = stop;
            }
        }
        if (stoppedBy != null) {
            text.setLength(earliest + (tellStop ? stoppedBy.length() : 0));
        }
    }

    /** The stop text that was found, or null. */
    String stoppedBy() {
        return stoppedBy;
    }

    /** All of the answer so far. */
    String whole() {
        return text.toString();
    }
}
