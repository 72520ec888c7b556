package io.dyno.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 of a list of parts. Each part goes in with its length, so that ("ab", "c") differs from ("a", "bc"). */
final class Fingerprint {
    private final MessageDigest digest = Sha256.digest();

    Fingerprint add(Object part) {
        byte[] text = Values.text(part).getBytes(StandardCharsets.UTF_8);
        digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(text);
        return this;
    }

    byte[] bytes() {
        return digest.digest();
    }

    /** The first 12 hex digits. */
    String id() {
        return HexFormat.of().formatHex(bytes(), 0, 6);
    }
}
