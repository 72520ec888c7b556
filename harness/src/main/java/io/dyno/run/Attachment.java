package io.dyno.run;

import io.dyno.engine.ApiKey;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.EngineRefusedException.Kind;
import io.dyno.engine.remote.ForeignServer;
import io.dyno.load.http.HttpTarget;
import io.dyno.load.http.ProbeException;
import io.dyno.metrics.TokenSource;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Servers that somebody else started, looked at before anything of a run is written: are they there, do they serve what is to be measured, do they
 * take the requests that will be sent.
 *
 * @param servers what they said of themselves
 * @param counts how they count tokens, by engine configuration; empty until {@link #accept} has asked
 */
record Attachment(List<ForeignServer> servers, Map<String, TokenCounts> counts) {

    /**
     * Asks who is there.
     *
     * @throws EngineRefusedException when a server is not there or is none that can be measured
     */
    static Attachment to(List<URI> urls) throws EngineRefusedException {
        try {
            return new Attachment(ForeignServer.ask(urls, ApiKey.ofEnvironment()), Map.of());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** The one model that all of them serve; empty when there are several, or none in common. */
    Optional<String> onlyModel() {
        List<String> served = ForeignServer.served(servers);
        return served.size() == 1 ? Optional.of(served.get(0)) : Optional.empty();
    }

    /** Models to choose from, for a message. */
    String choice() {
        List<String> served = ForeignServer.served(servers);
        return served.isEmpty()
                ? "the servers of -url have no model in common"
                : "the server serves " + String.join(", ", served) + "; choose one with -p model=" + served.get(0);
    }

    /** Whether all that answers is our simulator. */
    boolean simulated() {
        return servers.stream().anyMatch(ForeignServer::simulated);
    }

    /**
     * Makes sure that the servers can do a plan.
     *
     * @return the same servers, and how they count
     * @throws EngineRefusedException when they serve another model, or do not take such requests
     */
    Attachment accept(Plan plan) throws EngineRefusedException {
        Map<String, TokenCounts> asked = new HashMap<>();
        for (EngineConfiguration configuration : plan.configurations()) {
            ForeignServer.mustServe(servers, configuration.model());
        }
        for (EngineConfiguration configuration : plan.configurations()) {
            try {
                asked.put(configuration.id(), TokenCounts.ask(target(configuration.model()), configuration));
            } catch (ProbeException e) {
                throw new EngineRefusedException(
                        e.kind() == ProbeException.Kind.REFUSED ? Kind.USAGE : Kind.UNAVAILABLE, e.getMessage());
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
        return new Attachment(servers, Map.copyOf(asked));
    }

    private HttpTarget target(String model) {
        return new HttpTarget(
                servers.stream().map(ForeignServer::url).toList(),
                model,
                ApiKey.ofEnvironment().map(ApiKey::header).orElse(Map.of()),
                0,
                TokenSource.CONTINUOUS_USAGE,
                false);
    }

    private static EngineRefusedException interrupted() {
        Thread.currentThread().interrupt();
        return new EngineRefusedException(Kind.UNAVAILABLE, "interrupted while the server was asked");
    }
}
