package io.dyno.samples;

import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;

/**
 * What counts is not how many tokens come out but how many users are served well. With {@code @Slo} the score is {@code goodput}: requests
 * per second that met every limit, counted from the moment they were due. A failed request meets none.
 *
 * <p>What to run:
 *
 * <pre>{@code java -jar target/benchmarks.jar Sample_04 -f 2 -w 2s -r 8s}</pre>
 *
 * <p>What to expect: {@code goodput} grows with the users until prefills delay first tokens beyond the limit; then it falls although
 * {@code output_throughput} still grows. The last column says which limit broke.
 */
@VllmBenchmark(model = "Qwen/Qwen3-8B", inputLen = 1024, outputLen = 32)
@Load(maxConcurrency = {4, 16, 64})
@Slo(ttftMillis = 250, tpotMillis = 25, attainment = 0.95)
public class Sample_04_Slo {}
