package io.dyno.load;

import io.dyno.plan.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The file that {@code datasetPath} names, read once. */
final class DatasetFile {
    private DatasetFile() {}

    /** What reads the file. */
    interface Reader<T> {
        T read(InputStream in) throws IOException, DatasetException;
    }

    /**
     * What was read.
     *
     * @param hash SHA-256 of all its bytes, hex
     */
    record Content<T>(T value, String hash) {}

    /** Reads all of a file. */
    static <T> Content<T> read(String path, Reader<T> reader) throws DatasetException {
        Path file = Path.of(path);
        if (!Files.isRegularFile(file)) {
            throw new DatasetException("datasetPath " + path + " is no file (" + file.toAbsolutePath() + ").");
        }
        MessageDigest sha = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
            T value = reader.read(in);
            in.transferTo(OutputStream.nullOutputStream());
            return new Content<>(value, HexFormat.of().formatHex(sha.digest()));
        } catch (IOException e) {
            throw new DatasetException("datasetPath " + path + " cannot be read: " + e);
        }
    }
}
