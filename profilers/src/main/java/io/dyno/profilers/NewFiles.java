package io.dyno.profilers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Files that somebody else writes into a folder, such as an engine its traces. */
public final class NewFiles {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Path folder;
    private final String glob;
    private final Set<Path> before;

    private NewFiles(Path folder, String glob, Set<Path> before) {
        this.folder = folder;
        this.glob = glob;
        this.before = before;
    }

    /**
     * Looks from now on.
     *
     * @param glob which files count, as {@link Files#newDirectoryStream(Path, String)} takes it
     */
    public static NewFiles since(Path folder, String glob) throws IOException {
        return new NewFiles(folder, glob, new HashSet<>(list(folder, glob)));
    }

    /** Also those that are there already. */
    public static NewFiles existing(Path folder, String glob) {
        return new NewFiles(folder, glob, Set.of());
    }

    /** Those that are there now, by name. */
    public List<Path> list() throws IOException {
        List<Path> files = new ArrayList<>(list(folder, glob));
        files.removeAll(before);
        return files;
    }

    /**
     * Waits until there are some, none is empty, and none has grown between two looks.
     *
     * @return the files, by name; empty when there is none after that time
     * @throws IOException when they still grow after that time
     */
    public List<Path> settled(Duration most) throws IOException, InterruptedException {
        return settled(most, files -> !files.isEmpty());
    }

    /**
     * Waits until these are all, none is empty, and none has grown between two looks.
     *
     * @param all whether files are all that are to come
     * @return the files, by name; those that are there after that time, when they are not all
     * @throws IOException when they still grow after that time
     */
    public List<Path> settled(Duration most, Predicate<List<Path>> all) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        Map<Path, Long> last = null;
        while (true) {
            Map<Path, Long> sizes = new HashMap<>();
            for (Path file : list()) {
                sizes.put(file, Files.size(file));
            }
            List<Path> files = sizes.keySet().stream().sorted().toList();
            boolean still = !sizes.containsValue(0L) && sizes.equals(last);
            if (still && all.test(files)) {
                return files;
            }
            if (System.nanoTime() >= deadline) {
                if (still || files.isEmpty()) {
                    return files;
                }
                throw new IOException("after " + most.toSeconds() + " s these were still being written: " + files);
            }
            last = sizes;
            Thread.sleep(LOOK.toMillis());
        }
    }

    private static List<Path> list(Path folder, String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(files::add);
        }
        files.sort(null);
        return files;
    }
}
