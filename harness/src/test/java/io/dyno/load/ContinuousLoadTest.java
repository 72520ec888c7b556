package io.dyno.load;

import static io.dyno.load.FakeDriver.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.PromptRequest;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.Window;
import io.dyno.metrics.WindowRecords;
import io.dyno.plan.LoadShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One load without a break, cut into windows by due time; on a server in virtual time, so every expectation is exact. */
class ContinuousLoadTest {
    private final LoadCase c = new LoadCase();

    @Test
    void aClosedLoopKeepsItsSlotsBusyAndEveryWindowGetsTheTokensThatArrivedInIt() throws Exception {
        FakeDriver driver = new FakeDriver(100 * MS, 10);

        LoadResult result = c.run(driver);

        assertThat(result.completed()).isTrue();
        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(3).allSatisfy(w -> {
            assertThat(w.due()).as("two slots, ten requests a second each").hasSize(20);
            assertThat(LoadCase.tokensIn(w))
                    .as("two slots, 100 tokens a second each")
                    .isEqualTo(200);
            assertThat(w.window().seconds()).isEqualTo(1);
            assertThat(w.carried())
                    .as("requests whose last token arrived at the very moment of the boundary")
                    .hasSize(2)
                    .allSatisfy(r -> assertThat(r.end()).isEqualTo(w.window().start()));
        });
        assertThat(driver.mostInFlight).isEqualTo(2);
    }

    @Test
    void slotsOpenEvenlyOverTheFirstWarmupWindow() throws Exception {
        c.shape = new LoadShape.ClosedLoop(4);
        c.warmup = LoadCase.byTime(2, 1000);
        FakeDriver driver = new FakeDriver(5000 * MS, 10);

        c.run(driver);

        assertThat(driver.sent.stream().limit(4).map(r -> r.due() / MS)).containsExactly(0L, 250L, 500L, 750L);
    }

    @Test
    void withoutWarmupAllSlotsOpenAtOnce() throws Exception {
        c.warmup = LoadCase.none();
        c.shape = new LoadShape.ClosedLoop(4);
        FakeDriver driver = new FakeDriver(300 * MS, 10);

        c.run(driver);

        assertThat(driver.sent.stream().limit(4))
                .allSatisfy(r -> assertThat(r.due()).isZero());
    }

    @Test
    void slotsSpreadOverAWarmupByCountOnceOneRequestHasShownHowLongItTakes() throws Exception {
        c.shape = new LoadShape.ClosedLoop(4);
        c.warmup = LoadCase.byCount(1, 8);
        c.measurement = LoadCase.byCount(1, 8);
        FakeDriver driver = new FakeDriver(1000 * MS, 10);

        c.run(driver);

        assertThat(driver.sent.stream().limit(5).map(r -> r.due() / MS))
                .as("the first ends at 1000; eight requests on four slots take 2000, over which the others spread")
                .containsExactly(0L, 1000L, 1500L, 2000L, 2000L);
    }

    @Test
    void aRequestIsDueWhenItsSlotFallsFree() throws Exception {
        c.shape = new LoadShape.ClosedLoop(1);
        FakeDriver driver = new FakeDriver(r -> (50 + 10L * (r.index() % 3)) * MS, 10);

        c.run(driver);

        List<RequestRecord> all = allRecords();
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).due()).isEqualTo(all.get(i - 1).end());
        }
    }

    @Test
    void theLoadGoesOnUntilTheLastScoredRequestHasEndedAndIsThenCut() throws Exception {
        FakeDriver driver = new FakeDriver(700 * MS, 10);

        c.run(driver);

        assertThat(c.of(Window.Kind.MEASUREMENT))
                .allSatisfy(w -> assertThat(w.due()).isNotEmpty().allMatch(RequestRecord::ok));
        WindowRecords tail = c.of(Window.Kind.TAIL).get(0);
        assertThat(tail.due()).isNotEmpty().allSatisfy(r -> {
            assertThat(r.slice()).isEqualTo("tail");
            assertThat(r.due()).isGreaterThanOrEqualTo(tail.window().start());
        });
        long lastScored = c.of(Window.Kind.MEASUREMENT).stream()
                .flatMap(w -> w.due().stream())
                .mapToLong(RequestRecord::end)
                .max()
                .orElseThrow();
        assertThat(tail.window().end())
                .as("cut when the last scored request ended")
                .isEqualTo(lastScored);
        assertThat(tail.due()).anySatisfy(r -> assertThat(r.outcome().failure()).isEqualTo(FailureClass.INTERRUPTED));
        assertThat(tail.carried()).allMatch(RequestRecord::ok);
    }

    @Test
    void aWindowByCountRunsFromTheDueTimeOfItsFirstRequestToThatOfTheNextWindowsFirst() throws Exception {
        c.warmup = LoadCase.byCount(1, 4);
        c.measurement = LoadCase.byCount(2, 5);
        FakeDriver driver = new FakeDriver(r -> (100 + 7L * r.index()) * MS, 10);

        c.run(driver);

        List<WindowRecords> windows = c.complete;
        for (int i = 0; i + 1 < windows.size(); i++) {
            WindowRecords w = windows.get(i);
            assertThat(w.window().start()).isEqualTo(w.due().get(0).due());
            assertThat(w.window().end()).isEqualTo(windows.get(i + 1).window().start());
        }
        assertThat(c.of(Window.Kind.MEASUREMENT))
                .allSatisfy(w -> assertThat(w.due()).hasSize(5));
    }

    @Test
    void anOpenLoopIsDueByItsScheduleWhateverTheServerDoes() throws Exception {
        c.shape = new LoadShape.OpenLoop(10, Double.POSITIVE_INFINITY, null);
        FakeDriver driver = new FakeDriver(5000 * MS, 10);

        c.run(driver);

        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(3).allSatisfy(w -> {
            long start = w.window().start();
            assertThat(w.due().stream().map(r -> r.due() - start))
                    .containsExactlyElementsOf(
                            LongStream.range(0, 10).mapToObj(i -> i * 100 * MS).toList());
            assertThat(w.due()).allSatisfy(r -> assertThat(r.sent()).isEqualTo(r.due()));
        });
        assertThat(c.complete.stream()
                        .map(w -> w.window().kind().toString() + w.window().iteration()))
                .containsExactly("WARMUP0", "MEASUREMENT0", "MEASUREMENT1", "MEASUREMENT2", "TAIL0");
    }

    @Test
    void waitingForASlotCountsInAnOpenLoopButIsNoLagOfTheClient() throws Exception {
        c.shape = new LoadShape.OpenLoop(10, Double.POSITIVE_INFINITY, 1);
        c.warmup = LoadCase.none();
        c.measurement = LoadCase.byTime(1, 1000);
        FakeDriver driver = new FakeDriver(300 * MS, 10);

        c.run(driver);

        WindowRecords w = c.of(Window.Kind.MEASUREMENT).get(0);
        assertThat(driver.mostInFlight).isEqualTo(1);
        assertThat(w.due().stream().map(r -> r.due() / MS))
                .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 900L);
        assertThat(w.due().stream().map(r -> r.sent() / MS))
                .containsExactly(0L, 300L, 600L, 900L, 1200L, 1500L, 1800L, 2100L, 2400L, 2700L);
        assertThat(w.health().sendLagMaxMillis()).isZero();
    }

    @Test
    void nobodyWaitsForASlotBeyondTheTimeout() throws Exception {
        c.shape = new LoadShape.OpenLoop(10, Double.POSITIVE_INFINITY, 1);
        c.warmup = LoadCase.none();
        c.measurement = LoadCase.byTime(1, 1000);
        c.timeoutNanos = 500 * MS;
        FakeDriver driver = new FakeDriver(450 * MS, 10);

        c.run(driver);

        List<RequestRecord> due = c.of(Window.Kind.MEASUREMENT).get(0).due();
        assertThat(due.get(0).ok()).as("the first has its slot at once").isTrue();
        assertThat(due.subList(1, 10)).hasSize(9).allSatisfy(r -> {
            assertThat(r.outcome().failure()).isEqualTo(FailureClass.TIMEOUT);
            assertThat(r.end() - r.due()).isEqualTo(500 * MS);
        });
    }

    @Test
    void aVoidWindowIsReplacedByOneMoreOnTheSameLoad() throws Exception {
        c.valid = w -> w.iteration() != 0;

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(result.voidWindows()).isEqualTo(1);
        assertThat(c.of(Window.Kind.MEASUREMENT).stream().map(w -> w.window().slice()))
                .containsExactly("0", "1", "2", "3");
        assertThat(c.of(Window.Kind.TAIL))
                .as("the replacement follows the last window without a gap")
                .hasSize(1);
    }

    @Test
    void aVoidWindowAtTheEndIsReplacedOutOfTheTail() throws Exception {
        c.valid = w -> w.iteration() != 2;

        c.run(new FakeDriver(150 * MS, 10));

        assertThat(c.complete.stream()
                        .map(w -> w.window().kind().toString() + w.window().iteration()))
                .containsExactly(
                        "WARMUP0", "MEASUREMENT0", "MEASUREMENT1", "MEASUREMENT2", "TAIL0", "MEASUREMENT3", "TAIL1");
        assertThat(c.of(Window.Kind.MEASUREMENT).get(3).window().seconds()).isEqualTo(1);
    }

    @Test
    void aVoidWindowByCountIsReplacedByACount() throws Exception {
        c.warmup = LoadCase.byCount(1, 4);
        c.measurement = LoadCase.byCount(1, 6);
        c.valid = w -> w.iteration() != 0;

        c.run(new FakeDriver(150 * MS, 10));

        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(2).allSatisfy(w -> assertThat(w.due())
                .hasSize(6));
    }

    @Test
    void atMostAsManyWindowsAreAppendedAsWereAskedFor() throws Exception {
        c.valid = w -> w.kind() != Window.Kind.MEASUREMENT;

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(6);
        assertThat(result.voidWindows()).isEqualTo(6);
        assertThat(result.completed()).isTrue();
    }

    @Test
    void everyRequestIsDueInExactlyOneWindow() throws Exception {
        c.shape = new LoadShape.OpenLoop(37, 0.5, 9);
        FakeDriver driver = new FakeDriver(r -> (20 + (r.index() * 37L) % 400) * MS, 10);

        c.run(driver);

        Set<String> places = new HashSet<>();
        for (WindowRecords w : c.complete) {
            for (RequestRecord r : w.due()) {
                assertThat(places.add(r.slice() + "/" + r.index()))
                        .as("once: %s/%s", r.slice(), r.index())
                        .isTrue();
                assertThat(w.window().contains(r.due())).isTrue();
                assertThat(r.slice()).isEqualTo(w.window().slice());
            }
        }
        assertThat(driver.sent).allSatisfy(r -> assertThat(places).contains(r.slice() + "/" + r.index()));
    }

    @Test
    void carriedAreExactlyTheRequestsThatWereOpenWhenTheWindowBegan() throws Exception {
        c.shape = new LoadShape.OpenLoop(37, 0.5, 9);
        FakeDriver driver = new FakeDriver(r -> (20 + (r.index() * 37L) % 1400) * MS, 10);

        c.run(driver);

        List<RequestRecord> all = allRecords();
        for (WindowRecords w : c.complete) {
            long start = w.window().start();
            assertThat(w.carried())
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .filter(r -> r.due() < start && r.end() >= start)
                            .toList());
        }
    }

    @Test
    void aServerThatRefusesEverythingIsNotFlooded() throws Exception {
        FakeDriver driver = new FakeDriver(0, 10);
        driver.failWith = FailureClass.CLIENT_ERROR;

        LoadResult result = c.run(driver);

        assertThat(result.completed()).isTrue();
        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(3).allSatisfy(w -> {
            assertThat(w.due())
                    .as("each of two slots rests 100 ms after a failure")
                    .hasSize(20);
            assertThat(w.due()).noneMatch(RequestRecord::ok);
        });
    }

    @Test
    void aDeadEngineEndsTheLoadAndWhatIsCompleteIsDelivered() throws Exception {
        AtomicInteger started = new AtomicInteger();
        c.onStart = () -> {
            if (started.incrementAndGet() == 3) { // warm-up, first window, second window
                c.load.cancel(FailureClass.SERVER_CRASH, "exit code 137");
            }
        };
        FakeDriver driver = new FakeDriver(1700 * MS, 10);

        LoadResult result = c.run(driver);

        assertThat(result.failure()).isEqualTo(FailureClass.SERVER_CRASH);
        assertThat(result.message()).isEqualTo("exit code 137");
        assertThat(c.of(Window.Kind.MEASUREMENT))
                .as("the window whose time was over")
                .hasSize(1);
        assertThat(result.unfinished()).hasSize(1);
        assertThat(result.unfinished().get(0).window().iteration()).isEqualTo(1);
        List<RequestRecord> broken = c.of(Window.Kind.MEASUREMENT).get(0).due().stream()
                .filter(r -> !r.ok())
                .toList();
        assertThat(broken).isNotEmpty().allSatisfy(r -> {
            assertThat(r.outcome().failure()).isEqualTo(FailureClass.SERVER_CRASH);
            assertThat(r.outcome().detail()).contains("exit code 137");
        });
    }

    @Test
    void promptsThatRunOutAreAConfigurationErrorWithTheCount() throws Exception {
        c.prompts = new PromptSource() {
            @Override
            public PromptSlice open(int window) {
                AtomicInteger given = new AtomicInteger();
                String name = PromptSource.sliceName(window);
                return () -> {
                    if (window == 1 && given.get() == 3) {
                        throw new DatasetException("slice 1 ran out after 3 prompts");
                    }
                    return new DrawnPrompt(name, given.getAndIncrement(), "0", io.dyno.Prompt.ofTokens(1), 10);
                };
            }

            @Override
            public String datasetHash() {
                return null;
            }
        };

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(result.failure()).isEqualTo(FailureClass.CONFIG_ERROR);
        assertThat(result.message()).contains("after 3 prompts");
        assertThat(c.of(Window.Kind.MEASUREMENT)).hasSize(1);
    }

    @Test
    void anInterruptedThreadGetsWhatIsCompleteAndKeepsItsStatus() throws Exception {
        c.onStart = () -> {
            if (c.events.contains("start MEASUREMENT1")) {
                Thread.currentThread().interrupt();
            }
        };

        LoadResult result = c.run(new FakeDriver(100 * MS, 10));

        assertThat(Thread.interrupted()).as("status kept").isTrue();
        assertThat(result.failure()).isEqualTo(FailureClass.INTERRUPTED);
        assertThat(c.of(Window.Kind.MEASUREMENT)).isNotEmpty();
    }

    @Test
    void whatTheListenerThrowsComesOut() {
        c.onStart = () -> {
            throw new IllegalStateException("disk full");
        };

        assertThatThrownBy(() -> c.run(new FakeDriver(100 * MS, 10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("disk full");
    }

    @Test
    void theListenerHearsOfWindowsInOrder() throws Exception {
        c.measurement = LoadCase.byTime(2, 1000);

        c.run(new FakeDriver(150 * MS, 10));

        assertThat(c.events)
                .containsSubsequence(
                        "start WARMUP0",
                        "end WARMUP0",
                        "start MEASUREMENT0",
                        "end MEASUREMENT0",
                        "start MEASUREMENT1",
                        "end MEASUREMENT1",
                        "start TAIL0",
                        "end TAIL0",
                        "complete TAIL0")
                .containsSubsequence(
                        "complete WARMUP0", "complete MEASUREMENT0", "complete MEASUREMENT1", "complete TAIL0");
    }

    @Test
    void warmupAndTailHaveStreamsOfTheirOwn() throws Exception {
        c.run(new FakeDriver(100 * MS, 10));

        assertThat(c.of(Window.Kind.WARMUP).get(0).due())
                .allSatisfy(r -> assertThat(r.slice()).isEqualTo("warmup"));
        assertThat(PromptSource.sliceName(PromptRequest.TAIL)).isEqualTo("tail");
    }

    private List<RequestRecord> allRecords() {
        List<RequestRecord> all = new ArrayList<>();
        c.complete.forEach(w -> all.addAll(w.due()));
        return all;
    }
}
