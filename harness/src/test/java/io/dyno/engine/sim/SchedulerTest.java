package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** Each test plays steps by hand; a step reads {@code a:8 b:4}: eight tokens of a, four of b. */
class SchedulerTest {
    private static final int BLOCK = 4;

    private final Map<Sequence, String> names = new LinkedHashMap<>();
    private SimConfig config;
    private KvCache cache;
    private Scheduler scheduler;

    @Test
    void aPromptIsComputedInOneStepAndThenOneTokenAStep() {
        engine("max-num-batched-tokens", "64");
        submit("a", 10);
        assertThat(steps(3)).containsExactly("a:10", "a:1", "a:1");
    }

    @Test
    void runningSequencesComeBeforeWaitingOnes() {
        engine("max-num-batched-tokens", "64");
        submit("a", 10);
        step();
        submit("b", 20);
        assertThat(steps(2)).containsExactly("a:1 b:20", "a:1 b:1");
    }

    @Test
    void aPromptThatIsLongerThanTheStepIsSplitAndTheRestOfItComesFirst() {
        engine("max-num-batched-tokens", "16");
        submit("a", 40);
        submit("b", 10);
        assertThat(steps(4)).containsExactly("a:16", "a:16", "a:8 b:8", "a:1 b:2");
    }

    @Test
    void withoutChunkedPrefillAPromptThatDoesNotFitIntoTheRestOfTheStepWaits() {
        engine("max-num-batched-tokens", "128", "no-chunks", "true");
        submit("a", 100);
        submit("b", 40);
        assertThat(steps(3)).containsExactly("a:100", "a:1 b:40", "a:1 b:1");
    }

    @Test
    void noMoreThanMaxNumSeqsRunAndTheNextTakesThePlaceOfOneThatEnded() {
        engine("max-num-seqs", "2");
        Sequence a = submit("a", 5);
        submit("b", 6);
        submit("c", 7);
        assertThat(steps(2)).containsExactly("a:5 b:6", "a:1 b:1");
        scheduler.remove(a);
        assertThat(step()).isEqualTo("b:1 c:7");
    }

    @Test
    void aLongPromptMayTakeOnlyTheThresholdOfAStepUnlessItIsAlone() {
        engine("max-num-batched-tokens", "64", "long-prefill-token-threshold", "8");
        submit("alone", 20);
        assertThat(step()).isEqualTo("alone:20");
        submit("b", 20);
        submit("c", 6);
        assertThat(steps(3)).containsExactly("alone:1 b:8 c:6", "alone:1 b:8 c:1", "alone:1 b:4 c:1");
    }

    @Test
    void anAdaptiveThresholdIsRaisedToAFairShareOfTheStep() {
        engine(
                "max-num-batched-tokens",
                "64",
                "long-prefill-token-threshold",
                "8",
                "long-prefill-token-threshold-adaptive",
                "true");
        submit("a", 60);
        submit("b", 60);
        assertThat(step()).as("64 tokens over two sequences").isEqualTo("a:32 b:32");
    }

    @Test
    void theNewestIsPreemptedWhenBlocksRunOutAndNobodyIsAdmittedInThatStep() {
        engine("num-gpu-blocks-override", "6", "max-model-len", "24");
        Sequence a = submit("a", 12);
        Sequence b = submit("b", 12);
        Sequence c = submit("c", 4);
        assertThat(step()).as("three blocks each, and none is left for c").isEqualTo("a:12 b:12");
        assertThat(step()).as("a needs a fourth block").isEqualTo("a:1");
        assertThat(b.preemptions).isEqualTo(1);
        assertThat(b.numComputed).isZero();
        assertThat(scheduler.counters().preemptions).isEqualTo(1);
        assertThat(scheduler.waiting()).as("b in front of c").isEqualTo(2);
        scheduler.remove(a);
        assertThat(step())
                .as(
                        "b starts again with 12 tokens of its prompt and one of its answer; the first two of its blocks are still there")
                .isEqualTo("b:5 c:4");
        assertThat(b.cachedTokens).as("what was cached when it first ran").isZero();
        assertThat(c.preemptions).isZero();
    }

    @Test
    void withoutPrefixCachingAPreemptedSequenceIsComputedAgainWhole() {
        engine("num-gpu-blocks-override", "6", "max-model-len", "24", "enable-prefix-caching", "false");
        Sequence a = submit("a", 12);
        submit("b", 12);
        steps(2);
        scheduler.remove(a);
        assertThat(step()).as("12 tokens of the prompt and one of the answer").isEqualTo("b:13");
    }

    @Test
    void theLastOfThemIsPreemptedItselfWhenItIsTheNewest() {
        engine("num-gpu-blocks-override", "6", "max-model-len", "24");
        submit("a", 11);
        Sequence b = submit("b", 12);
        steps(1);
        assertThat(step()).as("a still has room for a token, b has not").isEqualTo("a:1");
        assertThat(b.preemptions).isEqualTo(1);
    }

    @Test
    void twoPromptsWithTheSameBeginningShareItEvenInOneStep() {
        engine("max-num-batched-tokens", "64");
        int[] first = tokens(1, 20);
        int[] second = first.clone();
        second[17] = 5;
        submit("a", first);
        Sequence b = submit("b", second);
        assertThat(step()).as("four full blocks of b are those of a").isEqualTo("a:20 b:4");
        assertThat(b.cachedTokens).isEqualTo(16);
        assertThat(cache.freeBlocks()).as("six blocks are held, not ten").isEqualTo(config.kvBlocks() - 6);
    }

    @Test
    void ofAPromptThatIsCachedWholeTheLastBlockIsComputedAgain() {
        engine("max-num-batched-tokens", "64");
        Sequence a = submit("a", tokens(1, 16));
        step();
        scheduler.remove(a);
        submit("b", tokens(1, 16));
        assertThat(step())
                .as("16 tokens are four blocks; without the last token nothing follows")
                .isEqualTo("b:4");
        assertThat(scheduler.counters().prefixQueries).isEqualTo(32);
        assertThat(scheduler.counters().prefixHits).isEqualTo(12);
    }

    @Test
    void aSequenceInFlightIsNotScheduledAgain() {
        engine("max-num-batched-tokens", "64");
        Sequence a = submit("a", 10);
        Step first = new Step();
        scheduler.schedule(first, 0);
        submit("b", 5);
        assertThat(step())
                .as("a pipeline's next step has only those that are not in it yet")
                .isEqualTo("b:5");
        assertThat(a.inFlight).isTrue();
    }

    private void engine(String... flags) {
        List<String> all = new ArrayList<>(List.of("block-size", String.valueOf(BLOCK)));
        for (int i = 0; i < flags.length; i += 2) {
            boolean noChunks = flags[i].equals("no-chunks");
            all.add(noChunks ? "enable-chunked-prefill" : flags[i]);
            all.add(noChunks ? "false" : flags[i + 1]);
        }
        if (!all.contains("max-model-len")) {
            all.addAll(List.of("max-model-len", "128"));
        }
        config = ClosedLoop.config("Qwen/Qwen3-0.6B", "gpu=H100", all.toArray(String[]::new));
        cache = new KvCache(config.kvBlocks(), config.blockSize(), config.prefixCaching());
        scheduler = new Scheduler(config, cache);
    }

    private static int[] tokens(int seed, int length) {
        return new SplittableRandom(seed).ints(length, 1000, 9000).toArray();
    }

    private Sequence submit(String name, int promptLength) {
        return submit(name, tokens(name.hashCode(), promptLength));
    }

    private Sequence submit(String name, int[] prompt) {
        Sequence sequence = new Sequence(new SimRequest(prompt, 100, 0, true, 1, 0), (s, token, at, end) -> {}, 0);
        names.put(sequence, name);
        scheduler.submit(sequence);
        return sequence;
    }

    private List<String> steps(int count) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(step());
        }
        return steps;
    }

    private String step() {
        Step step = new Step();
        scheduler.schedule(step, 0);
        StringJoiner text = new StringJoiner(" ");
        for (int i = 0; i < step.size(); i++) {
            Sequence sequence = step.sequence(i);
            text.add(names.get(sequence) + ":" + step.tokens(i));
            sequence.inFlight = false;
            if (sequence.numComputed == sequence.numTokens) {
                sequence.append(7);
            }
        }
        return text.toString();
    }
}
