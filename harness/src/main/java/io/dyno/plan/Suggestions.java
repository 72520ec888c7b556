package io.dyno.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the nearest of the names that would have been right. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * The candidate nearest to {@code name}, ignoring case, dashes and underscores, when it is near enough to be what was meant: at most a
     * third of the letters wrong.
     */
    public static Optional<String> closest(String name, Collection<String> candidates) {
        String wanted = fold(name);
        int limit = Math.max(1, wanted.length() / 3);
        return candidates.stream()
                .map(candidate -> new Scored(candidate, edits(wanted, fold(candidate))))
                .filter(scored -> scored.distance <= limit)
                .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
                .map(Scored::name);
    }

    /** {@code ; did you mean "x"?}, or nothing. */
    public static String didYouMean(String name, Collection<String> candidates) {
        return closest(name, candidates)
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("");
    }

    /** How many letters are wrong, ignoring case, dashes and underscores. */
    static int distance(String name, String candidate) {
        return edits(fold(name), fold(candidate));
    }

    private record Scored(String name, int distance) {}

    private static String fold(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
    private static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(d[i - 1][j - 1] + substitution, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                d[i][j] = swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
            }
        }
        return d[a.length()][b.length()];
    }
}
