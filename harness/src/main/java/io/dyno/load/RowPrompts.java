package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.RandomStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A finite dataset, shuffled by the seed and cut into as many equal slices as there are measurement windows, plus one for the warm-up and one for
 * the tail. A row that stands in the dataset twice is salted the second time, so that slices share no prompt. The tail scores nothing and may
 * always repeat rows.
 */
final class RowPrompts implements PromptSource {
    private final Rows rows;
    private final int windows;
    private final Integer outputLen;
    private final int defaultOutputLen;
    private final boolean oversample;
    private final Salt salt;
    private final Salt repeatSalt;
    private final int[] order;
    private final boolean[] duplicate;
    private final AtomicLong repeated = new AtomicLong();
    private final Map<Integer, String> dropped = new ConcurrentHashMap<>();

    /**
     * A dataset's rows.
     *
     * @param name for messages: {@code dyno}, or the file
     * @param hash SHA-256 of the whole, hex
     * @param filter which of the rows are asked
     * @param unread rows that the file has and {@code prompts} does not, by reason
     */
    record Rows(String name, String hash, List<Prompt> prompts, RowFilter filter, Map<String, Long> unread) {
        Rows {
            prompts = List.copyOf(prompts);
            unread = Map.copyOf(unread);
        }
    }

    /**
     * @param windows measurement windows
     * @param outputLen overrides the rows' own, or null
     * @param defaultOutputLen where a row has none
     * @param salt for every prompt, or null
     * @param repeatSalt for repeats
     */
    RowPrompts(
            Rows rows,
            int windows,
            long seed,
            Integer outputLen,
            int defaultOutputLen,
            boolean oversample,
            Salt salt,
            Salt repeatSalt) {
        this.rows = rows;
        this.windows = windows;
        this.outputLen = outputLen;
        this.defaultOutputLen = defaultOutputLen;
        this.oversample = oversample;
        this.salt = salt;
        this.repeatSalt = repeatSalt;
        this.order = new int[rows.prompts().size()];
        this.duplicate = new boolean[order.length];
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            duplicate[i] = !seen.add(PromptHash.of(rows.prompts().get(i)));
        }
        RandomStream.of(seed, "order").shuffle(order);
    }

    private int sliceSize() {
        return order.length / (windows + 2);
    }

    @Override
    public PromptSlice open(int window) {
        return new Slice(window);
    }

    @Override
    public boolean has(int window) {
        return oversample || window < windows;
    }

    @Override
    public String datasetHash() {
        return rows.hash();
    }

    @Override
    public Report report() {
        Map<String, Long> reasons = new TreeMap<>(rows.unread());
        dropped.values().forEach(reason -> reasons.merge(reason, 1L, Long::sum));
        return new Report(repeated.get(), 0, 0, reasons, rows.filter().notes());
    }

    private final class Slice implements PromptSlice {
        private final String name;
        private final boolean mayRepeat;
        private final List<Integer> own = new ArrayList<>();
        private final int part;
        private int cursor;
        private int index;

        Slice(int window) {
            name = PromptSource.sliceName(window);
            mayRepeat = oversample || window == PromptRequest.TAIL;
            part = window < 0 ? -1 - window : 2 + window;
            if (window < windows) {
                for (int i = 0; i < sliceSize(); i++) {
                    own.add(order[part * sliceSize() + i]);
                }
            }
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            int first = cursor;
            while (true) {
                boolean repeat = cursor >= own.size();
                if (repeat && (!mayRepeat || cursor - first > order.length)) {
                    throw ranOut();
                }
                int row = !repeat ? own.get(cursor) : repeat();
                cursor++;
                RowFilter.Verdict verdict =
                        rows.filter().judge(row, rows.prompts().get(row));
                if (verdict.dropped() == null) {
                    return give(row, verdict.prompt(), repeat);
                }
                dropped.put(row, verdict.dropped());
            }
        }

        private DatasetException ranOut() {
            String out = dropped.isEmpty() ? "" : " (" + dropped.size() + " rows seen so far were left out)";
            return new DatasetException("The dataset " + rows.name() + " has " + order.length + " rows. Cut into "
                    + (windows + 2) + " slices (" + windows + " measurement windows, warm-up, tail) that is "
                    + sliceSize() + " each, and slice " + name + " ran out after " + index
                    + " prompts" + out
                    + ". Add rows, ask for fewer or shorter windows, or set oversample = true: then rows repeat,"
                    + " each repeat salted, and the result says how many.");
        }

        private DrawnPrompt give(int row, Prompt asked, boolean repeat) {
            Prompt prompt = asked;
            if (repeat || duplicate[row]) {
                repeated.incrementAndGet();
                prompt = repeatSalt.applyTo(prompt, name, index);
            } else if (salt != null) {
                prompt = salt.applyTo(prompt, name, index);
            }
            int length =
                    outputLen != null ? outputLen : prompt.outputLen() != null ? prompt.outputLen() : defaultOutputLen;
            return new DrawnPrompt(name, index++, PromptHash.of(prompt), prompt, length);
        }

        /** The slice's own rows again; all rows where it has none of its own. */
        private int repeat() {
            return own.isEmpty() ? order[(part + cursor) % order.length] : own.get(cursor % own.size());
        }
    }
}
