package io.dyno.engine.local;

import io.dyno.engine.EngineException;
import io.dyno.engine.EngineHandle;
import io.dyno.engine.ProcessSpec;
import java.io.IOException;

/** One start of an engine, begun before any of its processes. */
interface EngineStart {
    /** A process with what only this start knows: the port, the worker's program and socket. */
    ProcessSpec inPlace(ProcessSpec process);

    /**
     * Waits until the engine is ready.
     *
     * @throws EngineException when it ended, is not the one that was asked for, or took too long
     */
    EngineHandle awaitReady(Processes processes) throws EngineException, IOException, InterruptedException;

    /** Leaves nothing of a start that failed, once its processes are gone. */
    void abandon();
}
