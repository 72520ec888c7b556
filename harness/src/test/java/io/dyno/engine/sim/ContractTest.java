package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.sim.contract.Answer;
import io.dyno.engine.sim.contract.Contract;
import io.dyno.engine.sim.contract.Exchange;
import io.dyno.engine.sim.contract.Shape;
import io.dyno.engine.sim.contract.SimProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulator answers as vLLM 0.32.0 answered when it was recorded; {@code ContractRealIT} holds that it still does. */
class ContractTest {
    private static final Map<String, JsonNode> RECORDED = Contract.recorded();
    private static SimProcess sim;

    @BeforeAll
    static void start() throws Exception {
        sim = SimProcess.serving("gpu=H100", "--enforce-eager");
    }

    @AfterAll
    static void stop() {
        sim.close();
    }

    static List<Exchange> exchanges() {
        return Contract.exchanges();
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void theSimulatorAnswersAsVllmDid(Exchange exchange) throws Exception {
        Answer answer = Answer.to(exchange, sim.url(), "tiny");

        assertThat(RECORDED).containsKey(exchange.name());
        assertThat(Contract.violations(
                        exchange, RECORDED.get(exchange.name()), Shape.of(answer, "tiny", exchange.exact())))
                .as("%s %s", exchange.method(), exchange.path())
                .isEmpty();
    }

    @Test
    void everyRequestIsRecordedOnceAndNothingElse() {
        assertThat(exchanges()).extracting(Exchange::name).doesNotHaveDuplicates();
        assertThat(RECORDED.keySet())
                .containsExactlyElementsOf(
                        exchanges().stream().map(Exchange::name).toList());
    }
}
