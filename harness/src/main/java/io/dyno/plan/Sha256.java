package io.dyno.plan;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, without the exception that cannot happen. */
public final class Sha256 {
    private Sha256() {}

    /** A new digest. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
