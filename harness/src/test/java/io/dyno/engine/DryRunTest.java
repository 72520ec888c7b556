package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.EngineConfiguration;
import io.dyno.plan.Plan;
import io.dyno.plan.PlanException;
import io.dyno.plan.PlanRequest;
import io.dyno.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DryRunTest {
    private static final EngineChoice VLLM = new EngineChoice(
            EngineKind.VLLM, List.of("vllm"), List.of("python3"), Map.of(), List.of(), List.of(), "on PATH");

    @Test
    void aDryRunIsOneObjectForEachEngineConfiguration() throws PlanException, JsonProcessingException {
        List<Map<String, Object>> lines = describe(plan());

        assertThat(lines).hasSize(2).allSatisfy(line -> assertThat(line.keySet())
                .containsExactly(
                        "benchmark",
                        "kind",
                        "params",
                        "settings",
                        "engine",
                        "topology",
                        "gpus",
                        "forks",
                        "processes",
                        "profilers",
                        "loads",
                        "estimateSeconds"));
        String second = new ObjectMapper().writeValueAsString(lines.get(1));
        assertThat(second.replaceAll("\"point\":\"[0-9a-f]{12}\"", "\"point\":\"ID\""))
                .isEqualTo("""
                        {"benchmark":"a.B","kind":"server","params":{"tp":"2"},"settings":{"model":"m","tp":2},"engine":"vllm",\
                        "topology":{"tp":2,"pp":1,"dp":1,"ep":1,"nodes":1,"gpusPerNode":2},"gpus":2,"forks":3,\
                        "processes":[{"node":0,"role":"single",\
                        "argv":["vllm","serve","m","--host","127.0.0.1","--port","{port}","--tensor-parallel-size","2"],\
                        "env":{"VLLM_SERVER_DEV_MODE":"1"}}],"profilers":[],\
                        "loads":[{"point":"ID","bench":"serve","params":{"tp":"2","maxConcurrency":"8"},\
                        "load":{"shape":"closed-loop","drained":false,\
                        "warmup":{"count":1,"seconds":30.0,"requests":null},\
                        "measurement":{"count":3,"seconds":30.0,"requests":null},\
                        "settings":{"dataset":"random","inputLen":1024,"outputLen":1024,"endpoint":"COMPLETIONS","ignoreEos":true,\
                        "seed":0,"requestRate":"inf","maxConcurrency":8,"drained":false,"temperature":0.0},"notes":[]}}],\
                        "estimateSeconds":571.0}""");
    }

    @Test
    void pointsHaveTheIdsOfThePlan() throws PlanException {
        Plan plan = plan();

        assertThat(describe(plan))
                .flatExtracting(line -> (List<?>) line.get("loads"))
                .extracting(load -> ((Map<?, ?>) load).get("point"))
                .map(String::valueOf)
                .containsExactlyElementsOf(plan.configurations().stream()
                        .map(configuration -> configuration.points().get(0).id())
                        .toList());
    }

    private static List<Map<String, Object>> describe(Plan plan) throws PlanException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (EngineConfiguration configuration : plan.configurations()) {
            EngineSpec spec = EngineSpecs.of(configuration, VLLM);
            lines.add(DryRun.describe(plan, configuration, spec, List.of()));
        }
        return lines;
    }

    private static Plan plan() throws PlanException {
        BenchmarkDescriptor written = new BenchmarkDescriptor(
                "a.B",
                List.of(
                        new WrittenSetting("model", List.of("m")),
                        new WrittenSetting("tp", List.of("1", "2")),
                        new WrittenSetting("maxConcurrency", List.of("8"))),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                false,
                Set.of(),
                Set.of());
        return Planner.plan(
                List.of(written),
                PlanRequest.builder()
                        .parameter("maxConcurrency", "8")
                        .startSeconds(60)
                        .build());
    }
}
