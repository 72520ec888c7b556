package io.dyno.run;

import io.dyno.engine.Redaction;
import io.dyno.profile.Profiler.EngineContext;
import io.dyno.profile.Profiler.Intrusion;
import io.dyno.profile.Profilers;
import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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
            Map<String, Object> entry = identity(named);
            entry.put("engines", added);
            entries.put(named.name(), entry);
            engines.put(named.name(), added);
        }
    }

    /** Which profiler it is, as files and dry runs have it. */
    static Map<String, Object> identity(Profilers.Named named) {
        Intrusion intrusion = named.intrusion();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", named.name());
        entry.put("options", named.options().asMap());
        entry.put("intrusion", intrusion.name().toLowerCase(Locale.ROOT));
        entry.put("iterations", intrusion == Intrusion.NONE ? null : named.iterations());
        return entry;
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
     */
    void add(EngineContext engine, Dressing.Addition addition) {
        if (addition.isNothing()) {
            return;
        }
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("configuration", engine.configuration().id());
        added.put("fork", engine.fork());
        added.putAll(addition(addition));
        List<Map<String, Object>> known = engines.get(addition.profiler().name());
        boolean told = known.stream()
                .anyMatch(before -> before.get("configuration").equals(added.get("configuration"))
                        && before.get("fork").equals(added.get("fork")));
        if (told) {
            return;
        }
        known.add(added);
        try {
            directory.writeProvenance(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a profiler does to an engine's command, as files and dry runs have it. */
    static Map<String, Object> addition(Dressing.Addition addition) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("arguments", Redaction.argv(addition.arguments()));
        map.put("environment", Redaction.environment(addition.environment()));
        map.put("wrapper", Redaction.argv(addition.wrapper()));
        return map;
    }
}
