package io.dyno.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.dyno.metrics.Direction;
import io.dyno.metrics.Metric;
import io.dyno.metrics.MetricValue;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metrics of a window in the journal: {@code {"ttft":{"unit":"ms","direction":"lower","score":58.4}, …}}. */
final class MetricsJson {
    private MetricsJson() {}

    static final class Writer extends JsonSerializer<Map<String, MetricValue>> {
        @Override
        public void serialize(Map<String, MetricValue> metrics, JsonGenerator out, SerializerProvider context)
                throws IOException {
            out.writeStartObject();
            for (MetricValue value : metrics.values()) {
                out.writeObjectFieldStart(value.metric().name());
                out.writeStringField("unit", value.metric().unit());
                out.writeStringField("direction", value.metric().direction().id());
                if (value.score() == null) {
                    out.writeStringField("reason", value.reason());
                } else {
                    out.writeNumberField("score", value.score());
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    static final class Reader extends JsonDeserializer<Map<String, MetricValue>> {
        @Override
        public Map<String, MetricValue> deserialize(JsonParser in, DeserializationContext context) throws IOException {
            Map<String, MetricValue> metrics = new LinkedHashMap<>();
            JsonNode tree = in.readValueAsTree();
            tree.properties().forEach(e -> {
                JsonNode v = e.getValue();
                Metric metric = new Metric(
                        e.getKey(),
                        v.path("unit").asText(),
                        Direction.ofId(v.path("direction").asText()));
                metrics.put(
                        e.getKey(),
                        v.hasNonNull("score")
                                ? MetricValue.of(metric, v.get("score").doubleValue())
                                : MetricValue.absent(metric, v.path("reason").asText("not said")));
            });
            return metrics;
        }
    }
}
