package io.dyno.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Endpoint;
import io.dyno.engine.JavaCommand;
import io.dyno.plan.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random prompts depend on nothing but their seed: not on this JVM's clock, hashes or generators. */
class RandomInAnotherProcessTest {
    private static final int PROMPTS = 500;

    @TempDir
    private Path folder;

    /** Prints the token ids of {@value #PROMPTS} prompts, one prompt a line; the argument is the seed. */
    public static void main(String[] args) throws DatasetException {
        prompts(Long.parseLong(args[0])).forEach(System.out::println);
    }

    private static List<String> prompts(long seed) throws DatasetException {
        Workload workload =
                new Workload("random", null, 128, 16, Endpoint.COMPLETIONS, true, Map.of(), seed, null, false);
        PromptSlice slice = Datasets.open(workload, new Datasets.Context(3, PROMPTS, 151_936, null, false, "", null))
                .open(0);
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < PROMPTS; i++) {
            prompts.add(Arrays.toString(slice.next().prompt().tokenIds()));
        }
        return prompts;
    }

    private List<String> inAnotherProcess(long seed) throws Exception {
        List<String> argv = new ArrayList<>(JavaCommand.of(
                List.of(), System.getProperty("java.class.path"), RandomInAnotherProcessTest.class.getName()));
        argv.add(Long.toString(seed));
        Path out = folder.resolve(seed + ".txt");
        Process process = new ProcessBuilder(argv)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }

    @Test
    @Timeout(120)
    void fiveHundredPromptsAreDistinctTheSameInAnotherProcessAndOthersUnderAnotherSeed() throws Exception {
        List<String> here = prompts(7);

        assertThat(new HashSet<>(here)).as("distinct").hasSize(PROMPTS);
        assertThat(inAnotherProcess(7)).as("the same seed in another process").isEqualTo(here);
        assertThat(inAnotherProcess(8)).as("another seed").hasSize(PROMPTS).doesNotContainAnyElementsOf(here);
    }
}
