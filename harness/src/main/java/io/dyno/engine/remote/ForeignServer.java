package io.dyno.engine.remote;

import io.dyno.engine.ApiKey;
import io.dyno.engine.ControlClient;
import io.dyno.engine.EngineRefusedException;
import io.dyno.engine.EngineRefusedException.Kind;
import io.dyno.engine.ServerUrl;
import io.dyno.plan.Suggestions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server that somebody else started, as it told of itself when it was asked. {@code /v1/models} decides whether there is one: other
 * OpenAI-compatible servers have no {@code /health}.
 *
 * @param url what stands before {@code /v1}
 * @param models what it serves, at least one
 * @param version what {@code /version} says, or null where there is none
 */
public record ForeignServer(URI url, List<ControlClient.Model> models, String version) {
    /** How our simulator marks its version, so that nobody takes its numbers for measured ones, whoever started it. */
    private static final String SIMULATOR = "dyno.sim";

    public ForeignServer {
        models = List.copyOf(models);
    }

    /**
     * Asks servers that are to be loaded as one.
     *
     * @param urls at least one
     * @param key the key to show them
     * @throws EngineRefusedException when one of them is not there, is no OpenAI-compatible server or does not let us in, or when they are of
     *     different versions
     */
    public static List<ForeignServer> ask(List<URI> urls, Optional<ApiKey> key)
            throws EngineRefusedException, InterruptedException {
        List<ForeignServer> servers = new ArrayList<>();
        for (URI url : urls) {
            servers.add(ask(url, key));
        }
        Set<String> versions = new LinkedHashSet<>();
        servers.forEach(server -> versions.add(server.version == null ? "an unknown version" : server.version));
        if (versions.size() > 1) {
            throw refused(
                    Kind.USAGE,
                    "-url names servers of different versions (" + String.join(", ", versions)
                            + "), whose numbers together would say nothing of either; measure them one after the other");
        }
        return servers;
    }

    private static ForeignServer ask(URI url, Optional<ApiKey> key)
            throws EngineRefusedException, InterruptedException {
        ControlClient client = new ControlClient(url, key.map(ApiKey::header).orElse(Map.of()));
        ControlClient.Answer answer;
        try {
            answer = client.get("/v1/models");
        } catch (IOException e) {
            throw refused(Kind.UNAVAILABLE, Unreached.message(url, e));
        }
        if (!answer.ok()) {
            throw refused(Kind.UNAVAILABLE, refusal(url, answer, key));
        }
        List<ControlClient.Model> models = answer.json()
                .filter(json -> json.path("data").isArray())
                .map(ControlClient::models)
                .orElseThrow(
                        () -> refused(
                                Kind.UNAVAILABLE,
                                "what answers at " + ServerUrl.endpoint(url, "/v1/models")
                                        + " is no OpenAI-compatible server: its answer lists no models; -url is what stands before /v1"));
        if (models.isEmpty()) {
            throw refused(Kind.UNAVAILABLE, "the server at " + url + " serves no model; load one, then measure");
        }
        return new ForeignServer(url, models, client.version().orElse(null));
    }

    private static String refusal(URI url, ControlClient.Answer answer, Optional<ApiKey> key) {
        String at = ServerUrl.endpoint(url, "/v1/models") + " answers HTTP " + answer.status();
        return switch (answer.status()) {
            case 401, 403 ->
                key.isPresent()
                        ? "the server at " + url + " refuses " + key.get() + " (HTTP " + answer.status()
                                + "); set the right one, looked for in " + String.join(", then ", ApiKey.VARIABLES)
                        : "the server at " + url + " wants a key (HTTP " + answer.status() + "); set "
                                + String.join(" or ", ApiKey.VARIABLES) + " in the environment";
            case 301, 302, 303, 307, 308 ->
                at + (answer.location() == null ? "" : " and leads to " + answer.location())
                        + ", and a redirect in front of every request would be measured with it; give the final address to -url";
            case 404, 405 -> at + ": there is no OpenAI-compatible server; -url is what stands before /v1";
            default ->
                at
                        + ": the server is not ready, or something in front of it does not reach it; try again when it is up";
        };
    }

    /** Names of what all of them serve, in the order of the first. */
    public static List<String> served(List<ForeignServer> servers) {
        List<String> names = new ArrayList<>(servers.get(0).names());
        servers.forEach(server -> names.retainAll(server.names()));
        return names;
    }

    /**
     * Makes sure that all of them serve a model.
     *
     * @throws EngineRefusedException of kind USAGE when one does not
     */
    public static void mustServe(List<ForeignServer> servers, String model) throws EngineRefusedException {
        for (ForeignServer server : servers) {
            List<String> names = server.names();
            if (!names.contains(model)) {
                String choice =
                        names.size() == 1 ? "; set -p model=" + names.get(0) : "; set -p model=… to one of them";
                throw refused(
                        Kind.USAGE,
                        "the server at " + server.url + " serves " + String.join(", ", names) + ", not " + model
                                + choice + Suggestions.didYouMean(model, names));
            }
        }
    }

    /** What the first says of a model's longest sequence, tokens; null when it does not. */
    static Integer maxModelLen(List<ForeignServer> servers, String model) {
        return servers.get(0).models.stream()
                .filter(served -> served.id().equals(model))
                .findFirst()
                .map(ControlClient.Model::maxModelLen)
                .orElse(null);
    }

    /** Whether it is our simulator, of which no number is measured. */
    public boolean simulated() {
        return version != null && version.contains(SIMULATOR);
    }

    private List<String> names() {
        return models.stream().map(ControlClient.Model::id).toList();
    }

    private static EngineRefusedException refused(Kind kind, String message) {
        return new EngineRefusedException(kind, message);
    }
}
