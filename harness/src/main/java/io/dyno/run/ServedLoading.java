package io.dyno.run;

import io.dyno.engine.EngineFailure;
import io.dyno.engine.EngineHandle;
import io.dyno.load.ChatTokenizer;
import io.dyno.load.LoadListener;
import io.dyno.load.LoadResult;
import io.dyno.load.LoadRun;
import io.dyno.load.LoadSpec;
import io.dyno.load.PreparedPrompts;
import io.dyno.load.PromptSource;
import io.dyno.load.http.HttpDriver;
import io.dyno.load.http.HttpTarget;
import io.dyno.load.http.ServerTokenizer;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Point;

/** Requests of their own over HTTP, each at its time. */
final class ServedLoading implements Loading {
    /** Connections opened before an open loop or a batch, whose number of requests in flight nobody knows. */
    private static final int CONNECTIONS_AHEAD = 64;

    private final RunContext run;
    private final EngineHandle engine;
    private final TokenCounts tokens;

    /** The load that the engine serves now, or null. */
    private volatile LoadRun current;

    ServedLoading(RunContext run, EngineHandle engine, TokenCounts tokens) {
        this.run = run;
        this.engine = engine;
        this.tokens = tokens;
    }

    @Override
    public ChatTokenizer tokenizer(Point point) {
        return new ServerTokenizer(target(point));
    }

    private HttpTarget target(Point point) {
        return HttpTarget.of(engine, connections(point))
                .withTokens(tokens.asked(point.workload().endpoint()))
                .withKeepText(run.options().keepText());
    }

    @Override
    @SuppressWarnings("try") // the watch is held, not called
    public LoadResult run(Point point, LoadSpec spec, PromptSource source, LoadListener listener)
            throws InterruptedException {
        try (HttpDriver driver = HttpDriver.open(target(point));
                PreparedPrompts prompts =
                        new PreparedPrompts(source, ahead(point), p -> driver.prepare(spec.request(p, 0)))) {
            LoadRun load = new LoadRun(spec, driver, prompts, driver.health(), listener);
            current = load;
            if (engine.died().isDone()) { // before the load was there to be told
                engineEnded(engine.died().join());
            }
            try (HangWatch watch =
                    HangWatch.start(engine, driver::silentNanos, HangWatch.limit(run.requestTimeout()))) {
                return load.run();
            }
        } finally {
            current = null;
        }
    }

    @Override
    public void engineEnded(EngineFailure failure) {
        LoadRun load = current;
        if (load != null) {
            load.cancel(failure.type(), failure.message());
        }
    }

    /** An isolated iteration may send all of its requests at once; waiting for the maker of prompts would hold up the reading of answers. */
    private static int ahead(Point point) {
        Integer requests = point.measurement().requests();
        return point.drained() && requests != null ? Math.max(PointPrompts.AHEAD, requests) : PointPrompts.AHEAD;
    }

    /** How many to open before a point's load. */
    static int connections(Point point) {
        return point.load() instanceof LoadShape.ClosedLoop closed ? closed.maxConcurrency() : CONNECTIONS_AHEAD;
    }
}
