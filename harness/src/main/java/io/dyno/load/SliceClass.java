package io.dyno.load;

import io.dyno.PromptRequest;
import io.dyno.plan.RandomStream;

/** Keeps random slices apart by construction: what a slice's prompts may begin with depends on the slice. Exact for {@value #WINDOWS} windows. */
final class SliceClass {
    private static final int CLASSES = 64;
    private static final int WINDOWS = CLASSES - 2;

    private SliceClass() {}

    /** One of {@code choices}, from those that are the slice's own. */
    static int draw(RandomStream random, int window, int choices) {
        int own =
                switch (window) {
                    case PromptRequest.WARMUP -> 0;
                    case PromptRequest.TAIL -> 1;
                    default -> 2 + window % WINDOWS;
                };
        return choices < 2 * CLASSES ? random.nextInt(choices) : own + CLASSES * random.nextInt(choices / CLASSES);
    }
}
