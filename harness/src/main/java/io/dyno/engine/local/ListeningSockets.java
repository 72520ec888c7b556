package io.dyno.engine.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who listens on a port, as /proc tells it. */
final class ListeningSockets {
    /** Whose the sockets that listen on a port are. */
    enum Owner {
        /** Nobody listens. */
        NONE,
        /** All of them are open in the given processes. */
        OURS,
        /** At least one is not. With SO_REUSEPORT, which vLLM sets, a foreign one beside ours would take a part of the requests. */
        FOREIGN
    }

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** Whose the listeners on {@code port} are, on any address. */
    static Owner owner(int port, Set<Long> processes) {
        Set<String> listeners = listeners(port);
        if (listeners.isEmpty()) {
            return Owner.NONE;
        }
        for (long pid : processes) {
            listeners.removeAll(sockets(pid));
        }
        return listeners.isEmpty() ? Owner.OURS : Owner.FOREIGN;
    }

    /** Whether anybody listens on {@code port}. */
    static boolean anybody(int port) {
        return !listeners(port).isEmpty();
    }

    /** Inodes of listening sockets: column 2 is address:port in hexadecimal, 4 the state, 10 the inode. */
    private static Set<String> listeners(int port) {
        String suffix = String.format(":%04X", port);
        Set<String> inodes = new HashSet<>();
        for (String row : rows()) {
            String[] cells = row.strip().split("\\s+", -1);
            if (cells.length > 9 && cells[1].endsWith(suffix) && cells[3].equals(LISTEN)) {
                inodes.add(cells[9]);
            }
        }
        return inodes;
    }

    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path path = Path.of("/proc/self/net", table);
            try {
                rows.addAll(Files.readAllLines(path, StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                rows.add(""); // a kernel without IPv6
            }
        }
        return rows;
    }

    /** Inodes of the sockets that a process has open; empty when it has ended or is not ours to look into. */
    private static Set<String> sockets(long pid) {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path fd : open) {
                String target = Files.readSymbolicLink(fd).toString();
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return inodes; // what was seen until a descriptor was closed under us; the next look sees the rest
        }
        return inodes;
    }
}
