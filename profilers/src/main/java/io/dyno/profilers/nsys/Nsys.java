package io.dyno.profilers.nsys;

import io.dyno.profile.ProfilerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One nsys on this machine. Which options it takes is read from its own help; what its statistics are called follows from its version.
 *
 * @param program where it is
 * @param year of its version, as 2023 in {@code 2023.1.2}
 * @param help of {@code nsys profile}
 */
record Nsys(Path program, int year, String help) {
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final Pattern VERSION = Pattern.compile("version (20\\d\\d)\\.\\d+");

    /** Statistics, by the names they have had since 2023.1; before, in the second column. */
    enum Report {
        KERNELS("cuda_gpu_kern_sum", "gpukernsum"),
        MEMORY_TIME("cuda_gpu_mem_time_sum", "gpumemtimesum"),
        MEMORY_SIZE("cuda_gpu_mem_size_sum", "gpumemsizesum"),
        TRACE("cuda_gpu_trace", "gputrace");

        private final String name;
        private final String before2023;

        Report(String name, String before2023) {
            this.name = name;
            this.before2023 = before2023;
        }
    }

    /**
     * Asks it for its version and its options.
     *
     * @throws ProfilerException when it does not answer
     */
    static Nsys ask(Path program) throws ProfilerException {
        try {
            String version = output(List.of(program.toString(), "--version"), ANSWER);
            Matcher year = VERSION.matcher(version);
            if (!year.find()) {
                throw new ProfilerException(program + " --version answered \"" + version.strip()
                        + "\", from which no version of Nsight Systems can be read");
            }
            return new Nsys(
                    program,
                    Integer.parseInt(year.group(1)),
                    output(List.of(program.toString(), "profile", "--help"), ANSWER));
        } catch (IOException e) {
            throw new ProfilerException(program + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProfilerException("interrupted while " + program + " was asked for its version", e);
        }
    }

    /** Whether it can keep several ranges of one engine apart. */
    boolean keepsRangesApart() {
        return help.contains("--capture-range-end");
    }

    /**
     * What stands before the engine's command.
     *
     * @param output path and name of the report, without an extension
     * @param trace what it records, such as {@code cuda,nvtx}
     * @param more options as the user gave them
     */
    List<String> profile(Path output, String trace, List<String> more) {
        List<String> argv = new ArrayList<>(List.of(
                program.toString(), "profile", "--output=" + output, "--force-overwrite=true", "--trace=" + trace));
        List<String> known = List.of(
                "--trace-fork-before-exec=true",
                "--cuda-graph-trace=node", // those without it record each node anyway
                "--kill=sigterm", // else vLLM may go on when the session is shut down
                "--wait=primary"); // else an orphan of vLLM's keeps nsys from writing
        known.stream().filter(option -> takes(option, more)).forEach(argv::add);
        argv.add("--capture-range=cudaProfilerApi");
        argv.add(keepsRangesApart() ? "--capture-range-end=repeat" : "--stop-on-range-end=true");
        argv.addAll(more);
        return argv;
    }

    /** Whether this nsys has an option that the user has not given: it refuses one that is given twice. */
    private boolean takes(String option, List<String> more) {
        String name = option.substring(0, option.indexOf('='));
        return help.contains(name) && more.stream().noneMatch(given -> given.split("=", 2)[0].equals(name));
    }

    /** The name that this version has for a report. */
    String name(Report report) {
        return year >= 2023 ? report.name : report.before2023;
    }

    /**
     * Makes its statistics of a recording as CSV files.
     *
     * @param base path and beginning of the files' names
     * @return the file of each report; none of one for which the recording holds no data
     * @throws IOException when it fails, with its own words
     */
    Map<Report, Path> stats(Path recording, Path base, Duration most) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(program.toString(), "stats"));
        for (Report report : Report.values()) {
            argv.addAll(List.of("--report", name(report)));
        }
        argv.addAll(List.of("--format", "csv", "--output", base.toString(), recording.toString()));
        Path database = database(recording);
        Files.deleteIfExists(database); // nsys would ask what to do about it
        try {
            output(argv, most);
        } finally {
            Files.deleteIfExists(database);
        }
        Map<Report, Path> files = new EnumMap<>(Report.class);
        for (Report report : Report.values()) {
            Path file = base.resolveSibling(base.getFileName() + "_" + name(report) + ".csv");
            if (Files.exists(file)) {
                files.put(report, file);
            }
        }
        return files;
    }

    /** What nsys stats reads: the recording once more, often larger, which it leaves beside it. */
    private static Path database(Path recording) {
        String name = recording.getFileName().toString();
        return recording.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".sqlite");
    }

    private static String output(List<String> argv, Duration most) throws IOException, InterruptedException {
        Path said = Files.createTempFile("dyno-nsys", ".txt");
        try {
            Process process = new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(String.join(" ", argv) + " took more than " + most.toSeconds() + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(said, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(
                        String.join(" ", argv) + " ended with " + process.exitValue() + ": " + oneLine(text));
            }
            return text;
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static String oneLine(String text) {
        String line = String.join(" ", text.strip().split("\\s+"));
        return line.length() <= 500 ? line : line.substring(0, 500) + "…";
    }
}
