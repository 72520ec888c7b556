package io.dyno.plan;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Random streams that depend on a seed and a purpose alone: the same in every run, unlike for different purposes. */
public final class NamedStream {
    private NamedStream() {}

    /**
     * The seed of a stream: the first 64 bits of the SHA-256 of seed and purpose.
     *
     * @param seed what the user set
     * @param purpose what the stream is for, part by part: {@code "order", configurationId, fork}
     */
    public static long seed(long seed, Object... purpose) {
        Fingerprint fingerprint = new Fingerprint().add(seed);
        for (Object part : purpose) {
            fingerprint.add(part);
        }
        return ByteBuffer.wrap(fingerprint.bytes()).getLong();
    }

    /** A generator of that stream. */
    public static SplittableRandom random(long seed, Object... purpose) {
        return new SplittableRandom(seed(seed, purpose));
    }
}
