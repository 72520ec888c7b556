package io.dyno.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A vLLM on this machine, asked without running it: {@code vllm --version} takes ten seconds and a gigabyte. */
public final class InstalledVllm {
    private static final Pattern METADATA = Pattern.compile("vllm-([0-9][^-]*)\\.dist-info");

    private InstalledVllm() {}

    /**
     * Its version, as the metadata of its package says beside the executable, or beside the Python that the executable's first line names.
     * Empty where there is none: then the running server tells.
     */
    public static Optional<String> version(Path executable) {
        return Stream.concat(Stream.of(executable), interpreter(executable).stream())
                .map(program -> program.toAbsolutePath().normalize().getParent().getParent())
                .flatMap(environment -> environment == null ? Stream.of() : version(environment, "lib", "lib64"))
                .findFirst();
    }

    private static Stream<String> version(Path environment, String... libraries) {
        return Stream.of(libraries)
                .flatMap(lib -> list(environment.resolve(lib), "python3*").stream())
                .flatMap(python -> list(python.resolve("site-packages"), "vllm-*.dist-info").stream())
                .map(metadata -> METADATA.matcher(metadata.getFileName().toString()))
                .filter(Matcher::matches)
                .map(metadata -> metadata.group(1));
    }

    /** The Python that runs it: the one that its first line names, else the one beside it. */
    public static Optional<Path> python(Path executable) {
        return interpreter(executable)
                .filter(Files::isExecutable)
                .filter(python -> !python.endsWith("env"))
                .or(() -> Stream.of("python3", "python")
                        .map(name -> executable.toAbsolutePath().resolveSibling(name))
                        .filter(Files::isExecutable)
                        .findFirst());
    }

    private static Optional<Path> interpreter(Path script) {
        try (Stream<String> lines = Files.lines(script)) {
            return lines.findFirst()
                    .filter(line -> line.startsWith("#!/"))
                    .map(line -> Path.of(line.substring(2).strip().split(" ", 2)[0]));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // no text: a program of another kind
        }
    }

    private static List<Path> list(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        found.sort(null);
        return found;
    }
}
