package io.dyno.engine;

import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Says why an engine ended. Its exit and what the kernel did come first, its log's words second; lines that may hold prompts or answers are
 * never looked at, so that a benchmark about memory errors has none.
 */
public final class FailureClassifier {
    /** What argparse, and so vLLM and the simulator, exit with when a flag is wrong. */
    private static final int USAGE_EXIT = 2;

    private static final int SIGKILL = 9;
    private static final LogPatterns PATTERNS = LogPatterns.load("failure-patterns.tsv");

    private FailureClassifier() {}

    /**
     * A class and the line that decided it.
     *
     * @param type the class
     * @param line the deciding line, or null when the exit alone decided
     * @param lineNumber its number, from 1 for the first line given, or 0
     */
    public record Verdict(FailureClass type, String line, int lineNumber) {}

    /** The version of the patterns, for provenance. */
    public static int patternsVersion() {
        return PATTERNS.version();
    }

    /**
     * Classifies an end that nobody asked for.
     *
     * @param exit how the process ended
     * @param oomKilled whether the kernel's out-of-memory killer was at work while the engine lived
     * @param log the engine's log, line by line
     */
    public static Verdict classify(ProcessExit exit, boolean oomKilled, Stream<String> log) {
        if (oomKilled && Integer.valueOf(SIGKILL).equals(exit.signal())) {
            return new Verdict(FailureClass.OOM_HOST, null, 0);
        }
        Verdict fromLog = search(log);
        if (Integer.valueOf(USAGE_EXIT).equals(exit.code())) {
            boolean explained = fromLog.type() == FailureClass.CONFIG_ERROR;
            return explained ? fromLog : new Verdict(FailureClass.CONFIG_ERROR, null, 0);
        }
        return fromLog;
    }

    /** The first rule that matches any line; {@code server_crash} without a line when none does. */
    private static Verdict search(Stream<String> log) {
        List<Pattern> ignored = new ArrayList<>();
        List<LogPatterns.Rule> rules = new ArrayList<>();
        for (LogPatterns.Rule rule : PATTERNS.rules()) {
            if (rule.name().equals("ignore")) {
                ignored.add(rule.pattern());
            } else {
                rules.add(rule);
            }
        }
        Verdict best = new Verdict(FailureClass.SERVER_CRASH, null, 0);
        int candidates = rules.size(); // only rules before the best one so far can still win
        int number = 0;
        for (Iterator<String> lines = log.iterator(); lines.hasNext() && candidates > 0; ) {
            String line = lines.next();
            number++;
            int rule = firstMatch(rules.subList(0, candidates), line);
            if (rule >= 0 && ignored.stream().noneMatch(p -> p.matcher(line).find())) {
                best = new Verdict(FailureClass.ofId(rules.get(rule).name()), line.strip(), number);
                candidates = rule;
            }
        }
        return best;
    }

    private static int firstMatch(List<LogPatterns.Rule> rules, String line) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).pattern().matcher(line).find()) {
                return i;
            }
        }
        return -1;
    }

    /** What a user can do about a class of failure at an engine's start or end; empty when that depends on the case. */
    public static String remedy(FailureClass type) {
        return switch (type) {
            case OOM_GPU -> "lower maxModelLen or maxNumSeqs, raise tp, or end what else holds memory on the GPU";
            case OOM_HOST ->
                "the machine has too little memory for this model: end other programs, or use a smaller one";
            case PORT_CONFLICT -> "end the program that took the port, or start again: another port will be chosen";
            case CONFIG_ERROR -> "correct the setting that the log complains of";
            case STARTUP_TIMEOUT -> "raise -ready-timeout if the log shows progress";
            default -> "";
        };
    }
}
