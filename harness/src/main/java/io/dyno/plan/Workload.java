package io.dyno.plan;

import io.dyno.Endpoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent: dataset and sampling.
 *
 * @param dataset a dataset's name, or null when the class's {@code @Prompts} method makes the prompts
 * @param datasetPath its file, or null
 * @param inputLen prompt tokens; null where the dataset decides
 * @param outputLen output tokens asked for; null where the dataset decides: then a row's own length, else {@link Defaults#OUTPUT_LEN}
 * @param shape how lengths spread and what prompts have in common
 * @param endpoint where requests go; offline whether the chat template is applied
 * @param ignoreEos generate to the full length
 * @param sampling parameters sent with each request, under the API's names ({@code temperature}, {@code top_p}, …), values Long or Double
 * @param seed seed of prompts, arrivals and order
 * @param salt whether each prompt is made unlike any before; null when nobody wrote it: then only where prefix caches cannot be reset
 * @param oversample whether rows may repeat (salted)
 */
public record Workload(
        String dataset,
        String datasetPath,
        Integer inputLen,
        Integer outputLen,
        PromptShape shape,
        Endpoint endpoint,
        boolean ignoreEos,
        Map<String, Object> sampling,
        long seed,
        Boolean salt,
        boolean oversample) {

    public Workload {
        sampling = Collections.unmodifiableMap(new LinkedHashMap<>(sampling));
    }

    /** One whose lengths are as asked for and whose prompts have nothing in common. */
    public Workload(
            String dataset,
            String datasetPath,
            Integer inputLen,
            Integer outputLen,
            Endpoint endpoint,
            boolean ignoreEos,
            Map<String, Object> sampling,
            long seed,
            Boolean salt,
            boolean oversample) {
        this(
                dataset,
                datasetPath,
                inputLen,
                outputLen,
                PromptShape.PLAIN,
                endpoint,
                ignoreEos,
                sampling,
                seed,
                salt,
                oversample);
    }
}
