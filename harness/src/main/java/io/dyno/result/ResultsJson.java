package io.dyno.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.result.PointResult.MetricResult;
import io.dyno.result.PointResult.PercentileResult;
import io.dyno.stats.Estimate;
import java.util.List;

/** results.json: the whole of a run's results, for {@code compare}, {@code report} and everybody's scripts. Fields: docs/files.md. */
final class ResultsJson {
    private static final int SCHEMA = 1;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ResultsJson() {}

    static String of(RunResults results) throws JsonProcessingException {
        ObjectNode root = NODES.objectNode();
        root.put("schema", SCHEMA);
        root.set("run", results.run());
        ArrayNode benchmarks = root.putArray("benchmarks");
        results.entries().forEach(p -> benchmarks.add(point(p)));
        return Json.PRETTY.writeValueAsString(root) + "\n";
    }

    private static ObjectNode point(PointResult p) {
        ObjectNode node = NODES.objectNode();
        node.put("point", p.point());
        node.put("benchmark", p.benchmark());
        node.put("bench", p.benchId());
        node.set("params", Json.MAPPER.valueToTree(p.params()));
        node.set("settings", Json.MAPPER.valueToTree(p.settings()));
        node.set("inForce", Json.MAPPER.valueToTree(p.inForce().values()));
        node.set("inForceFrom", Json.MAPPER.valueToTree(p.inForce().from()));
        node.put("inForceMissing", p.inForce().missing());
        node.set("inForceVaries", Json.MAPPER.valueToTree(p.inForceVaries()));
        node.set("differences", Json.MAPPER.valueToTree(p.differences()));
        node.put("engine", p.engine());
        node.put("engineVersion", p.engineVersion());
        node.put("simulated", p.simulated());
        node.put("gpus", p.gpus());
        node.put("tokenSource", p.tokenSource());
        node.set("urls", Json.MAPPER.valueToTree(p.urls()));
        node.set("unknown", Json.MAPPER.valueToTree(p.unknown()));
        node.put("status", p.status().id());
        node.set("failure", failure(p.failure()));
        node.put("reason", p.reason());
        node.put("profiled", p.profiled());
        node.set("profile", Json.MAPPER.valueToTree(p.profile()));
        node.set("suspects", Json.MAPPER.valueToTree(p.suspects()));
        node.set("windows", Json.MAPPER.valueToTree(p.windows()));
        node.set("requests", Json.MAPPER.valueToTree(p.requests()));
        node.set("slo", p.slo() == null ? NODES.nullNode() : slo(p.slo()));
        node.set("identity", identity(p.identity()));
        node.set("prompts", Json.MAPPER.valueToTree(p.prompts()));
        node.put("primary", p.primary());
        ObjectNode metrics = node.putObject("metrics");
        p.metrics().forEach((name, m) -> metrics.set(name, metric(m)));
        return node;
    }

    private static ObjectNode failure(Failure failure) {
        if (failure == null) {
            return null;
        }
        ObjectNode node = NODES.objectNode();
        node.put("class", failure.type().id());
        node.put("message", failure.message());
        node.put("log", failure.log());
        return node;
    }

    private static ObjectNode slo(PointResult.Slo slo) {
        ObjectNode node = NODES.objectNode();
        node.set("limits", Json.MAPPER.valueToTree(slo.limits()));
        node.put("share", slo.share());
        node.put("met", slo.met());
        return node;
    }

    private static ObjectNode identity(PointResult.Identity id) {
        ObjectNode node = NODES.objectNode();
        node.put("model", id.model());
        node.put("revision", id.revision());
        node.put("datasetHash", id.datasetHash());
        node.set("gpuNames", Json.MAPPER.valueToTree(id.gpuNames()));
        node.put("engineBuild", id.engineBuild());
        return node;
    }

    private static ObjectNode metric(MetricResult m) {
        ObjectNode node = NODES.objectNode();
        node.put("unit", m.metric().unit());
        node.put("direction", m.metric().direction().id());
        estimate(node, m.estimate());
        if (!m.percentiles().isEmpty()) {
            ObjectNode percentiles = node.putObject("percentiles");
            m.percentiles().forEach((percent, p) -> percentiles.set(percent, percentile(p)));
        }
        ArrayNode raw = node.putArray("raw");
        m.raw().forEach(fork -> raw.add(numbers(fork)));
        return node;
    }

    private static ObjectNode percentile(PercentileResult p) {
        ObjectNode node = NODES.objectNode();
        estimate(node, p.estimate());
        node.put("samples", p.samples());
        node.put("floor", p.floor());
        node.set("raw", numbers(p.raw()));
        return node;
    }

    private static void estimate(ObjectNode node, Estimate e) {
        node.put("score", e.score());
        node.put("error", e.error());
        node.put("level", e.level());
        if (e.error() == null) {
            node.putNull("confidence");
        } else {
            node.set("confidence", numbers(List.of(e.lo(), e.hi())));
        }
        node.put("forks", e.forks());
        if (e.reason() != null) {
            node.put("reason", e.reason());
        }
    }

    private static ArrayNode numbers(List<Double> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
