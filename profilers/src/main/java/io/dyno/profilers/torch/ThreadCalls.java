package io.dyno.profilers.torch;

import java.util.Arrays;

/** Calls of operators in one thread, 20 bytes each: a trace has millions of them. */
final class ThreadCalls {
    private double[] starts = new double[256];
    private double[] ends = new double[256];
    private int[] names = new int[256];
    private int size;

    /** Takes what one call took without the calls in it; times in µs. */
    interface SelfTimes {
        void call(int name, double total);

        /** A call of {@code name} had another one in it for that long. */
        void within(int name, double inner);
    }

    /** A call, in any order; times in µs. */
    void add(double start, double end, int name) {
        if (size == starts.length) {
            int more = size + (size >> 1);
            starts = Arrays.copyOf(starts, more);
            ends = Arrays.copyOf(ends, more);
            names = Arrays.copyOf(names, more);
        }
        starts[size] = start;
        ends[size] = end;
        names[size] = name;
        size++;
    }

    /** Calls of one thread nest: what a call takes is taken from the one around it. */
    void selfTimes(SelfTimes times) {
        sort();
        int[] open = new int[16];
        int depth = 0;
        for (int i = 0; i < size; i++) {
            while (depth > 0 && ends[open[depth - 1]] <= starts[i]) {
                depth--;
            }
            double duration = ends[i] - starts[i];
            times.call(names[i], duration);
            if (depth > 0) {
                times.within(names[open[depth - 1]], duration);
            }
            if (depth == open.length) {
                open = Arrays.copyOf(open, 2 * depth);
            }
            open[depth++] = i;
        }
    }

    /** By start, and of those that start together the longest first: heapsort, in place, since the JDK sorts no parallel arrays. */
    private void sort() {
        if (sorted()) {
            return;
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, size);
        }
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
    }

    private boolean sorted() {
        for (int i = 1; i < size; i++) {
            if (before(i, i - 1)) {
                return false;
            }
        }
        return true;
    }

    private void sink(int from, int end) {
        int parent = from;
        for (int child = 2 * parent + 1; child < end; child = 2 * parent + 1) {
            if (child + 1 < end && before(child, child + 1)) {
                child++;
            }
            if (!before(parent, child)) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }

    private boolean before(int a, int b) {
        return starts[a] < starts[b] || (starts[a] == starts[b] && ends[a] > ends[b]);
    }

    private void swap(int a, int b) {
        double start = starts[a];
        starts[a] = starts[b];
        starts[b] = start;
        double end = ends[a];
        ends[a] = ends[b];
        ends[b] = end;
        int name = names[a];
        names[a] = names[b];
        names[b] = name;
    }
}
