package io.dyno.load;

import io.dyno.Endpoint;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import io.dyno.plan.LoadShape;
import io.dyno.plan.Windows;
import io.dyno.plan.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A load to be run on a {@link FakeDriver}, and all that came of it. */
final class LoadCase implements LoadListener {
    static final long MS = FakeDriver.MS;

    LoadShape shape = new LoadShape.ClosedLoop(2);
    boolean drained;
    Windows warmup = byTime(1, 1000);
    Windows measurement = byTime(3, 1000);
    long timeoutNanos = 600_000 * MS;
    PromptSource prompts;
    Predicate<Window> valid = w -> true;
    Runnable onStart = () -> {};
    UnaryOperator<LoadSpec> change = UnaryOperator.identity();

    final List<String> events = new ArrayList<>();
    final List<WindowRecords> complete = new ArrayList<>();
    LoadRun load;

    static Windows byTime(int count, long millis) {
        return new Windows(count, millis * MS, null);
    }

    static Windows byCount(int count, int requests) {
        return new Windows(count, null, requests);
    }

    static Windows none() {
        return new Windows(0, null, null);
    }

    static Workload workload() {
        return new Workload("random", null, 8, 10, Endpoint.COMPLETIONS, true, Map.of(), 7, false, false);
    }

    LoadRun prepare(FakeDriver driver) throws DatasetException {
        if (prompts == null) {
            prompts = Datasets.open(
                    workload(), new Datasets.Context(measurement.count(), 10, null, null, false, "", null));
        }
        load = new LoadRun(
                change.apply(new LoadSpec(shape, workload(), drained, warmup, measurement, timeoutNanos)),
                driver,
                prompts,
                HealthProbe.NONE,
                this);
        return load;
    }

    LoadResult run(FakeDriver driver) throws DatasetException {
        return prepare(driver).run();
    }

    @Override
    public void windowStarted(Window.Kind kind, int iteration, String slice, long start) {
        events.add("start " + kind + iteration);
        onStart.run();
    }

    @Override
    public void windowEnded(Window window) {
        events.add("end " + window.kind() + window.iteration());
    }

    @Override
    public boolean windowComplete(WindowRecords records) {
        events.add("complete " + records.window().kind() + records.window().iteration());
        complete.add(records);
        return valid.test(records.window());
    }

    List<WindowRecords> of(Window.Kind kind) {
        return complete.stream().filter(w -> w.window().kind() == kind).toList();
    }

    /** Tokens that arrived in a window, whoever they belong to. */
    static long tokensIn(WindowRecords w) {
        long sum = 0;
        for (List<RequestRecord> records : List.of(w.due(), w.carried())) {
            for (RequestRecord r : records) {
                for (int i = 0; i < r.chunks().size(); i++) {
                    sum += w.window().contains(r.chunks().at(i)) ? r.chunks().tokens(i) : 0;
                }
            }
        }
        return sum;
    }
}
