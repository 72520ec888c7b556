package io.dyno.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The argv of a JVM like this one: for the keeper and the simulator, which are programs in our own jar. */
public final class JavaCommand {
    /** From here on the JVM warns of native code (JNA, Netty's epoll) that was not announced. */
    private static final int WARNS_OF_NATIVE_ACCESS = 24;

    private JavaCommand() {}

    /**
     * The command, without the program's arguments.
     *
     * @param flags flags of the JVM
     * @param classPath as {@code -cp} takes it
     * @param main name of the main class
     */
    public static List<String> of(List<String> flags, String classPath, String main) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(flags);
        if (Runtime.version().feature() >= WARNS_OF_NATIVE_ACCESS) {
            argv.add("--enable-native-access=ALL-UNNAMED");
        }
        argv.add("-cp");
        argv.add(classPath);
        argv.add(main);
        return List.copyOf(argv);
    }
}
