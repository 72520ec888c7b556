package io.dyno.run;

import io.dyno.result.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the cross-check of one point leaves what it made.
 *
 * @param directory the run's folder
 * @param point the point's id
 */
record CrosscheckFiles(RunDirectory directory, String point) {
    /** The prompts of both clients; makes its folder. */
    Path prompts() throws IOException {
        Path file = in("prompts.jsonl");
        Files.createDirectories(file.getParent());
        return file;
    }

    /** Dyno's requests in a run, such as {@code 1} or {@code warmup}. */
    Path requests(String name) {
        return in("dyno-" + name + ".jsonl.gz");
    }

    /** vLLM's result of a run. */
    Path result(String name) {
        return in("vllm-" + name + ".json");
    }

    /** What vLLM's process printed in a run. */
    Path log(String name) {
        return directory
                .logs()
                .resolve("crosscheck-" + point + "-" + name + ".log")
                .toAbsolutePath();
    }

    /** As files of the run name it. */
    String relative(Path file) {
        return directory.relative(file);
    }

    private Path in(String name) {
        return directory.resolve("crosscheck/" + point + "-" + name).toAbsolutePath();
    }
}
