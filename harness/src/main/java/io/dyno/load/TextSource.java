package io.dyno.load;

import io.dyno.plan.RandomStream;
import java.util.Iterator;

/** Words of which prompts are made, each with the blank or line end that follows it. */
interface TextSource {
    /** The dataset's name. */
    String dataset();

    /** What decides the words besides the seed, for a hash. */
    String identity();

    /** Words that every prompt begins with, without end; none are taken when prompts have nothing in common. */
    Iterator<String> shared();

    /** A prompt's own words, without end. */
    Iterator<String> own(RandomStream random, int window);
}
