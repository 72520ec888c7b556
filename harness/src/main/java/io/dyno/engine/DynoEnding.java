package io.dyno.engine;

/** Whether this JVM is about to end, by a signal or by itself: what takes long is then left to a keeper. */
public final class DynoEnding {
    private static volatile boolean begun;

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> begun = true, "dyno-ending"));
        } catch (IllegalStateException e) {
            begun = true; // asked too late for a hook, which says it
        }
    }

    private DynoEnding() {}

    /** Whether it has begun. Asked for the first time long before, so that it can be known. */
    public static boolean begun() {
        return begun;
    }
}
