package io.dyno.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.local.WorkerSocket.Event;
import io.dyno.engine.local.WorkerSocket.Rank;
import io.dyno.metrics.FailureClass;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions to the ranks of an offline engine and their answers, one question at a time. */
final class WorkerConversation {
    private final WorkerSocket socket;
    private final List<Rank> ranks;
    private final RunningEngine running;
    private int lastId;

    WorkerConversation(WorkerSocket socket, List<Rank> ranks, RunningEngine running) {
        this.socket = socket;
        this.ranks = List.copyOf(ranks);
        this.running = running;
    }

    /** The ranks, by number. */
    List<Rank> ranks() {
        return ranks;
    }

    /** Asks rank 0 alone; see {@link #ask}. */
    JsonNode askFirst(ObjectNode question, Duration timeout) throws EngineException, InterruptedException {
        return ask(List.of(question), timeout).get(0);
    }

    /** Asks all ranks the same; see {@link #ask}. */
    List<JsonNode> askAll(ObjectNode question, Duration timeout) throws EngineException, InterruptedException {
        return ask(Collections.nCopies(ranks.size(), question), timeout);
    }

    /**
     * Asks the first ranks, each its own question, and waits for all answers.
     *
     * @return what stands under {@code ok}, by rank
     * @throws EngineException {@code config_error} when a rank refuses; else what {@link io.dyno.engine.EngineHandle#died} tells: the engine
     *     ended, did not answer in time, or talked nonsense
     */
    synchronized List<JsonNode> ask(List<ObjectNode> questions, Duration timeout)
            throws EngineException, InterruptedException {
        int id = ++lastId;
        long deadline = System.nanoTime() + timeout.toNanos();
        JsonNode[] answers = new JsonNode[questions.size()];
        try {
            for (int i = 0; i < answers.length; i++) {
                ranks.get(i).send(questions.get(i).deepCopy().put("id", id));
            }
        } catch (IOException e) {
            throw lost("the engine takes no question: " + e.getMessage());
        }
        JsonNode refusal = null;
        for (int missing = answers.length; missing > 0; ) {
            Event event = socket.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (event == null) {
                running.giveUp(
                        FailureClass.SERVER_HANG,
                        "no answer to " + questions.get(0).path("op").asText() + " within " + timeout.toSeconds() + " s"
                                + " from " + silent(answers));
                throw died();
            } else if (event instanceof Event.Said said) {
                JsonNode message = said.message();
                int rank = ranks.indexOf(said.rank());
                if (message.path("id").asInt() == id && rank >= 0 && rank < answers.length && answers[rank] == null) {
                    answers[rank] = message.path("ok");
                    refusal = message.has("error") ? message.path("error") : refusal;
                    missing--;
                }
            } else if (event instanceof Event.Rubbish rubbish) {
                running.giveUp(FailureClass.SERVER_CRASH, WorkerStartup.rubbish(rubbish));
                throw died();
            } else {
                throw lost(event.rank().text() + " ended");
            }
        }
        if (refusal != null) {
            throw refused(refusal);
        }
        return Arrays.asList(answers);
    }

    private String silent(JsonNode[] answers) {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] == null) {
                silent.add(ranks.get(i).text());
            }
        }
        return String.join(", ", silent);
    }

    /** A mistake in what was asked leaves the worker well; after any other error it ends by itself, and its end says more. */
    private EngineException refused(JsonNode error) throws InterruptedException {
        String message =
                error.path("type").asText() + ": " + error.path("message").asText();
        try {
            return new EngineException(running.died().get(WorkerStartup.MOST_MILLIS_TO_END / 8, TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return new EngineException(new EngineFailure(FailureClass.CONFIG_ERROR, message, null, 0, null, List.of()));
        }
    }

    /** A rank is gone; its processes' end, which tells why, is waited for. */
    private EngineException lost(String otherwise) throws InterruptedException {
        try {
            return new EngineException(running.died().get(WorkerStartup.MOST_MILLIS_TO_END, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            running.giveUp(FailureClass.SERVER_CRASH, otherwise);
            return died();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A rank's answer cannot be what was asked for; with that the engine is lost. */
    EngineException nonsense(int rank, String what) {
        running.giveUp(FailureClass.SERVER_CRASH, ranks.get(rank).text() + ": " + what);
        return died();
    }

    private EngineException died() {
        return new EngineException(running.died().join());
    }

    /** Tells all ranks to end; whether they could be told. */
    synchronized boolean stop() {
        try {
            for (Rank rank : ranks) {
                rank.send(JsonNodeFactory.instance
                        .objectNode()
                        .put("id", ++lastId)
                        .put("op", "stop"));
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
