package io.dyno.engine.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The paged KV cache of one replica, as vLLM v1's block pool: blocks with reference counts, full blocks found again by a hash of all tokens up
 * to their end, free blocks in the order in which they were freed, so that the least recently used one is evicted first, and of one
 * sequence the last block before the first.
 */
final class KvCache {
    private static final int NONE = -1;

    private final int blockSize;
    private final int total;
    private final boolean prefixCaching;
    private final int[] references;
    private final long[] hashes;
    private final boolean[] cached;
    private final Map<Long, Integer> byHash = new HashMap<>();

    // The free list, doubly linked, so that a block found again can be taken out of its middle.
    private final int[] next;
    private final int[] previous;
    private int head = NONE;
    private int tail = NONE;
    private int free;

    KvCache(int blocks, int blockSize, boolean prefixCaching) {
        this.total = blocks;
        this.blockSize = blockSize;
        this.prefixCaching = prefixCaching;
        this.references = new int[blocks];
        this.hashes = new long[blocks];
        this.cached = new boolean[blocks];
        this.next = new int[blocks];
        this.previous = new int[blocks];
        for (int block = 0; block < blocks; block++) {
            appendFree(block);
        }
    }

    int freeBlocks() {
        return free;
    }

    /** Share of the blocks that sequences hold. */
    double usage() {
        return 1 - (double) free / total;
    }

    /**
     * The leading full blocks of a sequence that are in the cache. Of a prompt that is cached as a whole the last block is left out, because
     * the last token must be computed to know what follows it.
     */
    int[] find(Sequence sequence) {
        if (!prefixCaching) {
            return new int[0];
        }
        int most = (sequence.numTokens - 1) / blockSize;
        int[] found = new int[most];
        long hash = sequence.request.cacheSalt();
        for (int i = 0; i < most; i++) {
            hash = hash(hash, sequence.tokens, i * blockSize);
            Integer block = byHash.get(hash);
            if (block == null) {
                return Arrays.copyOf(found, i);
            }
            found[i] = block;
        }
        return found;
    }

    /**
     * Gives a sequence the blocks for {@code newTokens} more tokens, after {@code found} ones taken from the cache.
     *
     * @return false when there are too few; then nothing has changed
     */
    boolean allocate(Sequence sequence, int[] found, int newTokens) {
        int computed = sequence.numComputed + found.length * blockSize;
        int needed = (computed + newTokens + blockSize - 1) / blockSize - sequence.numBlocks - found.length;
        int foundAndFree = 0;
        for (int block : found) {
            if (references[block] == 0) {
                foundAndFree++;
            }
        }
        if (Math.max(0, needed) > free - foundAndFree) {
            return false;
        }
        for (int block : found) {
            if (references[block]++ == 0) {
                removeFree(block);
            }
            sequence.addBlock(block);
            sequence.lastBlockHash = hashes[block];
            sequence.numHashedBlocks++;
        }
        for (int i = 0; i < needed; i++) {
            int block = head;
            removeFree(block);
            evict(block);
            references[block] = 1;
            sequence.addBlock(block);
        }
        if (prefixCaching) {
            // As in vLLM, blocks can be found from now on, before the step that fills them has run: the step comes
            // first for all of them.
            remember(sequence, (computed + newTokens) / blockSize);
        }
        return true;
    }

    private void remember(Sequence sequence, int fullBlocks) {
        while (sequence.numHashedBlocks < fullBlocks) {
            int i = sequence.numHashedBlocks++;
            long hash = hash(sequence.lastBlockHash, sequence.tokens, i * blockSize);
            sequence.lastBlockHash = hash;
            int block = sequence.blocks[i];
            if (byHash.putIfAbsent(hash, block) == null) {
                hashes[block] = hash;
                cached[block] = true;
            }
        }
    }

    /** Takes a sequence's blocks back; what they hold can be found until they are given to another. */
    void release(Sequence sequence) {
        for (int i = sequence.numBlocks - 1; i >= 0; i--) {
            int block = sequence.blocks[i];
            if (--references[block] == 0) {
                appendFree(block);
            }
        }
        sequence.numBlocks = 0;
        sequence.numHashedBlocks = 0;
        sequence.lastBlockHash = sequence.request.cacheSalt();
    }

    /**
     * Forgets all prefixes.
     *
     * @return false when sequences hold blocks; then nothing has changed
     */
    boolean reset() {
        if (free != total) {
            return false;
        }
        byHash.clear();
        Arrays.fill(cached, false);
        return true;
    }

    private void evict(int block) {
        if (cached[block]) {
            cached[block] = false;
            byHash.remove(hashes[block]);
        }
    }

    private long hash(long before, int[] tokens, int from) {
        long h = ToyModel.mix(before ^ 0x632BE59BD9B4E019L);
        for (int i = from; i < from + blockSize; i++) {
            h = ToyModel.mix(h ^ tokens[i]);
        }
        return h;
    }

    private void appendFree(int block) {
        previous[block] = tail;
        next[block] = NONE;
        if (tail == NONE) {
            head = block;
        } else {
            next[tail] = block;
        }
        tail = block;
        free++;
    }

    private void removeFree(int block) {
        if (previous[block] == NONE) {
            head = next[block];
        } else {
            next[previous[block]] = next[block];
        }
        if (next[block] == NONE) {
            tail = previous[block];
        } else {
            previous[next[block]] = previous[block];
        }
        free--;
    }
}
