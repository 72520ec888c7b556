package io.dyno.engine.sim;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.Fault.Kind;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** What goes wrong in a worker that runs: between its answers and the socket. Safe for use from several threads. */
final class WorkerFaults {
    private final SimOptions machine;
    private final WorkerSocket socket;
    private final VllmLog log;
    private final FaultSwitch faults;

    WorkerFaults(SimOptions machine, WorkerSocket socket, VllmLog log) {
        this.machine = machine;
        this.socket = socket;
        this.log = log;
        this.faults = new FaultSwitch(machine.fault(), this::trip);
    }

    /** The engine is ready: faults that wait for a time wait from now on. */
    void startClock() {
        faults.delayNanos().ifPresent(delay -> {
            long until = System.nanoTime() + delay;
            Thread clock = new Thread(
                    () -> {
                        for (long left = delay; left > 0; left = until - System.nanoTime()) {
                            LockSupport.parkNanos(left);
                        }
                        synchronized (this) {
                            faults.trip();
                        }
                    },
                    "fault");
            clock.setDaemon(true);
            clock.start();
        });
    }

    synchronized boolean on(Kind kind) {
        return faults.on(kind);
    }

    /** Counts the requests of a batch, one of which may be the one that a fault waits for. */
    synchronized void requests(int count) {
        for (int i = 0; i < count; i++) {
            faults.request();
        }
    }

    /**
     * Answers, as far as the fault lets it.
     *
     * @param op what is answered
     */
    synchronized void answer(String op, JsonNode answer) throws IOException {
        if (on(Kind.HANG) || (on(Kind.STALL) && op.equals("generate"))) {
            return;
        }
        boolean affected = op.equals("generate") || op.equals("ready");
        if (on(Kind.RUBBISH) && affected) {
            socket.send(ApiHandler.RUBBISH + "\n");
        } else if (on(Kind.CUT) && affected) {
            String text = answer.toString();
            socket.send(text.substring(0, text.length() / 2));
            socket.close();
            Runtime.getRuntime().halt(0);
        } else {
            socket.send(answer);
        }
    }

    /** The fault has come while the engine was there. */
    private void trip() {
        switch (machine.fault().orElseThrow().kind()) {
            case OOM -> {
                StartFaults.logOutOfMemory(machine, log);
                log.raw("vllm.v1.engine.exceptions.EngineDeadError: " + ApiError.ENGINE_DEAD);
                Runtime.getRuntime().halt(1);
            }
            case CRASH -> Runtime.getRuntime().halt(StartFaults.SEGMENTATION_FAULT);
            case HANG, STALL, CUT, RUBBISH, HTTP_500, SLOW_START -> {}
        }
    }
}
