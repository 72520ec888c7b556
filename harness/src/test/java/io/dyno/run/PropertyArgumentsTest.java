package io.dyno.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertyArgumentsTest {
    private static final List<String> POM = List.of("ChatCapacity|RateSweep", "-f", "2", "-r", "3s");

    @Test
    void withoutThePropertyThePomDecides() throws Exception {
        assertThat(arguments(null)).isEqualTo(POM);
        assertThat(arguments(" ")).isEqualTo(POM);
    }

    @Test
    void thePropertyReplacesThePomsArguments() throws Exception {
        assertThat(arguments("PrefixCaching -f 5")).containsExactly("PrefixCaching", "-f", "5");
    }

    @Test
    void thePomsBenchmarksStayWhereThePropertyNamesNone() throws Exception {
        assertThat(arguments("-engine vllm -p 'model=/models/my model'"))
                .containsExactly("ChatCapacity|RateSweep", "-engine", "vllm", "-p", "model=/models/my model");
    }

    @Test
    void aRunThatGoesOnKnowsItsBenchmarks() throws Exception {
        assertThat(arguments("-resume -run night")).containsExactly("-resume", "-run", "night");
    }

    @Test
    void aSubcommandTakesNoBenchmarks() throws Exception {
        assertThat(arguments("explain DYNO-107")).containsExactly("explain", "DYNO-107");
    }

    @Test
    void profilersAreAdded() throws Exception {
        assertThat(PropertyArguments.of(List.of("Sample"), Map.of("dyno.prof", "vllm, nsys,")::get))
                .containsExactly("Sample", "-prof", "vllm", "-prof", "nsys");
    }

    @Test
    void commasInQuotesAndBracesDoNotPartProfilers() throws Exception {
        String text = "\"nsys:trace=cuda,nvtx,osrt\",torch:config={\"a\":1,\"b\":2},vllm";

        assertThat(PropertyArguments.of(List.of("Sample"), Map.of("dyno.prof", text)::get))
                .containsExactly(
                        "Sample",
                        "-prof",
                        "nsys:trace=cuda,nvtx,osrt",
                        "-prof",
                        "torch:config={\"a\":1,\"b\":2}",
                        "-prof",
                        "vllm");
    }

    private static List<String> arguments(String property) throws UsageException {
        return PropertyArguments.of(POM, property == null ? name -> null : Map.of("dyno.args", property)::get);
    }
}
