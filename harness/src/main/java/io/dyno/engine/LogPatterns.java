package io.dyno.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is looked for in logs: a versioned list of named regular expressions, kept in a resource so that new wordings of an engine are no
 * change of code.
 *
 * @param version the list's version
 * @param rules the rules in the list's order
 */
public record LogPatterns(int version, List<Rule> rules) {
    /** A named regular expression, without regard to case. */
    public record Rule(String name, Pattern pattern) {}

    public LogPatterns {
        rules = List.copyOf(rules);
    }

    /**
     * Reads {@code NAME <tab> REGEX} lines; {@code #} begins a comment, the name {@code version} gives the version.
     *
     * @param resource name of a resource beside this class
     */
    public static LogPatterns load(String resource) {
        int version = 0;
        List<Rule> rules = new ArrayList<>();
        try (InputStream in = LogPatterns.class.getResourceAsStream(resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split("\t", 2);
                if (cells[0].equals("version")) {
                    version = Integer.parseInt(cells[1]);
                } else {
                    rules.add(new Rule(cells[0], Pattern.compile(cells[1], Pattern.CASE_INSENSITIVE)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LogPatterns(version, rules);
    }
}
