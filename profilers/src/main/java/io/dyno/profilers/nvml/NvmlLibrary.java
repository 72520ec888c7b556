package io.dyno.profilers.nvml;

import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_FUNCTION_NOT_FOUND;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_ERROR_LIBRARY_NOT_FOUND;
import static io.dyno.profilers.nvml.NvmlConstants.NVML_SUCCESS;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of NVML, looked up by name when they are first called: a driver that lacks one refuses that one alone. */
final class NvmlLibrary {
    /** System property: another library in NVML's place, by name or path. */
    static final String PROPERTY = "dyno.nvml.library";

    /** What NVIDIA's driver installs. */
    static final String NAME = "libnvidia-ml.so.1";

    static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final NativeLibrary library;
    private final Map<String, Optional<Function>> functions = new ConcurrentHashMap<>();

    private NvmlLibrary(NativeLibrary library) {
        this.library = library;
    }

    /**
     * Loads the driver's library, or that of {@link #PROPERTY}.
     *
     * @throws NvmlException when there is none, as on a machine without NVIDIA's driver
     */
    static NvmlLibrary load() throws NvmlException {
        String name = System.getProperty(PROPERTY, NAME);
        try {
            return new NvmlLibrary(NativeLibrary.getInstance(name, Map.of(Library.OPTION_STRING_ENCODING, UTF_8)));
        } catch (LinkageError e) { // no such library, or JNA itself has none for this platform
            String why = e.getMessage() == null
                    ? e.toString()
                    : e.getMessage()
                            .lines()
                            .filter(line -> line.startsWith(name))
                            .findFirst()
                            .orElse(e.getMessage().lines().findFirst().orElse(""));
            throw new NvmlException(
                    NVML_ERROR_LIBRARY_NOT_FOUND, "no NVIDIA driver's NVML here (" + why.strip() + ")", e);
        }
    }

    /** Calls a function; answers {@code NVML_ERROR_FUNCTION_NOT_FOUND} for it when the driver has none of this name. */
    int call(String name, Object... arguments) {
        Optional<Function> function = functions.computeIfAbsent(name, this::find);
        return function.isEmpty()
                ? NVML_ERROR_FUNCTION_NOT_FOUND
                : function.get().invokeInt(arguments);
    }

    /** Calls a function that must succeed. */
    void check(String name, Object... arguments) throws NvmlException {
        verify(name, call(name, arguments));
    }

    /** Throws what a call's answer says, unless it is success. */
    void verify(String name, int code) throws NvmlException {
        if (code != NVML_SUCCESS) {
            throw new NvmlException(code, name + ": " + text(code) + " (NVML error " + code + ")");
        }
    }

    /** Whether the driver has a function of this name. */
    boolean has(String name) {
        return functions.computeIfAbsent(name, this::find).isPresent();
    }

    private Optional<Function> find(String name) {
        try {
            return Optional.of(library.getFunction(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    /** NVML's own words for a code. */
    private String text(int code) {
        if (code == NVML_ERROR_FUNCTION_NOT_FOUND || !has("nvmlErrorString")) {
            return code == NVML_ERROR_FUNCTION_NOT_FOUND ? "this driver has no such function" : "no text";
        }
        Function errorString = functions.get("nvmlErrorString").orElseThrow();
        return errorString.invokeString(new Object[] {code}, false);
    }
}
