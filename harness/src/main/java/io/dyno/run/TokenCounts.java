package io.dyno.run;

import io.dyno.Endpoint;
import io.dyno.load.http.HttpTarget;
import io.dyno.load.http.ProbeException;
import io.dyno.load.http.TokenProbe;
import io.dyno.load.http.TokenProbe.Counting;
import io.dyno.metrics.TokenSource;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Point;
import io.dyno.plan.Workload;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How an engine tells how many tokens there were, asked once before its first load.
 *
 * @param byEndpoint what it was seen to do; an endpoint that did not answer is not in it
 */
record TokenCounts(Map<Endpoint, Counting> byEndpoint) {
    /** A foreign server may be busy with others, and then a request waits; the first request of an engine of ours may compile a kernel. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Requests that differ in form; values of parameters make no difference. */
    private record Form(Endpoint endpoint, String dataset, boolean ignoreEos, Set<String> sampling) {}

    /**
     * Asks a foreign server with requests such as a configuration's points will send.
     *
     * @throws ProbeException when it does not answer, or refuses them
     */
    static TokenCounts ask(HttpTarget target, EngineConfiguration configuration)
            throws ProbeException, InterruptedException {
        Map<Endpoint, Counting> found = new EnumMap<>(Endpoint.class);
        for (Workload workload : forms(configuration)) {
            found.merge(workload.endpoint(), TokenProbe.ask(target, workload, PATIENCE), Counting::weaker);
        }
        return new TokenCounts(found);
    }

    /** Asks an engine of ours. One that does not answer well shows that in its load, with its own words. */
    static TokenCounts askOurs(HttpTarget target, EngineConfiguration configuration) throws InterruptedException {
        Map<Endpoint, Counting> found = new EnumMap<>(Endpoint.class);
        for (Workload workload : forms(configuration)) {
            try {
                if (!found.containsKey(workload.endpoint())) {
                    found.put(workload.endpoint(), TokenProbe.ask(target, workload, PATIENCE));
                }
            } catch (ProbeException e) {
                break;
            }
        }
        return new TokenCounts(found);
    }

    /** An offline engine counts in its own statistics, whatever the prompts' form. */
    static TokenCounts ofStatistics() {
        Counting statistics = new Counting(TokenSource.ENGINE_STATS, TokenSource.ENGINE_STATS);
        return new TokenCounts(Map.of(Endpoint.COMPLETIONS, statistics, Endpoint.CHAT, statistics));
    }

    private static Iterable<Workload> forms(EngineConfiguration configuration) {
        Map<Form, Workload> forms = new LinkedHashMap<>();
        for (Point point : configuration.points()) {
            Workload w = point.workload();
            forms.putIfAbsent(
                    new Form(
                            w.endpoint(),
                            w.dataset(),
                            w.ignoreEos(),
                            new LinkedHashSet<>(w.sampling().keySet())),
                    w);
        }
        return forms.values();
    }

    /** What to ask for in a load on this endpoint. */
    TokenSource asked(Endpoint endpoint) {
        return byEndpoint.getOrDefault(endpoint, Counting.BEST).asked();
    }

    /** What the engine tells, by endpoint, as files have it. */
    Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        byEndpoint.forEach((endpoint, counting) -> sources.put(
                endpoint.name().toLowerCase(Locale.ROOT), counting.given().id()));
        return sources;
    }

    /** One line for a human; empty when the engine did not answer. */
    String text() {
        Set<String> lines = new LinkedHashSet<>();
        byEndpoint.values().forEach(counting -> lines.add(text(counting.given())));
        return String.join("; ", lines);
    }

    private static String text(TokenSource source) {
        return switch (source) {
            case CONTINUOUS_USAGE -> "counted by usage on every chunk";
            case TOKEN_IDS -> "counted by token ids on every chunk";
            case FINAL_USAGE ->
                "counted by usage at the end only: exact in all, unknown per chunk (no itl, windows suspect where chunks hold several)";
            case ENGINE -> "counted by the engine";
            case ENGINE_STATS -> "counted by the engine; its first and last token have times, so no itl and icl";
            case NONE -> "not told by the server: no tpot, itl and token throughput";
        };
    }
}
