package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KvCacheTest {
    private static final int[] NOTHING = {};

    @Test
    void aSequenceTakesAsManyBlocksAsItsTokensNeed() {
        KvCache cache = new KvCache(10, 4, true);
        Sequence a = sequence(0, 9);
        assertThat(cache.allocate(a, NOTHING, 9)).isTrue();
        assertThat(cache.freeBlocks()).as("9 tokens in blocks of 4").isEqualTo(7);
        assertThat(cache.usage()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void whatDoesNotFitChangesNothing() {
        KvCache cache = new KvCache(2, 4, true);
        Sequence a = sequence(0, 9);
        assertThat(cache.allocate(a, NOTHING, 9)).isFalse();
        assertThat(cache.freeBlocks()).isEqualTo(2);
        assertThat(a.numBlocks).isZero();
    }

    @Test
    void blocksOfAnEndedSequenceAreFoundUntilTheyAreNeeded() {
        KvCache cache = new KvCache(4, 4, true);
        Sequence a = sequence(0, 9);
        cache.allocate(a, NOTHING, 9);
        cache.release(a);
        assertThat(cache.freeBlocks()).isEqualTo(4);
        assertThat(cache.find(sequence(0, 9))).as("two full blocks").hasSize(2);
        Sequence b = sequence(500, 8);
        cache.allocate(b, NOTHING, 8);
        assertThat(cache.find(sequence(0, 9)))
                .as("b took the block never used and the last block of a, which was not full")
                .hasSize(2);
        Sequence c = sequence(900, 4);
        cache.allocate(c, NOTHING, 4);
        assertThat(cache.find(sequence(0, 9)))
                .as("of a sequence the end is evicted before the beginning")
                .hasSize(1);
    }

    @Test
    void theLeastRecentlyUsedSequenceIsEvictedFirst() {
        KvCache cache = new KvCache(4, 4, true);
        Sequence old = sequence(0, 8);
        Sequence young = sequence(500, 8);
        cache.allocate(old, NOTHING, 8);
        cache.allocate(young, NOTHING, 8);
        cache.release(old);
        cache.release(young);
        Sequence next = sequence(900, 8);
        cache.allocate(next, NOTHING, 8);
        assertThat(cache.find(sequence(0, 9))).isEmpty();
        assertThat(cache.find(sequence(500, 9))).hasSize(2);
    }

    @Test
    void aSharedBlockIsFreeWhenTheLastThatHoldsItIsGone() {
        KvCache cache = new KvCache(8, 4, true);
        Sequence a = sequence(0, 8);
        Sequence b = sequence(0, 9);
        cache.allocate(a, NOTHING, 8);
        int[] found = cache.find(b);
        cache.allocate(b, found, 1);
        assertThat(cache.freeBlocks()).as("two shared, one of b alone").isEqualTo(5);
        cache.release(a);
        assertThat(cache.freeBlocks()).isEqualTo(5);
        cache.release(b);
        assertThat(cache.freeBlocks()).isEqualTo(8);
    }

    @Test
    void foundBlocksThatAreFreeCountAsTaken() {
        KvCache cache = new KvCache(3, 4, true);
        Sequence a = sequence(0, 8);
        cache.allocate(a, NOTHING, 8);
        cache.release(a);
        Sequence b = sequence(0, 16);
        int[] found = cache.find(b);
        assertThat(found).hasSize(2);
        assertThat(cache.allocate(b, found, 8))
                .as("two found and two more are four of three")
                .isFalse();
        assertThat(cache.allocate(b, found, 4)).isTrue();
        assertThat(cache.freeBlocks()).isZero();
    }

    @Test
    void aSaltKeepsEqualPromptsApart() {
        KvCache cache = new KvCache(8, 4, true);
        cache.allocate(sequence(0, 9), NOTHING, 9);
        assertThat(cache.find(new Sequence(new SimRequest(ids(0, 9), 1, 0, true, 0, 77), (s, t, at, e) -> {}, 0)))
                .isEmpty();
    }

    @Test
    void withoutPrefixCachingNothingIsFound() {
        KvCache cache = new KvCache(8, 4, false);
        cache.allocate(sequence(0, 9), NOTHING, 9);
        assertThat(cache.find(sequence(0, 9))).isEmpty();
    }

    @Test
    void aResetForgetsEverythingUnlessSomethingIsHeld() {
        KvCache cache = new KvCache(8, 4, true);
        Sequence a = sequence(0, 9);
        cache.allocate(a, NOTHING, 9);
        assertThat(cache.reset()).as("a still holds blocks").isFalse();
        assertThat(cache.find(sequence(0, 9))).hasSize(2);
        cache.release(a);
        assertThat(cache.reset()).isTrue();
        assertThat(cache.find(sequence(0, 9))).isEmpty();
    }

    private static int[] ids(int from, int length) {
        return IntStream.range(from, from + length).toArray();
    }

    private static Sequence sequence(int from, int length) {
        return new Sequence(new SimRequest(ids(from, length), 1, 0, true, 0, 0), (s, token, at, end) -> {}, 0);
    }
}
