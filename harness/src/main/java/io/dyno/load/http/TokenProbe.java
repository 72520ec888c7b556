package io.dyno.load.http;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.load.http.ProbeException.Kind;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import io.dyno.plan.Dataset;
import io.dyno.plan.Workload;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One small request before any load, of the form that the load will have: does the server take it, and how does it tell how many tokens there
 * are? Best is usage on every chunk, next token ids on every chunk, then usage at the end; what a server refuses or passes over is not asked for
 * again.
 */
public final class TokenProbe {
    private static final List<TokenSource> LADDER =
            List.of(TokenSource.CONTINUOUS_USAGE, TokenSource.TOKEN_IDS, TokenSource.FINAL_USAGE, TokenSource.NONE);

    /** Several, so that usage on every chunk differs from usage at the end. */
    private static final int TOKENS = 8;

    /** Ids that every vocabulary in use has. */
    private static final Prompt IDS = Prompt.ofTokens(1000, 1001, 1002, 1003);

    private static final Prompt TEXT = Prompt.of("Count to ten.");

    /** Statuses that say "not like this": another request may do. */
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 405, 415, 422, 501);

    private final HttpTarget target;
    private final Duration patience;

    private TokenProbe(HttpTarget target, Duration patience) {
        this.target = target;
        this.patience = patience;
    }

    /**
     * How a server counts.
     *
     * @param asked what to ask for, which it has been seen to take
     * @param given what it then told
     */
    public record Counting(TokenSource asked, TokenSource given) {
        /** What vLLM takes and tells. */
        public static final Counting BEST = new Counting(TokenSource.CONTINUOUS_USAGE, TokenSource.CONTINUOUS_USAGE);

        /** The one of which less is known. */
        public Counting weaker(Counting other) {
            return given.compareTo(other.given) >= 0 ? this : other;
        }
    }

    /**
     * Asks every server of a target.
     *
     * @param workload what the load will send
     * @param patience how long an answer may take
     * @return the weakest of what they tell
     * @throws ProbeException when one does not answer, or refuses such requests
     */
    public static Counting ask(HttpTarget target, Workload workload, Duration patience)
            throws ProbeException, InterruptedException {
        Counting weakest = null;
        for (URI url : target.urls()) {
            Counting found = new TokenProbe(target.only(url), patience).ask(Form.of(workload));
            weakest = weakest == null ? found : weakest.weaker(found);
        }
        return weakest;
    }

    /**
     * What a request looks like, but for its prompt and length.
     *
     * @param ids whether the prompt goes as token ids
     */
    private record Form(Endpoint endpoint, boolean ids, boolean ignoreEos, Map<String, Object> sampling) {
        static Form of(Workload workload) {
            boolean made = workload.dataset() != null
                    && Dataset.find(workload.dataset())
                            .filter(Dataset::tokenIds)
                            .isPresent();
            boolean ids = made && workload.endpoint() != Endpoint.CHAT;
            return new Form(workload.endpoint(), ids, workload.ignoreEos(), workload.sampling());
        }

        Form plain() {
            return new Form(endpoint, false, false, Map.of());
        }
    }

    private Counting ask(Form form) throws ProbeException, InterruptedException {
        Counting known = null;
        RequestRecord refusal = null;
        for (TokenSource asked : LADDER) {
            if (known != null && known.given().compareTo(asked) <= 0) {
                return known;
            }
            RequestRecord answer = send(form, asked);
            if (answer.ok()) {
                Counting found = new Counting(asked, answer.tokenSource());
                known = known == null || known.given().compareTo(found.given()) > 0 ? found : known;
            } else {
                refusal = answer;
            }
        }
        if (known == null) {
            throw refused(form, refusal);
        }
        return known;
    }

    /** An answer, or a refusal of what was asked. */
    private RequestRecord send(Form form, TokenSource asked) throws ProbeException, InterruptedException {
        InferenceRequest request = new InferenceRequest(
                "probe",
                0,
                "",
                form.ids() ? IDS : TEXT,
                TOKENS,
                form.ignoreEos(),
                form.sampling(),
                form.endpoint(),
                0,
                patience.toNanos());
        try (HttpDriver driver = HttpDriver.open(target.withTokens(asked))) {
            CompletableFuture<RequestRecord> answered = new CompletableFuture<>();
            driver.timeline().soon(() -> driver.send(request, answered::complete));
            RequestRecord answer = answered.get();
            Integer status = answer.outcome().status();
            if (!answer.ok() && (status == null || !REFUSALS.contains(status))) {
                throw unanswered(form, answer);
            }
            return answer;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private String at(Form form) {
        return target.urls().get(0) + ServerAddress.path(form.endpoint());
    }

    private ProbeException unanswered(Form form, RequestRecord answer) {
        Integer status = answer.outcome().status();
        boolean key = status != null && (status == 401 || status == 403);
        return new ProbeException(
                Kind.UNANSWERED,
                "a first request to " + at(form) + " failed: "
                        + answer.outcome().detail()
                        + (key
                                ? "; set the server's key in VLLM_API_KEY or OPENAI_API_KEY"
                                : "; the server is there but does not generate: look at its log"));
    }

    /** Which part of the request it is that the server does not take. */
    private ProbeException refused(Form form, RequestRecord refusal) throws ProbeException, InterruptedException {
        RequestRecord simplest = send(form.plain(), TokenSource.NONE);
        if (!simplest.ok()) {
            return new ProbeException(
                    Kind.REFUSED,
                    at(form) + " refuses even the simplest request: "
                            + simplest.outcome().detail()
                            + (form.endpoint() == Endpoint.CHAT
                                    ? "; a model without a chat template needs -p endpoint=COMPLETIONS"
                                    : "; a server that only chats needs -p endpoint=CHAT"));
        }
        Map<String, Form> parts = new LinkedHashMap<>();
        Form plain = form.plain();
        if (form.ids()) {
            parts.put(
                    "prompts of token ids, which dataset random sends (use texts: -p dataset=dyno, or your own with"
                            + " -p dataset=jsonl -p datasetPath=FILE)",
                    new Form(plain.endpoint(), true, false, Map.of()));
        }
        if (form.ignoreEos()) {
            parts.put(
                    "ignore_eos (use -p ignoreEos=false: answers may then end early)",
                    new Form(plain.endpoint(), false, true, Map.of()));
        }
        form.sampling()
                .forEach((name, value) -> parts.put(
                        name + "=" + value + " (set it to what the server takes)",
                        new Form(plain.endpoint(), false, false, Map.of(name, value))));
        StringBuilder message = new StringBuilder(at(form) + " refuses what this benchmark sends:");
        int named = 0;
        for (Map.Entry<String, Form> part : parts.entrySet()) {
            RequestRecord answer = send(part.getValue(), TokenSource.NONE);
            if (!answer.ok()) {
                named++;
                message.append("\n  ")
                        .append(part.getKey())
                        .append(": ")
                        .append(answer.outcome().detail());
            }
        }
        if (named == 0) {
            message.append(' ').append(refusal.outcome().detail());
        }
        return new ProbeException(Kind.REFUSED, message.toString());
    }
}
