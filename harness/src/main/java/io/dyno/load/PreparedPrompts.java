package io.dyno.load;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Prompts made ahead by a thread of their own, so that the send path only takes them. A slice is filled from the moment it is opened, as far
 * ahead as asked, and refilled as it is used. A load that outruns the thread waits for it, which shows as send lag.
 */
public final class PreparedPrompts implements PromptSource, AutoCloseable {
    private final PromptSource source;
    private final int ahead;
    private final Consumer<DrawnPrompt> prepare;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "dyno-prompts");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param ahead how many prompts of each open slice are kept ready, at least 1
     * @param prepare called with each prompt on the thread that makes it, before the prompt can be taken: the driver's chance to encode it
     */
    public PreparedPrompts(PromptSource source, int ahead, Consumer<DrawnPrompt> prepare) {
        this.source = source;
        this.ahead = ahead;
        this.prepare = prepare;
    }

    /** Opens a slice and waits until it is filled as far ahead as asked, or has run out. */
    @Override
    public PromptSlice open(int window) {
        Filler filler = new Filler(source.open(window));
        threads.execute(filler);
        try {
            filler.filled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the load that follows sees it and ends
        }
        return filler;
    }

    @Override
    public boolean has(int window) {
        return source.has(window);
    }

    @Override
    public String datasetHash() {
        return source.datasetHash();
    }

    @Override
    public Report report() {
        return source.report();
    }

    /** Ends the threads; slices that are still open run dry. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A prompt, or why there is none. */
    private record Item(DrawnPrompt prompt, DatasetException end) {}

    private final class Filler implements Runnable, PromptSlice {
        private final PromptSlice slice;
        private final BlockingQueue<Item> ready = new ArrayBlockingQueue<>(ahead);
        private final CountDownLatch filled = new CountDownLatch(1);
        private DatasetException ended;

        Filler(PromptSlice slice) {
            this.slice = slice;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    Item item = make();
                    if (item.end() != null || ready.remainingCapacity() == 1) {
                        filled.countDown();
                    }
                    ready.put(item);
                    if (item.end() != null) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                filled.countDown(); // closed: nobody takes prompts any more
            }
        }

        private Item make() {
            try {
                DrawnPrompt prompt = slice.next();
                prepare.accept(prompt);
                return new Item(prompt, null);
            } catch (DatasetException e) {
                return new Item(null, e);
            } catch (RuntimeException | Error e) {
                return new Item(null, new DatasetException("Prompts could not be made: " + e, e));
            }
        }

        @Override
        public DrawnPrompt next() throws DatasetException {
            if (ended == null) {
                Item item = take();
                if (item.prompt() != null) {
                    return item.prompt();
                }
                ended = item.end();
            }
            throw ended;
        }

        private Item take() {
            try {
                return ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Item(null, new DatasetException("Interrupted while waiting for a prompt"));
            }
        }
    }
}
