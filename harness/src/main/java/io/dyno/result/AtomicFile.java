package io.dyno.result;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file so that whoever reads it sees the old one or the new one whole, also after a power cut. */
final class AtomicFile {
    /** What is to be written. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    static void write(Path file, Content content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            // Not a channel: an interrupt, by which a run is ended, would close it.
            try (FileOutputStream bytes = new FileOutputStream(temporary.toFile());
                    OutputStream out = new BufferedOutputStream(bytes, 1 << 16)) {
                content.writeTo(out);
                out.flush();
                bytes.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        syncFolder(file.toAbsolutePath().getParent());
    }

    /** Makes new names in a folder last; only the name, not the content, needs this. */
    static void syncFolder(Path folder) throws IOException {
        // A folder cannot be opened everywhere (Windows); there the file system orders this by itself.
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        while (true) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
                break;
            } catch (ClosedByInterruptException e) {
                interrupted = Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
