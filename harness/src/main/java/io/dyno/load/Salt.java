package io.dyno.load;

import io.dyno.Prompt;
import io.dyno.plan.RandomStream;
import java.util.HexFormat;

/**
 * Makes a prompt unlike any other from its first token on, so that no prefix cache can serve it: of token ids the first eight are replaced, before
 * a text goes a line, whose tokens the server counts as input.
 *
 * @param seed the workload's seed
 * @param nonce what must differ for salts to differ: run, point and fork where a server outlives them; empty for salts that are always the same
 * @param vocabulary where replacing token ids are drawn from
 */
record Salt(long seed, String nonce, Vocabulary vocabulary) {
    private static final int TOKENS = 8;

    Prompt applyTo(Prompt prompt, String slice, int index) {
        RandomStream random = RandomStream.of(seed, "salt", nonce, slice, Integer.toString(index));
        if (prompt.text() != null) {
            String line = "[" + HexFormat.of().toHexDigits(random.nextLong()) + "]\n";
            return new Prompt(line + prompt.text(), null, prompt.outputLen());
        }
        int[] ids = prompt.tokenIds().clone();
        for (int i = 0; i < Math.min(TOKENS, ids.length); i++) {
            ids[i] = vocabulary.draw(random);
        }
        return new Prompt(null, ids, prompt.outputLen());
    }
}
