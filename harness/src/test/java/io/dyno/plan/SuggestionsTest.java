package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
    private static final List<String> FLAGS = List.of("max-num-seqs", "max-model-len", "max-num-batched-tokens", "tp");

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "max-num-seq,   max-num-seqs,  a letter is missing",
        "max_num_seqs,  max-num-seqs,  underscores are dashes",
        "maxNumSeqs,    max-num-seqs,  camel case is dashes",
        "max-modle-len, max-model-len, neighbours are swapped",
        "pt,            tp,            a short name with one swap",
    })
    void suggestsWhatWasMeant(String written, String meant, String why) {
        assertThat(Suggestions.closest(written, FLAGS)).as(why).contains(meant);
    }

    @Test
    void suggestsNothingForANameThatResemblesNone() {
        assertThat(Suggestions.closest("quantum-flux", FLAGS)).isEmpty();
        assertThat(Suggestions.didYouMean("quantum-flux", FLAGS)).isEmpty();
    }
}
