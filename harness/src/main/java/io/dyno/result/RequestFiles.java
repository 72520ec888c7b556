package io.dyno.result;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.dyno.metrics.RequestRecord;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** Files of request records: gzip, one JSON object a line, read one at a time. What is written comes back equal. */
public final class RequestFiles {
    private static final int BUFFER = 1 << 16;

    private RequestFiles() {}

    /** Writes a window's records, whole or not at all. */
    public static void write(Path file, Collection<RequestRecord> records) throws IOException {
        AtomicFile.write(file, out -> {
            try (JsonGenerator json = Json.MAPPER.createGenerator(new FastGzip(out), JsonEncoding.UTF8)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
                for (RequestRecord r : records) {
                    RequestLine.write(json, r);
                }
                json.writeRaw('\n');
                json.flush();
                ((FastGzip) json.getOutputTarget()).finish();
            }
        });
    }

    /**
     * Reads records one after the other, so that a file of any size needs the memory of one.
     *
     * @throws IOException when the file is damaged; the message names the file and the record
     */
    public static void forEach(Path file, Consumer<RequestRecord> action) throws IOException {
        int number = 1;
        try (InputStream in = new GZIPInputStream(
                        new BufferedInputStream(new FileInputStream(file.toFile()), BUFFER), BUFFER);
                JsonParser json = Json.MAPPER.createParser(in)) {
            while (json.nextToken() != null) {
                action.accept(RequestLine.read(json));
                number++;
            }
        } catch (JsonProcessingException | EOFException | ZipException e) {
            throw new IOException(
                    file + ": record " + number + " is damaged (" + e.getMessage()
                            + "). Percentiles cannot be taken without it.",
                    e);
        }
    }

    /** Reads all records of a file. */
    public static List<RequestRecord> read(Path file) throws IOException {
        List<RequestRecord> records = new ArrayList<>();
        forEach(file, records::add);
        return records;
    }

    /** Reads all records of a file but not their texts, so that figures of a long run need no more memory when texts were kept. */
    static List<RequestRecord> readWithoutTexts(Path file) throws IOException {
        List<RequestRecord> records = new ArrayList<>();
        forEach(file, r -> records.add(r.texts() == null ? r : r.withTexts(null)));
        return records;
    }

    /** Records of a window are written while the next one is measured: speed counts for more than the last tenth of size. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
