package io.dyno.load;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.RandomStream;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Prompts made by a benchmark's {@code @Prompts} method. Its instance is used by one thread at a time. */
final class MethodPrompts implements PromptSource {
    private final PromptMethod method;
    private final long seed;
    private final int perWindow;
    private final Endpoint endpoint;
    private final int outputLen;
    private final boolean oversample;
    private final Salt salt;
    private final Salt repeatSalt;
    private final Map<String, String> sliceOfHash = new ConcurrentHashMap<>();
    private final AtomicLong repeated = new AtomicLong();

    /**
     * @param perWindow how many prompts a slice is asked for
     * @param outputLen for prompts that name none
     * @param salt for every prompt, or null
     * @param repeatSalt for repeats
     */
    MethodPrompts(
            PromptMethod method,
            long seed,
            int perWindow,
            Endpoint endpoint,
            int outputLen,
            boolean oversample,
            Salt salt,
            Salt repeatSalt) {
        this.method = method;
        this.seed = seed;
        this.perWindow = perWindow;
        this.endpoint = endpoint;
        this.outputLen = outputLen;
        this.oversample = oversample;
        this.salt = salt;
        this.repeatSalt = repeatSalt;
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public String datasetHash() {
        return null;
    }

    @Override
    public Report report() {
        return new Report(repeated.get(), 0, 0);
    }

    private final class Slice implements PromptSlice {
        private final String name;
        private final PromptRequest request;
        private Iterator<Prompt> prompts;
        private boolean repeating;
        private int index;

        Slice(int window) {
            name = PromptSource.sliceName(window);
            request = new PromptRequest(perWindow, window, RandomStream.seed(seed, "prompts", name));
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            Prompt prompt = draw();
            if (prompt == null) {
                throw new DatasetException(
                        "The @Prompts method gave null as prompt " + index + " of slice " + name + ".");
            }
            if (prompt.tokenIds() != null && endpoint == Endpoint.CHAT) {
                throw new DatasetException("The @Prompts method gave token ids as prompt " + index + " of slice " + name
                        + ", and the endpoint CHAT takes text only. Give text, or set endpoint = COMPLETIONS.");
            }
            if (repeating) {
                repeated.incrementAndGet();
                prompt = repeatSalt.applyTo(prompt, name, index);
            } else if (salt != null) {
                prompt = salt.applyTo(prompt, name, index);
            }
            String hash = PromptHash.of(prompt);
            String other = sliceOfHash.putIfAbsent(hash, name);
            if (other != null && !other.equals(name)) {
                throw new DatasetException(
                        "The @Prompts method gave the same prompt to slices " + other + " and " + name
                                + ": the second is served from the first's cache. Make the prompts from PromptRequest.seed or window.");
            }
            return new DrawnPrompt(
                    name, index++, hash, prompt, prompt.outputLen() != null ? prompt.outputLen() : outputLen);
        }

        private Prompt draw() throws DatasetException {
            synchronized (method) {
                try {
                    if (prompts == null) {
                        prompts = method.prompts(request).iterator();
                    }
                    if (!prompts.hasNext() && oversample && index > 0) {
                        repeating = true;
                        prompts = method.prompts(request).iterator();
                    }
                    if (prompts.hasNext()) {
                        return prompts.next();
                    }
                } catch (Exception e) { // the user's code may throw anything
                    throw new DatasetException("The @Prompts method failed for slice " + name + ": " + e, e);
                }
            }
            throw new DatasetException(
                    "The @Prompts method gave " + index + " prompts for slice " + name
                            + ", and more were needed (it was asked for " + request.count()
                            + "). Return as many as may be needed, best a lazy Iterable without end, or set oversample = true.");
        }
    }
}
