package io.dyno.engine.sim;

import io.dyno.engine.sim.Fault.Kind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Faults of a start, and what faults have in common wherever they come. */
final class StartFaults {
    /** The exit code of a process that a shell saw end by a segmentation fault. */
    static final int SEGMENTATION_FAULT = 139;

    private static final long SLOW_START_NANOS = TimeUnit.SECONDS.toNanos(20);

    private StartFaults() {}

    /**
     * Plays the fault of a start, if that is what was asked for.
     *
     * @throws Refusal when the start ends here
     */
    static void play(SimOptions machine, VllmLog log) throws Refusal, InterruptedException {
        Fault fault = machine.fault().orElse(null);
        if (fault == null) {
            return;
        }
        if (fault.kind() == Kind.SLOW_START) {
            LockSupport.parkNanos(fault.when() instanceof Fault.When.After after ? after.nanos() : SLOW_START_NANOS);
        }
        if (!(fault.when() instanceof Fault.When.AtStart)) {
            return;
        }
        if (fault.kind() == Kind.OOM) {
            throw Refusal.loading(outOfMemory(machine));
        } else if (fault.kind() == Kind.CRASH) {
            Runtime.getRuntime().halt(SEGMENTATION_FAULT);
        } else if (fault.kind() == Kind.HANG) {
            log.info(VllmLog.API, "dyno_sim:3", "fault=hang@start: this start never ends.");
            Thread.currentThread().join();
        }
    }

    /** The GPU has run out of memory, in the engine's words. */
    static String outOfMemory(SimOptions machine) {
        return "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of "
                + String.format("%.2f", machine.gpu().memoryBytes() / (double) (1L << 30))
                + " GiB of which 0.50 GiB is free. (Dyno's simulator was asked to: fault=oom)";
    }

    /** The engine has run out of memory at work: what its process says last. */
    static void logOutOfMemory(SimOptions machine, VllmLog log) {
        log.error(
                VllmLog.CORE,
                "core.py:1382",
                "EngineCore encountered a fatal error.\nTraceback (most recent call last):\n" + outOfMemory(machine));
    }
}
