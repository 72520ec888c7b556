package io.dyno.run;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.WorkerHandle;
import io.dyno.load.ChatTokenizer;
import io.dyno.load.DatasetException;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadSpec;
import io.dyno.load.PromptSource;
import io.dyno.plan.Point;

/** How the load of a point gets onto an engine: over HTTP onto a server, in batches onto an offline engine. */
interface Loading {
    /** For one engine of a fork. */
    static Loading of(RunContext run, EngineHandle engine, TokenCounts tokens) {
        return engine instanceof WorkerHandle worker
                ? new OfflineLoading(run, worker)
                : new ServedLoading(run, engine, tokens);
    }

    /** Counts tokens as the engine does. */
    ChatTokenizer tokenizer(Point point);

    /**
     * Runs a load to its end. An engine that ends meanwhile ends the load: a failure of the result.
     *
     * @throws DatasetException when the engine cannot take the load as it is
     * @throws InterruptedException when the thread was interrupted; the windows that were complete are delivered
     */
    LoadResult run(Point point, LoadSpec spec, PromptSource prompts, LoadListener listener)
            throws DatasetException, InterruptedException;

    /** The engine has ended, or never will answer again. */
    void engineEnded(EngineFailure failure);
}
