package io.dyno.engine.keeper;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The few system calls that Java lacks. {@code posix_spawn} instead of ProcessBuilder, because only it sets a child's signal dispositions,
 * mask and process group: a child of a JVM inherits ignored signals, and SIGQUIT blocked. Constants are those of Linux on x86-64 and aarch64.
 */
final class LibC {
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int WALL = 0x4000_0000;

    private static final short SPAWN_SETPGROUP = 0x02;
    private static final short SPAWN_SETSIGDEF = 0x04;
    private static final short SPAWN_SETSIGMASK = 0x08;

    private static final int O_RDONLY = 0;
    private static final int O_WRONLY_CREAT_APPEND = 0x1 | 0x40 | 0x400;
    private static final int LOG_MODE = 0644;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;

    /** Room for any libc's posix_spawnattr_t (336 bytes in glibc), posix_spawn_file_actions_t (80) and sigset_t (128). */
    private static final int OPAQUE_BYTES = 1024;

    private static final int SIGINT = 2;
    private static final int SIGQUIT = 3;

    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    private static final NativeLibrary PROCESS =
            NativeLibrary.getProcess(Map.of(Library.OPTION_STRING_ENCODING, UTF_8));

    static {
        Native.register(LibC.class, PROCESS);
    }

    private LibC() {}

    /** Makes this process the leader of a process group of its own. Does nothing where it leads one already. */
    static void ownGroup() {
        setpgid(0, 0);
    }

    /** Orphans among this process's descendants become its children. */
    static void adoptOrphans() throws IOException {
        check(
                "prctl(PR_SET_CHILD_SUBREAPER)",
                prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : Native.getLastError());
    }

    /** Sends a signal; a process that has ended already is no error. */
    static void signal(long pid, int signal) {
        kill((int) pid, signal);
    }

    /** A child that ended, and how. */
    record Ended(long pid, ProcessExit exit) {}

    /** Waits until any child, adopted ones too, has ended; null when there is no child. */
    static Ended waitForAny() {
        IntByReference status = new IntByReference();
        while (true) {
            try {
                int pid = waitpid(-1, status, WALL);
                return new Ended(pid, ProcessExit.ofStatus(status.getValue()));
            } catch (LastErrorException e) {
                if (e.getErrorCode() == 10 /* ECHILD */) {
                    return null;
                }
                // EINTR: again
            }
        }
    }

    /**
     * Starts a program in a process group of its own, with SIGINT and SIGQUIT at their defaults and no signal blocked; stdin is empty, both
     * streams are appended to the log.
     *
     * @param argv the program, looked up on the PATH, and its arguments
     * @param env added to this process's environment, whose bytes are passed on as they are
     * @throws IOException when it cannot be started
     */
    static long spawn(List<String> argv, Map<String, String> env, Path log) throws IOException {
        closeOnExec();
        StringArray additions = additions(env);
        Memory attributes = new Memory(OPAQUE_BYTES);
        Memory files = new Memory(OPAQUE_BYTES);
        Memory signals = new Memory(OPAQUE_BYTES);
        check("posix_spawnattr_init", posix_spawnattr_init(attributes));
        check("posix_spawn_file_actions_init", posix_spawn_file_actions_init(files));
        try {
            check("posix_spawnattr_setflags", posix_spawnattr_setflags(attributes, (short)
                    (SPAWN_SETSIGDEF | SPAWN_SETSIGMASK | SPAWN_SETPGROUP)));
            sigemptyset(signals);
            check("posix_spawnattr_setsigmask", posix_spawnattr_setsigmask(attributes, signals));
            sigaddset(signals, SIGINT);
            sigaddset(signals, SIGQUIT);
            check("posix_spawnattr_setsigdefault", posix_spawnattr_setsigdefault(attributes, signals));
            check("stdin", posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0));
            check("log", posix_spawn_file_actions_addopen(files, 1, log.toString(), O_WRONLY_CREAT_APPEND, LOG_MODE));
            check("log", posix_spawn_file_actions_adddup2(files, 1, 2));
            IntByReference pid = new IntByReference();
            StringArray arguments = new StringArray(argv.toArray(String[]::new), UTF_8);
            Memory environment = environment(env, additions);
            int error = posix_spawnp(pid, argv.get(0), files, attributes, arguments, environment);
            check("cannot run " + argv.get(0), error);
            return pid.getValue();
        } finally {
            posix_spawn_file_actions_destroy(files);
            posix_spawnattr_destroy(attributes);
            Reference.reachabilityFence(additions); // the environment only points at its strings
        }
    }

    private static StringArray additions(Map<String, String> env) {
        return new StringArray(
                env.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toArray(String[]::new),
                UTF_8);
    }

    private static Memory environment(Map<String, String> env, StringArray additions) {
        List<Pointer> entries = new ArrayList<>(List.of(additions.getPointerArray(0, env.size())));
        for (Pointer entry :
                PROCESS.getGlobalVariableAddress("environ").getPointer(0).getPointerArray(0)) {
            String text = entry.getString(0, UTF_8);
            int equals = text.indexOf('=');
            if (equals < 0 || !env.containsKey(text.substring(0, equals))) {
                entries.add(entry);
            }
        }
        entries.add(null);
        Memory environment = new Memory((long) entries.size() * Native.POINTER_SIZE);
        environment.write(0, entries.toArray(Pointer[]::new), 0, entries.size());
        return environment;
    }

    /** The engine gets none of this JVM's open files. */
    private static void closeOnExec() {
        String[] open = Path.of("/proc/self/fd").toFile().list();
        for (String fd : open == null ? new String[0] : open) {
            if (Integer.parseInt(fd) > 2) {
                fcntl(Integer.parseInt(fd), F_SETFD, FD_CLOEXEC);
            }
        }
    }

    private static void check(String what, int error) throws IOException {
        if (error != 0) {
            throw new IOException(what + ": " + strerror(error));
        }
    }

    private static native int setpgid(int pid, int group);

    private static native int kill(int pid, int signal);

    private static native int prctl(int option, long a, long b, long c, long d);

    private static native int fcntl(int fd, int command, int argument);

    private static native String strerror(int error);

    private static native int waitpid(int pid, IntByReference status, int options) throws LastErrorException;

    private static native int sigemptyset(Pointer set);

    private static native int sigaddset(Pointer set, int signal);

    private static native int posix_spawnp(
            IntByReference pid, String file, Pointer files, Pointer attributes, Pointer argv, Pointer envp);

    private static native int posix_spawnattr_init(Pointer attributes);

    private static native int posix_spawnattr_destroy(Pointer attributes);

    private static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    private static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

    private static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);

    private static native int posix_spawn_file_actions_init(Pointer files);

    private static native int posix_spawn_file_actions_destroy(Pointer files);

    private static native int posix_spawn_file_actions_addopen(Pointer files, int fd, String path, int flags, int mode);

    private static native int posix_spawn_file_actions_adddup2(Pointer files, int from, int to);
}
