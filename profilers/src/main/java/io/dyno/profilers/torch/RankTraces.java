package io.dyno.profilers.torch;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which ranks left a trace. vLLM answers that all went well even when a rank's profiler did not start or stop. Pure. */
final class RankTraces {
    private static final Pattern RANK = Pattern.compile("(?:^|-)rank(\\d+)$");

    private RankTraces() {}

    /**
     * What is missing.
     *
     * @param ranks how many ranks the engine has: tp·pp·dp
     * @param names of the traces, as {@link TraceName} has them, those of the server's own process among them
     * @return one line that names the ranks; empty when all are there
     */
    static Optional<String> missing(int ranks, List<String> names) {
        List<String> found =
                names.stream().filter(name -> !TraceName.isFrontend(name)).toList();
        if (found.size() >= ranks) {
            return Optional.empty();
        }
        TreeSet<Integer> numbers = new TreeSet<>();
        for (int rank = 0; rank < ranks; rank++) {
            numbers.add(rank);
        }
        for (String name : found) {
            Matcher rank = RANK.matcher(name);
            if (rank.find()) {
                numbers.remove(Integer.valueOf(rank.group(1)));
            }
        }
        // Replicas that number their ranks from 0 each, and traces that tell a process id alone, leave open which it
        // is.
        boolean known = numbers.size() == ranks - found.size();
        return Optional.of("vLLM left traces of " + found.size() + " of " + ranks + " ranks"
                + (known
                        ? "; missing: "
                                + String.join(
                                        ", ",
                                        numbers.stream().map(n -> "rank" + n).toList())
                        : ""));
    }
}
