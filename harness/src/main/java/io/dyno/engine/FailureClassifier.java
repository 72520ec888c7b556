package io.dyno.engine;

import io.dyno.engine.keeper.ProcessExit;
import io.dyno.metrics.FailureClass;
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
    private static final String IGNORE = "ignore";

    /** Behind a class's name: the lines below the matching one say the rest. */
    private static final String GOES_ON = "+";

    private static final List<Pattern> IGNORED = PATTERNS.rules().stream()
            .filter(rule -> rule.name().equals(IGNORE))
            .map(LogPatterns.Rule::pattern)
            .toList();
    private static final List<LogPatterns.Rule> RULES = PATTERNS.rules().stream()
            .filter(rule -> !rule.name().equals(IGNORE))
            .toList();

    private FailureClassifier() {}

    /**
     * A class and the line that decided it.
     *
     * @param type the class
     * @param line what the deciding line says, without process, time and place in front of it and with the lines that it goes on in; null
     *     when the exit alone decided
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
        FailureClass type = FailureClass.SERVER_CRASH;
        DecidingLine deciding = null;
        int decidingNumber = 0;
        int candidates = RULES.size(); // only rules before the best one so far can still win
        int number = 0;
        for (Iterator<String> lines = log.iterator(); lines.hasNext(); ) {
            String line = DecidingLine.bare(lines.next());
            number++;
            int rule = firstMatch(RULES.subList(0, candidates), line);
            if (rule < 0 || IGNORED.stream().anyMatch(p -> p.matcher(line).find())) {
                if (deciding != null) {
                    deciding.next(line);
                }
                continue;
            }
            String name = RULES.get(rule).name();
            boolean goesOn = name.endsWith(GOES_ON);
            type = FailureClass.ofId(goesOn ? name.substring(0, name.length() - GOES_ON.length()) : name);
            deciding = DecidingLine.of(line, goesOn);
            decidingNumber = number;
            candidates = rule;
        }
        return new Verdict(type, deciding == null ? null : deciding.text(), decidingNumber);
    }

    private static int firstMatch(List<LogPatterns.Rule> rules, String line) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).pattern().matcher(line).find()) {
                return i;
            }
        }
        return -1;
    }

    /** What a user can do now about a class of failure at an engine's start or end. */
    public static String remedy(FailureClass type) {
        return switch (type) {
            case OOM_GPU ->
                "lower maxModelLen or maxNumSeqs, raise gpuMemoryUtilization or tp, or end what else holds memory on the GPU";
            case OOM_HOST -> "end other programs on this machine, or use a smaller model";
            case PORT_CONFLICT ->
                "start again, another port will be chosen; something here takes ports as soon as they are free";
            case CONFIG_ERROR -> "correct the setting that the engine complains of";
            case STARTUP_TIMEOUT ->
                "raise -ready-timeout if the log shows progress; else its last line says where it hangs";
            case SERVER_HANG ->
                "read the log's last lines; on GPUs, a hang is often a collective that waits for a worker";
            case SERVER_CRASH ->
                "read the log from there on; where it says nothing, the process was killed from outside";
            case HTTP_ERRORS, CLIENT_ERROR, TIMEOUT, INTERRUPTED -> "read the log";
        };
    }
}
