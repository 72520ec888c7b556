package io.dyno.profilers.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankTracesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | rank0 |",
                "2 | frontend rank0 dp1-rank1 |",
                "2 | rank0 rank0-2 |",
                "1 | pid4711 |",
                "1 | frontend | vLLM left traces of 0 of 1 ranks; missing: rank0",
                "1 | frontend frontend-2 | vLLM left traces of 0 of 1 ranks; missing: rank0",
                "4 | frontend rank2 dp1-rank3 | vLLM left traces of 2 of 4 ranks; missing: rank0, rank1",
                "3 | rank0 rank0-2 | vLLM left traces of 2 of 3 ranks",
                "2 | pid4711 | vLLM left traces of 1 of 2 ranks",
            })
    void theRanksThatLeftNoTraceAreNamedWhereThatIsKnown(int ranks, String names, String missing) {
        assertThat(RankTraces.missing(ranks, List.of(names.split(" "))).orElse(null))
                .isEqualTo(missing);
    }
}
