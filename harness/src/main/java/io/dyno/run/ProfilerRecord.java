package io.dyno.run;

import io.dyno.engine.ProcessSpec;
import io.dyno.engine.Redaction;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.Profilers;
import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What profilers are and add to engines, kept in run.json as it comes: it is in no setting and no hash, so that this is the only place that
 * tells.
 */
final class ProfilerRecord {
    private final Map<String, Map<String, Object>> entries = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> engines = new LinkedHashMap<>();
    private RunDirectory directory;
    private Map<String, Object> run;

    ProfilerRecord(List<Profilers.Named> profilers) {
        for (Profilers.Named named : profilers) {
            List<Map<String, Object>> added = new ArrayList<>();
            Intrusion intrusion = named.profiler().intrusion();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", named.name());
            entry.put("options", named.options().asMap());
            entry.put("intrusion", intrusion.name().toLowerCase(Locale.ROOT));
            entry.put(
                    "iterations",
                    intrusion == Intrusion.NONE ? null : named.profiler().iterations());
            entry.put("engines", added);
            entries.put(named.name(), entry);
            engines.put(named.name(), added);
        }
    }

    /** The profilers as run.json has them; they grow with each {@link #add}. */
    List<Map<String, Object>> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * Writes run.json, now and whenever something is added.
     *
     * @param provenance the whole of it, these entries somewhere inside
     */
    void begin(RunDirectory folder, Map<String, Object> provenance) throws IOException {
        directory = folder;
        run = provenance;
        directory.writeProvenance(run);
    }

    /**
     * Adds what a profiler does to an engine that is about to be started; nothing where it does nothing, or has been told of this fork.
     *
     * @param plain the process with the profiler's arguments and environment
     * @param wrapped the same with what the profiler puts around it
     */
    void add(
            String profiler,
            EngineContext engine,
            List<String> arguments,
            Map<String, String> environment,
            ProcessSpec plain,
            ProcessSpec wrapped) {
        if (arguments.isEmpty() && environment.isEmpty() && plain.equals(wrapped)) {
            return;
        }
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("configuration", engine.configuration().id());
        added.put("fork", engine.fork());
        added.put("arguments", Redaction.argv(arguments));
        added.put("environment", Redaction.environment(environment));
        added.put("wrapper", Redaction.argv(wrapper(plain.argv(), wrapped.argv())));
        boolean told = engines.get(profiler).stream()
                .anyMatch(before -> before.get("configuration").equals(added.get("configuration"))
                        && before.get("fork").equals(added.get("fork")));
        if (told) {
            return;
        }
        engines.get(profiler).add(added);
        try {
            directory.writeProvenance(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands before the command; all of it where the command is not as it was. */
    private static List<String> wrapper(List<String> plain, List<String> wrapped) {
        int before = wrapped.size() - plain.size();
        boolean prefix = before >= 0 && wrapped.subList(before, wrapped.size()).equals(plain);
        return prefix ? Collections.unmodifiableList(wrapped.subList(0, before)) : wrapped;
    }
}
