package io.dyno.engine.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How two answers are compared: by their shapes, and where these differ, the message says where and how. */
class ShapeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            values are types            | {"a":1,"b":1.5,"c":"x","d":true,"e":null} | {"a":"(integer)","b":"(number)","c":"(text)","d":true,"e":null}
            what clients decide by stays| {"finish_reason":"stop","code":404,"message":"m"} | {"finish_reason":"stop","code":404,"message":"m"}
            equal neighbours stand once | {"a":[1,2,3],"b":[1,"x",2],"c":[]} | {"a":["(integer)"],"b":["(integer)","(text)","(integer)"],"c":[]}
            keys that are data are one  | {"a":{" the":-1.5,"token:5":-2.5}} | {"a":{"(key)":"(number)"}}
            exact fields keep values    | {"prompt_tokens":7,"ids":[1,1]} | {"prompt_tokens":7,"ids":[1,1]}
            the model is not named      | {"message":"no tiny here"} | {"message":"no {model} here"}
            """)
    void ofJson(String rule, String body, String shape) {
        assertThat(of("application/json", body).path("body")).as(rule).hasToString(shape);
    }

    @Test
    void ofAStreamTheEventsStandInOrderAndEqualNeighboursOnce() {
        String events = """
                data: {"choices":[{"delta":{"role":"assistant"}}]}

                data: {"choices":[{"delta":{"content":"a"}}]}

                data: {"choices":[{"delta":{"content":"b"}}]}

                data: [DONE]

                """;
        assertThat(of("text/event-stream; charset=utf-8", events).path("events"))
                .hasToString(
                        "[{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]},{\"choices\":[{\"delta\":{\"content\":\"(text)\"}}]},\"[DONE]\"]");
    }

    @Test
    void ofMetricsTheTypesAndTheNamesOfLabels() {
        String page = """
                # HELP python_info Python
                # TYPE python_info gauge
                python_info{version="3"} 1.0
                # HELP vllm:ttft_seconds Time
                # TYPE vllm:ttft_seconds histogram
                vllm:ttft_seconds_bucket{engine="0",le="0.1"} 3.0
                vllm:ttft_seconds_sum{engine="0"} 0.2
                # HELP vllm:tokens_total Tokens
                # TYPE vllm:tokens_total counter
                vllm:tokens_total{engine="0"} 3.0
                """;
        assertThat(of("text/plain", page).path("body"))
                .hasToString(
                        "{\"vllm:tokens_total\":\"counter engine\",\"vllm:ttft_seconds\":\"histogram engine,le\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":{"b":1}}       | {"a":{}}            | /a/b is missing, expected 1
            {"a":{}}            | {"a":{"b":1}}       | /a/b is 1, expected nothing there
            {"a":[{"b":"x"}]}   | {"a":[{"b":null}]}  | /a/0/b is null, expected "x"
            {"a":["x","y"]}     | {"a":["x"]}         | /a/1 is missing, expected "y"
            {"a":1,"b":2}       | {"b":2,"a":1}       | the whole has its fields in the order [b, a], expected [a, b]
            {"a/b":1}           | {"a/b":2}           | /a~1b is 2, expected 1
            """)
    void aDifferenceIsToldWithItsPointer(String expected, String actual, String message) throws Exception {
        assertThat(Difference.between(SimProcess.JSON.readTree(expected), SimProcess.JSON.readTree(actual)))
                .singleElement()
                .hasToString(message);
    }

    @Test
    void equalShapesDoNotDiffer() throws Exception {
        JsonNode shape = SimProcess.JSON.readTree("{\"a\":[1,{\"b\":null}]}");
        assertThat(Difference.between(shape, shape.deepCopy())).isEmpty();
    }

    @Test
    void aDifferenceOnPurposeIsNoViolationAndOneThatIsNoneAnyMoreIs() throws Exception {
        JsonNode real = SimProcess.JSON.readTree("{\"status\":200,\"body\":{\"a\":{\"b\":1}}}");
        JsonNode other = SimProcess.JSON.readTree("{\"status\":200,\"body\":{\"a\":{\"b\":2}}}");
        Exchange known = exchange(Map.of("/body/a", "on purpose"));

        assertThat(Contract.violations(known, real, other)).isEmpty();
        assertThat(Contract.violations(known, real, real))
                .singleElement()
                .asString()
                .startsWith("/body/a is what vLLM answers")
                .contains("on purpose");
        assertThat(Contract.violations(exchange(Map.of()), real, other)).containsExactly("/body/a/b is 2, expected 1");
    }

    @Test
    void whereTheStatusDiffersNothingElseIsTold() throws Exception {
        JsonNode real = SimProcess.JSON.readTree("{\"status\":404,\"body\":{\"error\":{}}}");
        JsonNode other = SimProcess.JSON.readTree("{\"status\":200,\"body\":{\"id\":\"x\"}}");
        assertThat(Contract.violations(exchange(Map.of()), real, other))
                .containsExactly("/status is 200, expected 404 with {\"error\":{}}");
    }

    private static JsonNode of(String type, String body) {
        return Shape.of(new Answer(200, Set.of("date"), type, body), "tiny", Set.of("prompt_tokens", "ids"));
    }

    private static Exchange exchange(Map<String, String> differs) {
        return new Exchange(
                "x", "GET", "/", Optional.empty(), "application/json", Optional.empty(), Set.of(), false, differs);
    }
}
