package io.dyno.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The journal of a run: one JSON object a line, appended and on disk before {@link #append} returns. What it says has happened, whatever
 * comes after. Safe for use from several threads.
 */
public final class Journal implements AutoCloseable {
    /** The version of the lines that this class writes, and the newest that it reads. */
    public static final int VERSION = 1;

    private static final Map<String, Class<? extends JournalEvent>> EVENTS = events();

    /** Not a channel: an interrupt, by which a run is ended, would close one in the middle of its last lines. */
    private final RandomAccessFile file;

    private final InstantSource clock;

    private Journal(RandomAccessFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    private static Map<String, Class<? extends JournalEvent>> events() {
        Map<String, Class<? extends JournalEvent>> names = new LinkedHashMap<>();
        names.put("run", JournalEvent.RunStarted.class);
        names.put("engine", JournalEvent.EngineReady.class);
        names.put("iteration", JournalEvent.IterationEnded.class);
        names.put("point", JournalEvent.PointClosed.class);
        names.put("profile", JournalEvent.Profiled.class);
        names.put("fork", JournalEvent.ForkEnded.class);
        names.put("failure", JournalEvent.Failed.class);
        names.put("end", JournalEvent.RunEnded.class);
        return names;
    }

    /**
     * Opens a journal for appending; a new file when there is none. A torn last line is cut off.
     *
     * @throws IOException when the file cannot be opened
     */
    public static Journal open(Path file, InstantSource clock) throws IOException {
        boolean isNew = Files.notExists(file);
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        try {
            if (isNew) {
                AtomicFile.syncFolder(file.toAbsolutePath().getParent());
            }
            long whole = wholeLines(file);
            opened.setLength(whole);
            opened.seek(whole);
            return new Journal(opened, clock);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Appends a line and waits until it is on disk.
     *
     * @throws IOException when it could not be written; the journal may then end in a torn line, which readers drop
     */
    public synchronized void append(JournalEvent event) throws IOException {
        file.write(line(clock.instant(), event));
        file.getFD().sync();
    }

    private static byte[] line(Instant time, JournalEvent event) throws JsonProcessingException {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("v", VERSION);
        line.put("t", time.truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("event", nameOf(event));
        line.setAll((ObjectNode) Json.MAPPER.valueToTree(event));
        return (Json.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String nameOf(JournalEvent event) {
        return EVENTS.entrySet().stream()
                .filter(e -> e.getValue() == event.getClass())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Reads a journal. A torn last line is dropped; events of a kind that this version does not know are left out.
     *
     * @throws JournalException when a line before the last is damaged, or the journal is newer than this version
     * @throws IOException when the file cannot be read
     */
    public static List<JournalEntry> read(Path file) throws IOException {
        byte[] bytes = bytes(file);
        String whole = new String(bytes, 0, (int) wholeLines(bytes), StandardCharsets.UTF_8);
        List<String> lines = whole.lines().toList();
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            JournalEntry entry = parse(file, i + 1, lines.get(i));
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static JournalEntry parse(Path file, int number, String text) throws JournalException {
        String where = file + ":" + number;
        try {
            JsonNode line = Json.MAPPER.readTree(text);
            if (line.path("v").asInt(0) > VERSION) {
                throw new JournalException(where + ": written by a newer Dyno (journal version " + line.get("v")
                        + ", this one reads up to " + VERSION + "). Read it with that Dyno.");
            }
            Class<? extends JournalEvent> type = EVENTS.get(line.path("event").asText());
            if (type == null) {
                return null;
            }
            Instant time = Instant.parse(line.path("t").asText());
            return new JournalEntry(time, Json.MAPPER.treeToValue(line, type));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new JournalException(where + ": this line is damaged (" + firstLine(e)
                    + "). Restore the file from a copy, or start a new run; the request files are untouched.");
        }
    }

    private static String firstLine(Exception e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static long wholeLines(Path file) throws IOException {
        return wholeLines(bytes(file));
    }

    /** Not through a channel, which an interrupt would close: the last results are read when a run is ended. */
    private static byte[] bytes(Path file) throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    /** Bytes up to and with the last line that is whole: ends in a line feed and is a JSON object. */
    private static long wholeLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        int start = end - 1;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        // After a power cut a file may have its new length before it has its new bytes.
        boolean torn = end > 0 && !isObject(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        return torn ? start : end;
    }

    private static boolean isObject(String line) {
        try {
            return Json.MAPPER.readTree(line).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
