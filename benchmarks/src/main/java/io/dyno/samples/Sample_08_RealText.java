package io.dyno.samples;

import io.dyno.Endpoint;
import io.dyno.Load;
import io.dyno.VllmBenchmark;

/**
 * Random tokens give exact lengths; real text gives real answers. {@code dyno} is a small set of varied prompts that comes with Dyno;
 * {@code jsonl} reads your own, one {@code {"prompt": …, "output_tokens": …}} a line.
 *
 * <p>What to run:
 *
 * <pre>{@code
 * java -jar target/benchmarks.jar Sample_08 -f 1 -w 2s -r 6s
 * java -jar target/benchmarks.jar Sample_08 -f 1 -w 2s -r 6s -p dataset=jsonl -p datasetPath=prompts.jsonl -p oversample=true
 * }</pre>
 *
 * <p>What to expect: a note of how many prompts were repeated: the set is finite, and repeats are salted so that no cache serves them.
 */
@VllmBenchmark(model = "Qwen/Qwen3-0.6B", dataset = "dyno", outputLen = 48, endpoint = Endpoint.CHAT)
@Load(maxConcurrency = 4)
public class Sample_08_RealText {}
