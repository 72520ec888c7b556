package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValuesTest {
    static Stream<Arguments> values() {
        return Stream.of(
                arguments("tp", " 2 ", 2L, "2"),
                arguments("requestRate", "inf", Double.POSITIVE_INFINITY, "inf"),
                arguments("requestRate", "8.0", 8.0, "8"),
                arguments("requestRate", "1e3", 1000.0, "1000"),
                arguments("gpuMemoryUtilization", "0.90", 0.9, "0.9"),
                arguments("temperature", "-0", 0.0, "0"),
                arguments("maxConcurrency", "inf", Long.MAX_VALUE, "inf"),
                arguments("maxConcurrency", "2147483647", Long.MAX_VALUE, "inf"),
                arguments("seed", "-9000000000", -9_000_000_000L, "-9000000000"),
                arguments("drained", "True", true, "true"),
                arguments("endpoint", "chat", "CHAT", "CHAT"),
                arguments("model", "Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
                arguments("env", "[\"A=1\",\"B=a,b\"]", List.of("A=1", "B=a,b"), "[\"A=1\",\"B=a,b\"]"),
                arguments("env", "A=1", List.of("A=1"), "[\"A=1\"]"),
                arguments("engineArgs", "[]", List.of(), "[]"),
                arguments(
                        "engineArgs",
                        "[\"--max-logprobs\", 5]",
                        List.of("--max-logprobs", "5"),
                        "[\"--max-logprobs\",\"5\"]"),
                arguments(
                        "speculativeConfig",
                        "{ \"method\" : \"ngram\", \"n\" : [1, 2.50] }",
                        "{\"method\":\"ngram\",\"n\":[1,2.5]}",
                        "{\"method\":\"ngram\",\"n\":[1,2.5]}"));
    }

    @ParameterizedTest(name = "{0} = {1} is {3}")
    @MethodSource("values")
    void textBecomesAValueWithOneCanonicalText(String setting, String text, Object value, String canonical)
            throws Values.NotAValueException {
        Object parsed = Values.parse(Settings.find(setting).orElseThrow(), text);

        assertThat(parsed).isEqualTo(value);
        assertThat(Values.text(parsed)).isEqualTo(canonical);
        assertThat(Values.parse(Settings.find(setting).orElseThrow(), canonical))
                .as("the canonical text means the same")
                .isEqualTo(value);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("tp", "2.0", "is not a whole number"),
                arguments("tp", "inf", "is not a whole number"),
                arguments("maxConcurrency", "all", "is not a whole number or inf"),
                arguments("requestRate", "NaN", "is not a number"),
                arguments("requestRate", "0x10", "is not a number"),
                arguments("requestRate", "-1", "greater than 0, or inf"),
                arguments("drained", "1", "is neither true nor false"),
                arguments("numPrompts", "3000000000", "must be at most 2147483647"),
                arguments("speculativeConfig", "{", "is no JSON"),
                arguments("speculativeConfig", "{} {}", "has something behind its JSON value"),
                arguments("speculativeConfig", "{}x", "is no JSON"),
                arguments("engineArgs", "[[1]]", "is no JSON array of strings"),
                arguments("engineArgs", "[\"a\"", "is no JSON array"),
                arguments("engineArgs", "[\"a\"] x", "is no JSON array"));
    }

    @ParameterizedTest(name = "{0} = {1}: {2}")
    @MethodSource("wrong")
    void whatIsNoValueIsRefusedWithTheReason(String setting, String text, String reason) {
        assertThatThrownBy(() -> Values.parse(Settings.find(setting).orElseThrow(), text))
                .isInstanceOf(Values.NotAValueException.class)
                .hasMessageContaining(reason);
    }

    static Stream<Arguments> splits() {
        return Stream.of(
                arguments("8", List.of("8")),
                arguments("8,32 , 128", List.of("8", "32", "128")),
                arguments("", List.of("")),
                arguments(",true", List.of("", "true")),
                arguments("a,", List.of("a", "")),
                arguments("[\"A=1\",\"B=2\"]", List.of("[\"A=1\",\"B=2\"]")),
                arguments("[1,2],[3,4]", List.of("[1,2]", "[3,4]")),
                arguments("{\"a\":1,\"b\":[1,2]},{}", List.of("{\"a\":1,\"b\":[1,2]}", "{}")),
                arguments("{\"a\":\"}\",\"b\":1}", List.of("{\"a\":\"}\",\"b\":1}")),
                arguments("{\"a\":\"\\\"},\"},x", List.of("{\"a\":\"\\\"},\"}", "x")),
                arguments("\"a,b\",c", List.of("a,b", "c")),
                arguments("a]b,c", List.of("a]b", "c")));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("splits")
    void commasSplitOutsideOfBracketsBracesAndQuotes(String text, List<String> parts) {
        assertThat(Values.split(text)).isEqualTo(parts);
    }

    @Test
    void aListGoesThroughItsTextUnchanged() throws Values.NotAValueException {
        List<String> tokens = List.of("--x", "{\"a\": \"b,c\"}", "with \"quotes\" and \\", "");

        assertThat(Values.parse(Settings.find("engineArgs").orElseThrow(), Values.array(tokens)))
                .isEqualTo(tokens);
    }
}
