package io.dyno.benchmarks.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dyno.engine.LogPatterns;
import io.dyno.engine.sim.contract.Answer;
import io.dyno.engine.sim.contract.Contract;
import io.dyno.engine.sim.contract.Difference;
import io.dyno.engine.sim.contract.Exchange;
import io.dyno.engine.sim.contract.Shape;
import io.dyno.engine.sim.contract.SimProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same requests to the real vLLM and to the simulator: their answers have the same shape, but for the differences that
 * {@code requests.jsonl} names; and the recording, to which the tests without vLLM hold the simulator, is what vLLM answers.
 * {@code -Ddyno.golden=write} records anew.
 */
@ExtendWith(RealServer.Shared.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContractRealIT {
    private static final Path RECORDING =
            Path.of("../harness/src/test/resources/io/dyno/engine/sim/contract/vllm-0.32.0.jsonl");

    /** On a busy machine vLLM puts all the tokens that wait into one event, and a stream may then lack its middle. */
    private static final int ATTEMPTS = 5;

    private static final boolean WRITE = "write".equals(System.getProperty("dyno.golden"));
    private static final List<String> WRITTEN = new ArrayList<>();
    private static final Map<String, JsonNode> RECORDED = Contract.recorded();
    private static SimProcess sim;

    @BeforeAll
    static void startTheSimulator() throws Exception {
        sim = SimProcess.servingModel(RealVllm.model().toString(), "gpu=H100", "--enforce-eager");
    }

    @AfterAll
    static void stopTheSimulator() throws Exception {
        sim.close();
        if (WRITE) {
            Files.write(RECORDING, WRITTEN);
        }
    }

    private static JsonNode shape(Exchange exchange, RealServer server, JsonNode simulated) throws Exception {
        JsonNode whole = Shape.of(Answer.to(exchange, server.url(), server.model()), server.model(), exchange.exact());
        return exchange.part() ? Shape.common(whole, simulated) : whole;
    }

    static List<Exchange> exchanges() {
        return Contract.exchanges();
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void vllmAndTheSimulatorAnswerAlike(Exchange exchange, RealServer server) throws Exception {
        JsonNode simulated = Shape.of(Answer.to(exchange, sim.url(), "tiny"), "tiny", exchange.exact());
        JsonNode real = shape(exchange, server, simulated);
        for (int i = 1;
                i < ATTEMPTS && !Contract.violations(exchange, real, simulated).isEmpty();
                i++) {
            real = shape(exchange, server, simulated);
        }
        if (WRITE) {
            WRITTEN.add(Contract.line(exchange, real));
        }
        assertThat(Contract.violations(exchange, real, simulated))
                .as("%s %s: the simulator beside vLLM", exchange.method(), exchange.path())
                .isEmpty();
        if (WRITE) {
            return;
        }
        assertThat(RECORDED).containsKey(exchange.name());
        assertThat(Difference.between(RECORDED.get(exchange.name()), real))
                .as("%s %s: vLLM beside the recording", exchange.method(), exchange.path())
                .isEmpty();
    }

    /** What {@code startup-patterns.tsv} finds in a log, in the order in which it first finds it. */
    private static Set<String> told(String log) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : log.lines().toList()) {
            for (LogPatterns.Rule rule :
                    LogPatterns.load("startup-patterns.tsv").rules()) {
                if (rule.pattern().matcher(line).find()) {
                    names.add(rule.name());
                }
            }
        }
        return names;
    }

    @Test
    void aStartTellsTheSameInTheSameOrder(RealServer server) {
        Set<String> real = told(server.log());
        Set<String> simulated = told(sim.log());

        assertThat(real).contains("phase:weights", "phase:kv-cache", "in-force:dtype", "in-force:seed");
        // A CPU's log names neither its attention backend nor how prefills are cut.
        simulated.remove("in-force:max-num-batched-tokens");
        assertThat(simulated).containsExactlyElementsOf(real);
    }
}
