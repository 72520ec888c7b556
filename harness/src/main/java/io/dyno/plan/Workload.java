package io.dyno.plan;

import io.dyno.Endpoint;
import java.util.Map;

/**
 * What is sent: dataset and sampling.
 *
 * @param dataset a dataset's name, or null when the class's {@code @Prompts} method makes the prompts
 * @param datasetPath its file, or null
 * @param inputLen prompt tokens; null where the dataset decides
 * @param outputLen output tokens asked for; null where the dataset decides
 * @param endpoint where requests go; null offline
 * @param ignoreEos generate to the full length
 * @param sampling parameters sent with each request, under the API's names ({@code temperature}, {@code top_p}, …), values Long or Double
 * @param seed seed of prompts, arrivals and order
 * @param salt whether each prompt is made unlike any before
 * @param oversample whether rows may repeat (salted)
 */
public record Workload(
        String dataset,
        String datasetPath,
        Integer inputLen,
        Integer outputLen,
        Endpoint endpoint,
        boolean ignoreEos,
        Map<String, Object> sampling,
        long seed,
        boolean salt,
        boolean oversample) {}
