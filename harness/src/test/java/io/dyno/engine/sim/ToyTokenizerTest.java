package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToyTokenizerTest {
    private static final ToyTokenizer QWEN = new ToyTokenizer(151_936);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello, how are you?",
                "  two blanks, a\ttab and a\nline ",
                "меща 外观 naïve 😀👩‍🚀",
                "CamelCaseAndSHOUTING and x1y2",
                " zzzz zzzz",
                "a",
                "{\"json\": [1, 2.5, null]}"
            })
    void decodingInvertsEncoding(String text) {
        assertThat(QWEN.decode(QWEN.encode(text))).isEqualTo(text);
        ToyTokenizer tiny = new ToyTokenizer(300);
        assertThat(tiny.decode(tiny.encode(text))).as("with 300 ids").isEqualTo(text);
        assertThat(IntStream.of(tiny.encode(text)).max().orElseThrow()).isLessThan(300);
    }

    @Test
    void everyTokenAboveTheBytesIsOneTokenAgain() {
        for (int id = ToyTokenizer.FIRST_WORD; id < 151_936; id++) {
            int[] again = QWEN.encode(QWEN.decode(id));
            if (again.length != 1 || again[0] != id) {
                assertThat(again)
                        .as("encoding of the text of token " + id + ": \"" + QWEN.decode(id) + "\"")
                        .containsExactly(id);
            }
        }
    }

    @Test
    void anyTextOfRandomCharactersSurvives() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < 30; k++) {
                int c = random.nextInt(4) == 0 ? random.nextInt(0xD800) : random.nextInt(128);
                text.appendCodePoint(random.nextInt(40) == 0 ? 0x1F600 + random.nextInt(50) : c);
            }
            assertThat(QWEN.decode(QWEN.encode(text.toString()))).isEqualTo(text.toString());
        }
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharacters() {
        assertThat(QWEN.decode(0xE5, 0xA4)).isEqualTo("\uFFFD");
        assertThat(QWEN.decode(0xE5, 0xA4, 0x96))
                .as("three tokens, one character")
                .isEqualTo("外");
    }

    @Test
    void anEnglishTextHasAboutAsManyTokensAsWithARealTokenizer() {
        String text = "The quick brown fox jumps over the lazy dog, and nobody in the village remembers why it did so.";
        assertThat(text.length() / (double) QWEN.encode(text).length)
                .as("characters a token")
                .isBetween(2.2, 4.5);
    }
}
