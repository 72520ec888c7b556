package io.dyno.result;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The folders of runs inside the results folder: their names, their making, and which one is the latest. */
final class RunFolders {
    static final String JOURNAL = "journal.jsonl";
    static final String PROVENANCE = "run.json";
    static final String REQUESTS = "requests";
    static final String LOGS = "logs";
    static final String PROFILES = "profiles";
    static final String LATEST = "latest";

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    /** Leaves room for the suffixes of temporary files in file systems that allow 255 bytes. */
    private static final int LONGEST_NAME = 100;

    private RunFolders() {}

    static Path make(Path results, String name, Clock clock, RandomGenerator random) throws IOException {
        if (name != null) {
            checkName(name);
        }
        Files.createDirectories(results);
        Path root = results.toRealPath();
        Path run = name == null ? makeStamped(root, clock, random) : makeNamed(root, name);
        for (String folder : List.of(REQUESTS, LOGS, PROFILES)) {
            Files.createDirectory(run.resolve(folder));
        }
        return run;
    }

    private static Path makeNamed(Path root, String name) throws IOException {
        try {
            return Files.createDirectory(root.resolve(name));
        } catch (FileAlreadyExistsException e) {
            throw new RunNameException("There is a run " + name + " in " + root
                    + " already. Continue it with -resume -run " + name + ", or choose another name.");
        }
    }

    private static Path makeStamped(Path root, Clock clock, RandomGenerator random) throws IOException {
        while (true) {
            String stamp = STAMP.format(LocalDateTime.now(clock));
            try {
                return Files.createDirectory(
                        root.resolve(String.format(Locale.ROOT, "%s-%04x", stamp, random.nextInt(0x10000))));
            } catch (FileAlreadyExistsException e) {
                // Somebody drew the same four digits in the same second: draw again.
            }
        }
    }

    static Path existing(Path results, String name) throws IOException {
        checkName(name);
        Path run = results.toAbsolutePath().normalize().resolve(name);
        // A link could lead out of the results folder.
        if (!Files.isDirectory(run, LinkOption.NOFOLLOW_LINKS) || !Files.isRegularFile(run.resolve(JOURNAL))) {
            throw new RunNameException(
                    "There is no run " + name + " in " + results + ". Runs there: " + known(results));
        }
        return run.toRealPath();
    }

    private static String known(Path results) throws IOException {
        List<Path> runs = Files.isDirectory(results) ? runs(results) : List.of();
        return runs.isEmpty()
                ? "none."
                : String.join(
                                ", ",
                                runs.stream()
                                        .map(r -> r.getFileName().toString())
                                        .limit(5)
                                        .toList()) + ".";
    }

    /** A name is one plain folder inside the results folder: nothing that leads elsewhere, hides, or is one of our own. */
    static void checkName(String name) throws RunNameException {
        String why = null;
        if (name.isBlank()) {
            why = "it is empty";
        } else if (name.length() > LONGEST_NAME) {
            why = "it is longer than " + LONGEST_NAME + " characters";
        } else if (name.startsWith(".")) {
            why = "it begins with a dot";
        } else if (name.startsWith("-")) {
            why = "it begins with a dash, as options do";
        } else if (name.equalsIgnoreCase(LATEST)) {
            why = "that is the link to the newest run";
        } else if (!name.chars().allMatch(RunFolders::allowed)) {
            why = "it may have letters, digits, dots, dashes and underscores only";
        }
        if (why != null) {
            throw new RunNameException("\"" + printable(name) + "\" cannot name a run: " + why + ".");
        }
    }

    private static boolean allowed(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }

    private static String printable(String name) {
        String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** Points {@code latest} at a run. There is no moment without the link. */
    static void pointLatest(Path results, String name) throws IOException {
        Path link = results.resolve(LATEST);
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
            throw new IOException(link + " is not a link. Dyno keeps the newest run there: move it away.");
        }
        Path next = results.resolve("." + LATEST + "-" + name);
        try {
            Files.deleteIfExists(next);
            Files.createSymbolicLink(next, Path.of(name));
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
        } catch (UnsupportedOperationException e) {
            // A file system without links has no latest; everything else works.
        }
    }

    static Optional<String> newestUnfinished(Path results) throws IOException {
        if (!Files.isDirectory(results)) {
            return Optional.empty();
        }
        for (Path run : runs(results)) {
            if (!Resume.of(Journal.read(run.resolve(JOURNAL))).finished()) {
                return Optional.of(run.getFileName().toString());
            }
        }
        return Optional.empty();
    }

    /** Runs with a journal, the one begun last first. */
    private static List<Path> runs(Path results) throws IOException {
        try (Stream<Path> folders = Files.list(results)) {
            return folders.filter(f -> !Files.isSymbolicLink(f) && Files.isRegularFile(f.resolve(JOURNAL)))
                    .sorted(Comparator.comparing(RunFolders::begun)
                            .thenComparing(f -> f.getFileName().toString())
                            .reversed())
                    .toList();
        }
    }

    /** When a run began: the time of its journal's first line, as ISO 8601; empty, and so the oldest, when it has none. */
    private static String begun(Path run) {
        try {
            List<JournalEntry> entries = Journal.read(run.resolve(JOURNAL));
            return entries.isEmpty() ? "" : entries.get(0).time().toString();
        } catch (IOException e) {
            return "";
        }
    }
}
