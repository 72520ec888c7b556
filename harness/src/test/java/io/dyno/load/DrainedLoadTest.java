package io.dyno.load;

import static io.dyno.load.FakeDriver.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Prompt;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import io.dyno.plan.LoadShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Isolated iterations, each from an empty to an empty engine. */
class DrainedLoadTest {
    private final LoadCase c = new LoadCase();

    @BeforeEach
    void drained() {
        c.drained = true;
        c.warmup = LoadCase.byCount(1, 3);
        c.measurement = LoadCase.byCount(2, 5);
    }

    @Test
    void aBatchIsAllDueAtOnce() throws Exception {
        c.shape = new LoadShape.Batch();
        FakeDriver driver = new FakeDriver(100 * MS, 10);

        LoadResult result = c.run(driver);

        assertThat(result.completed()).isTrue();
        assertThat(driver.mostInFlight).isEqualTo(5);
        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(2).allSatisfy(w -> {
            assertThat(w.due()).hasSize(5).allSatisfy(r -> assertThat(r.due())
                    .isEqualTo(w.window().start()));
            assertThat(w.carried()).isEmpty();
            assertThat(w.window().drained()).isTrue();
            assertThat(w.window().seconds()).isEqualTo(0.1);
        });
        assertThat(c.of(Window.Kind.TAIL)).isEmpty();
    }

    @Test
    void aClosedLoopHasAllItsSlotsFromTheStart() throws Exception {
        c.shape = new LoadShape.ClosedLoop(2);
        FakeDriver driver = new FakeDriver(100 * MS, 10);

        c.run(driver);

        WindowRecords w = c.of(Window.Kind.MEASUREMENT).get(0);
        long start = w.window().start();
        assertThat(w.due().stream().map(r -> (r.due() - start) / MS)).containsExactly(0L, 0L, 100L, 100L, 200L);
        assertThat(w.window().end() - start).isEqualTo(300 * MS);
    }

    @Test
    void anOpenLoopBeginsAnewInEachIterationWithArrivalsOfItsOwn() throws Exception {
        c.shape = new LoadShape.OpenLoop(100, 1, null);
        c.measurement = LoadCase.byCount(2, 50);
        FakeDriver driver = new FakeDriver(100 * MS, 10);

        c.run(driver);

        List<List<Long>> offsets = c.of(Window.Kind.MEASUREMENT).stream()
                .map(w ->
                        w.due().stream().map(r -> r.due() - w.window().start()).toList())
                .toList();
        assertThat(offsets).hasSize(2).allSatisfy(o -> assertThat(o.get(0)).isZero());
        assertThat(offsets.get(0)).isNotEqualTo(offsets.get(1));
    }

    @Test
    void arrivalsThatAreGivenAreReplayed() {
        List<WindowRecords> windows = new ArrayList<>();
        LoadSpec spec = new LoadSpec(
                        new LoadShape.OpenLoop(100, 1, null),
                        LoadCase.workload(),
                        true,
                        LoadCase.none(),
                        LoadCase.byCount(1, 3),
                        600_000 * MS)
                .withArrivals(List.of(0L, 7 * MS, 900 * MS));
        FixedPrompts prompts = new FixedPrompts(List.of(Prompt.of("a", 1), Prompt.of("b", 2), Prompt.of("c", 3)));

        new LoadRun(spec, new FakeDriver(100 * MS, 10), prompts, HealthProbe.NONE, windows::add).run();

        WindowRecords window = windows.get(0);
        assertThat(window.due().stream().map(r -> r.due() - window.window().start()))
                .containsExactly(0L, 7 * MS, 900 * MS);
    }

    @Test
    void theNextIterationStartsOnlyWhenTheListenerHasAnsweredAndTheEngineIsEmpty() throws Exception {
        c.shape = new LoadShape.Batch();

        c.run(new FakeDriver(100 * MS, 10));

        assertThat(c.events)
                .containsExactly(
                        "start WARMUP0",
                        "end WARMUP0",
                        "complete WARMUP0",
                        "start MEASUREMENT0",
                        "end MEASUREMENT0",
                        "complete MEASUREMENT0",
                        "start MEASUREMENT1",
                        "end MEASUREMENT1",
                        "complete MEASUREMENT1");
    }

    @Test
    void aVoidIterationIsRepeatedWithASliceOfItsOwn() throws Exception {
        c.shape = new LoadShape.Batch();
        c.valid = w -> w.iteration() != 1;

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(result.voidWindows()).isEqualTo(1);
        assertThat(c.of(Window.Kind.MEASUREMENT).stream().map(w -> w.window().slice()))
                .containsExactly("0", "1", "2");
    }

    @Test
    void iterationsThatFailAltogetherStillEnd() throws Exception {
        c.shape = new LoadShape.ClosedLoop(2);
        FakeDriver driver = new FakeDriver(0, 10);
        driver.failWith = FailureClass.HTTP_ERRORS;

        c.run(driver);

        assertThat(c.of(Window.Kind.MEASUREMENT))
                .hasSize(2)
                .allSatisfy(w -> assertThat(w.due()).hasSize(5).noneMatch(RequestRecord::ok));
    }

    @Test
    void aDeadEngineLeavesTheIterationUnfinished() throws Exception {
        c.shape = new LoadShape.Batch();
        c.onStart = () -> {
            if (c.events.contains("start MEASUREMENT1")) {
                c.load.cancel(FailureClass.SERVER_CRASH, "gone");
            }
        };

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(result.failure()).isEqualTo(FailureClass.SERVER_CRASH);
        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(1);
    }
}
