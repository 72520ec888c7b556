package io.dyno.run;

import io.dyno.engine.BatchDriver;
import io.dyno.engine.EngineException;
import io.dyno.engine.EngineFailure;
import io.dyno.engine.WorkerHandle;
import io.dyno.load.ChatTokenizer;
import io.dyno.load.DatasetException;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadSpec;
import io.dyno.load.OfflineRun;
import io.dyno.load.PromptSource;
import io.dyno.plan.Point;
import java.util.List;

/** Whole batches, handed to an offline engine. */
final class OfflineLoading implements Loading {
    private final RunContext run;
    private final WorkerHandle worker;

    OfflineLoading(RunContext run, WorkerHandle worker) {
        this.run = run;
        this.worker = worker;
    }

    @Override
    public ChatTokenizer tokenizer(Point point) {
        return worker::countChatTokens;
    }

    @Override
    public LoadResult run(Point point, LoadSpec spec, PromptSource prompts, LoadListener listener)
            throws DatasetException, InterruptedException {
        int batch = point.measurement().requests();
        if (batch < worker.dataParallelSize()) {
            throw new DatasetException("A batch of " + batch + " prompts leaves some of the "
                    + worker.dataParallelSize()
                    + " data-parallel replicas without any; ask for at least as many prompts"
                    + " as replicas.");
        }
        try (BatchDriver driver =
                worker.open(run.requestTimeout(), run.options().keepText())) {
            return new OfflineRun(point.bench(), spec, driver, prompts, listener).run();
        } catch (EngineException e) {
            return new LoadResult(e.failure().type(), e.failure().message(), 0, List.of());
        }
    }

    /** The driver sees it by itself: the worker's socket ends with it. */
    @Override
    public void engineEnded(EngineFailure failure) {}
}
