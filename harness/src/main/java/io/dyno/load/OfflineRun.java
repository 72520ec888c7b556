package io.dyno.load;

import io.dyno.Bench;
import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.InferenceRequest;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import java.util.ArrayList;
import java.util.List;

/**
 * The load of one point in one fork on an offline engine: isolated iterations, each one batch handed over at once. All happens on the thread that
 * calls {@link #run}; the listener is called outside the time of batches.
 *
 * <p>An iteration of THROUGHPUT has a slice of prompts of its own. LATENCY repeats one fixed batch, the first prompts of slice 0, in its warm-up
 * too.
 */
public final class OfflineRun {
    private final LoadSpec spec;
    private final BatchDriver driver;
    private final PromptSource prompts;
    private final LoadListener listener;
    private final WindowSequence windows;
    private final boolean fixed;
    private List<InferenceRequest> fixedBatch;
    private int voids;

    /**
     * @param bench THROUGHPUT or LATENCY
     * @param spec a drained batch; the requests of its windows are the size of a batch
     */
    public OfflineRun(Bench bench, LoadSpec spec, BatchDriver driver, PromptSource prompts, LoadListener listener) {
        this.spec = spec;
        this.driver = driver;
        this.prompts = prompts;
        this.listener = listener;
        this.windows = new WindowSequence(spec, prompts);
        this.fixed = bench == Bench.LATENCY;
    }

    /**
     * Runs all iterations. Once only.
     *
     * @return how it ended: {@code config_error} when the prompts ran out
     * @throws EngineException when a batch got no answer; the iterations before it were delivered
     * @throws InterruptedException when the thread was interrupted
     */
    public LoadResult run() throws EngineException, InterruptedException {
        listener.loadStarted(System.nanoTime() - driver.now());
        while (windows.hasNext()) {
            WindowSequence.Next next = windows.next();
            List<InferenceRequest> batch;
            try {
                batch = batch(next);
            } catch (DatasetException e) {
                return new LoadResult(FailureClass.CONFIG_ERROR, e.getMessage(), voids, List.of());
            }
            listener.windowStarted(next.kind(), next.iteration(), next.slice(), driver.now());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            BatchDriver.Batch answers = driver.generate(batch);
            Window window =
                    new Window(next.kind(), next.iteration(), next.slice(), answers.start(), answers.end(), true);
            listener.windowEnded(window);
            boolean valid = listener.windowComplete(new WindowRecords(window, answers.records(), List.of(), null));
            if (!valid && next.kind() == Window.Kind.MEASUREMENT) {
                repeat();
            }
        }
        return new LoadResult(null, null, voids, List.of());
    }

    /** A void iteration is replaced by one more, at most as many as were asked for. */
    private void repeat() {
        int asked = spec.measurement().count();
        int window = asked + voids;
        voids++;
        if (voids <= asked && prompts.has(window)) {
            windows.append(prompts.open(window));
        }
    }

    private List<InferenceRequest> batch(WindowSequence.Next next) throws DatasetException {
        if (!fixed) {
            return draw(next.prompts(), next.requests());
        }
        if (fixedBatch == null) {
            fixedBatch = draw(prompts.open(0), next.requests());
        }
        return fixedBatch;
    }

    private List<InferenceRequest> draw(PromptSlice slice, int size) throws DatasetException {
        List<InferenceRequest> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(spec.request(slice.next(), 0));
        }
        return List.copyOf(batch);
    }
}
