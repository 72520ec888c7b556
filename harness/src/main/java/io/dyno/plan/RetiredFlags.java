package io.dyno.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Flags that earlier versions of vLLM had, and what to write now. A resource, so that what the next version drops is no change of code. */
public final class RetiredFlags {
    private static final String RESOURCE = "vllm-retired-flags.tsv";
    private static final Map<String, String> REMEDIES = load();

    private RetiredFlags() {}

    /** What to do about a flag that vLLM has no longer: {@code write --x instead}. Empty when it never had it, as far as is known. */
    public static Optional<String> remedy(String spelling) {
        return Optional.ofNullable(REMEDIES.get(Spelling.kebab(spelling.replaceFirst("^--?(no-)?", ""))));
    }

    private static Map<String, String> load() {
        Map<String, String> remedies = new LinkedHashMap<>();
        try (InputStream in = RetiredFlags.class.getResourceAsStream(RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] cells = line.split("\t", -1);
                    String now = cells[1].isEmpty() ? "" : "write --" + cells[1] + " instead";
                    String why = cells[2];
                    remedies.put(cells[0], now + (now.isEmpty() || why.isEmpty() ? "" : ": ") + why);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(remedies);
    }
}
