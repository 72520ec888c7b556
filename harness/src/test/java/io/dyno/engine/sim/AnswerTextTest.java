package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    @Test
    void withoutStopTextsEveryTokenIsToldAtOnce() {
        AnswerText text = new AnswerText(List.of(), false, 0);
        assertThat(List.of(text.add("a", false), text.add("b", false), text.add("c", true)))
                .containsExactly("a", "b", "c");
    }

    @Test
    void aStopTextOverSeveralTokensEndsTheAnswerBeforeIt() {
        AnswerText text = new AnswerText(List.of("cde"), false, 0);
        assertThat(text.add("ab", false))
                .as("two characters could begin the stop text")
                .isEmpty();
        assertThat(text.add("cd", false)).isEqualTo("ab");
        assertThat(text.stoppedBy()).isNull();
        assertThat(text.add("ef", false)).isEmpty();
        assertThat(text.stoppedBy()).isEqualTo("cde");
        assertThat(text.whole()).isEqualTo("ab");
    }

    @Test
    void whatWasHeldBackIsToldAtTheEnd() {
        AnswerText text = new AnswerText(List.of("xyz"), false, 0);
        text.add("abx", false);
        assertThat(text.add("y", true)).isEqualTo("bxy");
    }

    @Test
    void theFirstOfSeveralStopTextsCounts() {
        AnswerText text = new AnswerText(List.of("d", "b"), false, 0);
        assertThat(text.add("abcd", false)).isEqualTo("a");
        assertThat(text.stoppedBy()).isEqualTo("b");
    }

    @Test
    void beforeTheLeastNumberOfTokensNothingStops() {
        AnswerText text = new AnswerText(List.of("a"), false, 1);
        assertThat(text.add("a", false)).isEqualTo("a");
        assertThat(text.stoppedBy()).isNull();
        text.add("ba", false);
        assertThat(text.stoppedBy()).isEqualTo("a");
        assertThat(text.whole()).isEqualTo("ab");
    }
}
