package io.dyno.engine.local;

import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.LogPatterns;
import io.dyno.plan.InForce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;

/**
 * What an engine's log has told so far: phases, values in force, whether a download is under way. Pure: lines in, facts out. Where many
 * workers say the same, the first one counts.
 */
final class StartupLog {
    private static final LogPatterns PATTERNS = LogPatterns.load("startup-patterns.tsv");
    private static final String PHASE = "phase:";
    private static final String IN_FORCE = "in-force:";
    private static final String DOWNLOADING = "downloading";

    private final List<StartupPhase> phases = new ArrayList<>();
    private final Map<String, String> inForce = new TreeMap<>();
    private boolean downloading;

    /** Reads the next line; the phase that it ended, if it is the first to say so. */
    Optional<StartupPhase> read(String line) {
        Optional<StartupPhase> ended = Optional.empty();
        boolean progress = false;
        for (LogPatterns.Rule rule : PATTERNS.rules()) {
            Matcher m = rule.pattern().matcher(line);
            if (!m.find()) {
                continue;
            }
            if (rule.name().startsWith(PHASE)) {
                ended = phase(rule.name().substring(PHASE.length()), m);
            } else if (rule.name().startsWith(IN_FORCE)) {
                inForce.putIfAbsent(InForce.nameOf(rule.name().substring(IN_FORCE.length())), value(m.group("value")));
            } else {
                progress |= rule.name().equals(DOWNLOADING);
            }
        }
        downloading = progress;
        return ended;
    }

    private Optional<StartupPhase> phase(String name, Matcher m) {
        if (phases.stream().anyMatch(phase -> phase.name().equals(name))) {
            return Optional.empty();
        }
        String seconds = group(m, "seconds");
        StartupPhase phase =
                new StartupPhase(name, group(m, "detail"), seconds == null ? null : Double.valueOf(seconds));
        phases.add(phase);
        return Optional.of(phase);
    }

    private static String group(Matcher m, String name) {
        return m.pattern().pattern().contains("(?<" + name + ">") ? m.group(name) : null;
    }

    /** Python's words as ours, and numbers without their separators. */
    private static String value(String text) {
        return InForce.plain(text.replace(",", ""));
    }

    /** The phases that have ended, in the order seen. */
    List<StartupPhase> phases() {
        return List.copyOf(phases);
    }

    /** What the engine says it uses, by {@link InForce}'s names. */
    Map<String, String> inForce() {
        return Map.copyOf(inForce);
    }

    /** Whether the last line was a download's progress. */
    boolean downloading() {
        return downloading;
    }
}
