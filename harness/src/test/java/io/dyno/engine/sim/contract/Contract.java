package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the simulator is held to: the same requests, asked of vLLM 0.32.0 and of it, have answers of the same {@link Shape}. {@code requests.jsonl}
 * has the requests, {@code vllm-0.32.0.jsonl} the shapes that the real one answered with.
 */
public final class Contract {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Contract() {}

    /** The requests. */
    public static List<Exchange> exchanges() {
        return Exchange.parseAll(lines("requests.jsonl"));
    }

    /** The recorded shapes by the name of the exchange. */
    public static Map<String, JsonNode> recorded() {
        Map<String, JsonNode> shapes = new LinkedHashMap<>();
        for (String line : lines("vllm-0.32.0.jsonl")) {
            try {
                JsonNode json = JSON.readTree(line);
                shapes.put(json.path("case").asText(), json.path("answer"));
            } catch (JsonProcessingException e) {
                throw new AssertionError(line, e);
            }
        }
        return shapes;
    }

    /** A line of the recording. */
    public static String line(Exchange exchange, JsonNode shape) {
        return JSON.createObjectNode()
                .put("case", exchange.name())
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("answer", shape)
                .toString();
    }

    /**
     * What the simulator does wrong: differences that are not on the exchange's list, and entries of that list that are no difference any more.
     *
     * @param real the shape of vLLM's answer
     * @param simulated the shape of the simulator's
     */
    public static List<String> violations(Exchange exchange, JsonNode real, JsonNode simulated) {
        List<String> violations = new ArrayList<>();
        List<Difference> differences = Difference.between(real, simulated);
        if (differences.stream().anyMatch(difference -> difference.at().equals("/status"))) {
            // An error and an answer: that all the rest differs says nothing more.
            differences = List.of(new Difference(
                    "/status",
                    "is " + simulated.path("status") + ", expected " + real.path("status") + " with "
                            + real.path("body")));
        }
        for (Difference difference : differences) {
            if (exchange.differs().keySet().stream().noneMatch(at -> covers(at, difference.at()))) {
                violations.add(difference.toString());
            }
        }
        for (Map.Entry<String, String> known : exchange.differs().entrySet()) {
            if (differences.stream().noneMatch(difference -> covers(known.getKey(), difference.at()))) {
                violations.add(known.getKey() + " is what vLLM answers; it stands as a difference on purpose ("
                        + known.getValue() + "): take it off the list");
            }
        }
        return violations;
    }

    private static boolean covers(String known, String at) {
        return at.equals(known) || at.startsWith(known + "/");
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Contract.class.getResourceAsStream(resource)) {
            if (in == null) {
                return List.of();
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
