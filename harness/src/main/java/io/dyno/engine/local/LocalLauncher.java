package io.dyno.engine.local;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.EngineSpec;
import io.dyno.engine.Launcher;

/** Starts engines on this machine. */
public final class LocalLauncher implements Launcher {
    public LocalLauncher() {
        this(Graces.DEFAULT);
    }

    /**
     * A launcher with other graces.
     *
     * @param graces how long a stop waits after each signal
     */
    public LocalLauncher(Graces graces) {}

    @Override
    public EngineHandle launch(EngineSpec spec, Request request) throws EngineException, InterruptedException {
        throw new UnsupportedOperationException();
    }
}
