package io.dyno.engine;

import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Topology;
import java.util.List;

/**
 * An engine as a value: settings and topology turned into processes, nothing started.
 *
 * @param engine which engine
 * @param kind the kind of process
 * @param model the name under which the model is served
 * @param topology how it lies over GPUs
 * @param processes in start order; the last one is the one that becomes ready
 */
public record EngineSpec(
        EngineKind engine,
        EngineConfiguration.Kind kind,
        String model,
        Topology topology,
        List<ProcessSpec> processes) {
    /** In an argv: the port that the launcher found free. */
    public static final String PORT = "{port}";

    /** In an argv: the worker's program, which Dyno brings along. */
    public static final String WORKER = "{worker}";

    /** In an argv: the Unix-domain socket on which Dyno listens for the worker. */
    public static final String SOCKET = "{socket}";

    public EngineSpec {
        processes = List.copyOf(processes);
    }

    /** The same engine with other processes: what a profiler's wrap step makes of them. */
    public EngineSpec withProcesses(List<ProcessSpec> dressed) {
        return new EngineSpec(engine, kind, model, topology, dressed);
    }
}
