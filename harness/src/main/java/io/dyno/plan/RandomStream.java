package io.dyno.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A named stream of random numbers. The same seed and name give the same numbers on every JVM and in every release of Java: the state of a
 * xoshiro256++ generator (Blackman and Vigna, 2019) is the SHA-256 of seed and name, and nothing depends on the JDK's own generators or on
 * intrinsics of {@link Math}. Streams of different names are independent for all that a benchmark can see.
 */
public final class RandomStream {
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private long s0;
    private long s1;
    private long s2;
    private long s3;

    private RandomStream(ByteBuffer state) {
        s0 = state.getLong();
        s1 = state.getLong();
        s2 = state.getLong();
        s3 = state.getLong();
    }

    /**
     * A stream.
     *
     * @param seed the user's seed
     * @param purpose what it is for, in words that together name it: {@code "prompts", "3"}
     */
    public static RandomStream of(long seed, String... purpose) {
        return new RandomStream(ByteBuffer.wrap(digest(seed, purpose)));
    }

    /** A seed for somebody else's generator, derived as a stream is. */
    public static long seed(long seed, String... purpose) {
        return ByteBuffer.wrap(digest(seed, purpose)).getLong();
    }

    /** The SHA-256 of seed and purpose, of which a stream's state is made: names what depends on both. */
    public static byte[] digest(long seed, String... purpose) {
        MessageDigest sha = Sha256.digest();
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
        for (String word : purpose) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length)); // "ab","c" is not "a","bc"
            sha.update(bytes);
        }
        return sha.digest();
    }

    /** 64 random bits. */
    public long nextLong() {
        long result = Long.rotateLeft(s0 + s3, 23) + s0;
        long t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = Long.rotateLeft(s3, 45);
        return result;
    }

    /** Uniform in [0, bound). */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1, got " + bound);
        }
        long limit = Long.MAX_VALUE - Long.MAX_VALUE % bound; // rejection keeps it exactly uniform
        long r = nextLong() >>> 1;
        while (r >= limit) {
            r = nextLong() >>> 1;
        }
        return (int) (r % bound);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * DOUBLE_UNIT;
    }

    /** Exponential with mean 1. */
    public double nextExponential() {
        return -StrictMath.log(1 - nextDouble());
    }

    /** Standard normal: Marsaglia's polar method. */
    public double nextGaussian() {
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double r = x * x + y * y;
            if (r > 0 && r < 1) {
                return x * StrictMath.sqrt(-2 * StrictMath.log(r) / r);
            }
        }
    }

    /** Gamma with the given shape and scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
    public double nextGamma(double shape) {
        if (!(shape > 0) || Double.isInfinite(shape)) {
            throw new IllegalArgumentException("shape must be finite and greater than 0, got " + shape);
        }
        if (shape == 1) {
            return nextExponential();
        }
        if (shape < 1) {
            return nextGamma(shape + 1) * StrictMath.pow(1 - nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            double u = 1 - nextDouble();
            if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }

    /** Puts the array into random order (Fisher and Yates). */
    public void shuffle(int[] array) {
        for (int i = array.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int t = array[i];
            array[i] = array[j];
            array[j] = t;
        }
    }
}
