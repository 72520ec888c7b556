package io.dyno.profilers.viztracer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Orders to the hook in an engine's Python processes, by way of a folder: the file {@code order} has a number and a word, the file
 * {@code PID} says that a process is there, the file {@code PID.NUMBER} is its answer.
 */
final class Orders {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Path folder;
    private int number;

    Orders(Path folder) {
        this.folder = folder;
    }

    /**
     * A process's answer.
     *
     * @param name {@code MainProcess}, or what vLLM calls its child
     * @param rank its rank under torchrun, or null
     * @param traced whether VizTracer is at work in it
     * @param file the trace that it wrote, or null
     * @param overflow whether it says that the first calls of that trace are lost
     * @param error why it could not do what was ordered, or null
     */
    record Answer(long pid, String name, String rank, boolean traced, Path file, boolean overflow, String error) {}

    /**
     * What became of an order.
     *
     * @param answers by process id
     * @param silent processes that live and did not answer in time
     */
    record Outcome(List<Answer> answers, Set<Long> silent) {}

    /**
     * Gives an order and waits until all processes that live have answered.
     *
     * @param word {@code start} or {@code stop}
     * @param most how long to wait
     * @param unheard processes that are not waited for, since they did not answer to the order before
     */
    Outcome give(String word, Duration most, Set<Long> unheard) throws IOException, InterruptedException {
        number++;
        Path part = folder.resolve("order.part");
        Files.writeString(part, number + " " + word);
        Files.move(part, folder.resolve("order"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            Map<Long, Answer> answers = new TreeMap<>();
            Map<Long, Boolean> silent = new TreeMap<>();
            for (long pid : processes()) {
                Path file = folder.resolve(pid + "." + number);
                if (Files.exists(file)) {
                    answers.put(pid, answer(pid, file));
                } else if (lives(pid)) {
                    silent.put(pid, unheard.contains(pid));
                }
            }
            if (!silent.containsValue(false) || System.nanoTime() >= deadline) {
                return new Outcome(List.copyOf(answers.values()), Set.copyOf(silent.keySet()));
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    /** One that has ended and that its parent has not taken note of yet has no program any more. */
    private static boolean lives(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    private List<Long> processes() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder, file -> file.getFileName().toString().matches("\\d+"))) {
            files.forEach(file -> pids.add(Long.parseLong(file.getFileName().toString())));
        }
        return pids;
    }

    private static Answer answer(long pid, Path file) throws IOException {
        JsonNode answer = JSON.readTree(file.toFile());
        return new Answer(
                pid,
                answer.path("name").asText(),
                answer.path("rank").asText(null),
                answer.path("traced").asBoolean(),
                answer.hasNonNull("file") ? Path.of(answer.path("file").asText()) : null,
                answer.path("overflow").asBoolean(),
                answer.path("error").asText(null));
    }
}
