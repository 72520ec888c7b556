package io.dyno.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.EngineInfo;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineKind;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher.StartupPhase;
import io.dyno.engine.WorkerHandle;
import io.dyno.engine.local.WorkerSocket.Rank;
import io.dyno.plan.InForce;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An offline engine that {@link LocalLauncher} started. */
final class LocalWorkerHandle extends StartedEngine implements WorkerHandle {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WorkerSocket socket;
    private final WorkerConversation conversation;
    private final Graces graces;
    private final JsonNode described;
    private boolean closed;

    LocalWorkerHandle(
            EngineSpec spec,
            Path log,
            List<StartupPhase> startup,
            Map<String, String> toldByLog,
            List<Rank> ranks,
            RunningEngine running,
            WorkerSocket socket,
            Graces graces) {
        super(
                info(spec, ranks.get(0).ready()),
                log,
                startup,
                inForce(ranks.get(0).ready(), toldByLog),
                running);
        this.socket = socket;
        this.graces = graces;
        this.described = ranks.get(0).ready();
        this.conversation = new WorkerConversation(socket, ranks, running);
    }

    private static EngineInfo info(EngineSpec spec, JsonNode described) {
        return new EngineInfo(
                null, spec.model(), described.path("version").asText(null), spec.engine() == EngineKind.SIM);
    }

    /** The worker tells vLLM's fields by vLLM's names, in Python's words. */
    private static InForce inForce(JsonNode described, Map<String, String> toldByLog) {
        Map<String, String> told = new LinkedHashMap<>();
        described
                .path("inForce")
                .properties()
                .forEach(field -> told.put(
                        InForce.nameOf(field.getKey()),
                        InForce.plain(field.getValue().asText())));
        return InForce.builder()
                .put(InForce.Source.ENGINE, told)
                .put(InForce.Source.LOG, toldByLog)
                .build(null);
    }

    @Override
    public BatchDriver open(Duration timeout, boolean keepText) {
        return new WorkerBatchDriver(conversation, dataParallelSize(), timeout, keepText);
    }

    @Override
    public int dataParallelSize() {
        return described.path("dpSize").asInt(1);
    }

    @Override
    public int countChatTokens(String text) throws IOException, InterruptedException {
        ObjectNode question =
                JsonNodeFactory.instance.objectNode().put("op", "count").put("text", text);
        return ask(question).path("tokens").asInt();
    }

    /** Asks the first rank alone. */
    private JsonNode ask(ObjectNode question) throws IOException, InterruptedException {
        try {
            return conversation.askFirst(question, PATIENCE);
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> metrics() throws IOException, InterruptedException {
        try {
            List<JsonNode> answers =
                    conversation.askAll(JsonNodeFactory.instance.objectNode().put("op", "metrics"), PATIENCE);
            int ranksEach = answers.size() / dataParallelSize();
            List<String> pages = new ArrayList<>();
            for (int rank = 0; rank < answers.size(); rank += ranksEach) {
                pages.add(answers.get(rank).path("text").asText());
            }
            return pages;
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, Double> startSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        described
                .path("seconds")
                .properties()
                .forEach(field -> seconds.put(field.getKey(), field.getValue().asDouble()));
        for (StartupPhase phase : startup()) {
            if (phase.name().equals("weights") && phase.seconds() != null) {
                seconds.putIfAbsent("model_load", phase.seconds());
            } else if (phase.name().equals("compile") && phase.seconds() != null) {
                seconds.putIfAbsent("compilation", phase.seconds());
            }
        }
        return seconds;
    }

    @Override
    public URI baseUrl() {
        return null;
    }

    /** All replicas have caches of their own. */
    @Override
    public boolean resetPrefixCache() throws InterruptedException {
        try {
            return conversation
                    .askAll(JsonNodeFactory.instance.objectNode().put("op", "resetPrefixCache"), PATIENCE)
                    .stream()
                    .allMatch(answer -> answer.path("reset").asBoolean());
        } catch (EngineException e) {
            return false; // it is dead, or says why in its log; its next batch will tell
        }
    }

    @Override
    public void startProfile() throws EngineException, InterruptedException {
        profile("startProfile", MOST_TO_START_PROFILE);
    }

    @Override
    public void stopProfile(Duration most) throws EngineException, InterruptedException {
        profile("stopProfile", most);
    }

    /** All ranks: each has a profiler of its own. */
    private void profile(String op, Duration most) throws EngineException, InterruptedException {
        conversation.askAll(JsonNodeFactory.instance.objectNode().put("op", op), most);
    }

    /** Asks the ranks to end, and sees to it that they do. What is patient around them is asked in their place, and ends them. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        running.expectEnd();
        try {
            if (!running.patient() && !running.died().isDone() && conversation.stop()) {
                running.awaitEnded(graces.interrupt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.stop();
            socket.close();
        }
    }
}
