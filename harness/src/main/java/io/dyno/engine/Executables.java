package io.dyno.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs as a shell would. */
public final class Executables {
    private Executables() {}

    /**
     * The program that {@code name} means: a path when it has a separator, where the folder of a Python virtual environment stands for its
     * {@code bin/vllm}; else the first on the PATH.
     */
    public static Optional<Path> find(String name) {
        return find(name, System.getenv("PATH"));
    }

    /** As {@link #find(String)}, on the given PATH, which may be null. */
    static Optional<Path> find(String name, String searchPath) {
        if (name.contains(File.separator)) {
            Path path = Path.of(name).toAbsolutePath().normalize();
            return Stream.of(path, path.resolve("bin").resolve("vllm"))
                    .filter(Executables::runs)
                    .findFirst();
        }
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(searchPath == null ? "" : searchPath)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Executables::runs)
                .findFirst();
    }

    private static boolean runs(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
