package io.dyno.profilers.nvml;

import java.util.LinkedHashMap;
import java.util.Map;

/** Questions to one GPU at one moment: one that fails costs its own answer, and only a GPU that is lost ends them all. */
final class Questions {
    private final Map<String, String> failed = new LinkedHashMap<>();

    /**
     * Asks.
     *
     * @param about what the answer is about, as a user calls it
     * @return null where this driver or GPU has no answer, and where the question failed
     * @throws NvmlException when the GPU is lost
     */
    <T> T ask(String about, Nvml.Query<T> query) throws NvmlException {
        try {
            return Nvml.orNull(query);
        } catch (NvmlException e) {
            if (e.lost()) {
                throw e;
            }
            failed.put(about, e.getMessage());
            return null;
        }
    }

    /** NVML's words by what was asked about; without what this driver or GPU never knows. */
    Map<String, String> failed() {
        return Map.copyOf(failed);
    }
}
