package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** By what prompts are known in files, which never hold them: first 16 hex digits of the SHA-256 of the UTF-8 text, or of the ids as big-endian ints. */
public final class PromptHash {
    private PromptHash() {}

    /** The hash of what is sent. */
    public static String of(Prompt prompt) {
        byte[] bytes;
        if (prompt.text() != null) {
            bytes = prompt.text().getBytes(StandardCharsets.UTF_8);
        } else {
            bytes = new byte[prompt.tokenIds().length * Integer.BYTES];
            ByteBuffer.wrap(bytes).asIntBuffer().put(prompt.tokenIds());
        }
        MessageDigest sha = Sha256.digest();
        return HexFormat.of().formatHex(sha.digest(bytes), 0, 8);
    }
}
