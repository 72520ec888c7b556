package io.dyno.processor;

import io.dyno.plan.BenchmarkDefinition;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.processing.Filer;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * The list that {@link java.util.ServiceLoader} reads: a definition a line, with its benchmark class in a comment. An incremental compilation
 * sees only some of the classes, so the entries of earlier ones are kept as long as the class files of both are there.
 */
final class ServiceFile {
    static final String PATH = "META-INF/services/" + BenchmarkDefinition.class.getName();

    private final Filer filer;

    ServiceFile(Filer filer) {
        this.filer = filer;
    }

    /**
     * Writes the file when it changes.
     *
     * @param generated binary names of the definitions generated now, with those of their benchmark classes
     * @param compiled binary names of the classes that are being compiled: an old entry for one of them that was not generated again is
     *     no benchmark any more
     */
    void update(Map<String, String> generated, Set<String> compiled) throws IOException {
        List<String> old = read(PATH);
        Map<String, String> entries = new TreeMap<>();
        for (String line : old) {
            String[] parts = line.split("#", 2);
            String definition = parts[0].strip();
            String benchmark = parts.length == 2 ? parts[1].strip() : "";
            if (!definition.isEmpty() && isAlive(definition, benchmark, compiled)) {
                entries.put(definition, benchmark);
            }
        }
        entries.putAll(generated);
        List<String> lines = new ArrayList<>();
        entries.forEach((definition, benchmark) ->
                lines.add(benchmark.isEmpty() ? definition : definition + " # " + benchmark));
        if (!lines.equals(old)) {
            write(lines);
        }
    }

    /** An entry without a comment was written by hand: it is kept while its own class is there or comes. */
    private boolean isAlive(String definition, String benchmark, Set<String> compiled) {
        return benchmark.isEmpty()
                ? compiled.contains(definition) || hasClassFile(definition)
                : !compiled.contains(benchmark) && hasClassFile(definition) && hasClassFile(benchmark);
    }

    private boolean hasClassFile(String binaryName) {
        try {
            filer.getResource(StandardLocation.CLASS_OUTPUT, "", binaryName.replace('.', '/') + ".class")
                    .openInputStream()
                    .close();
            return true;
        } catch (IOException absent) {
            return false;
        }
    }

    private List<String> read(String path) throws IOException {
        FileObject file;
        try {
            file = filer.getResource(StandardLocation.CLASS_OUTPUT, "", path);
        } catch (IOException absent) {
            return List.of();
        }
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(file.openInputStream(), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (FileNotFoundException | NoSuchFileException absent) {
            return List.of();
        }
    }

    private void write(List<String> lines) throws IOException {
        try (Writer writer =
                filer.createResource(StandardLocation.CLASS_OUTPUT, "", PATH).openWriter()) {
            for (String line : lines) {
                writer.write(line + "\n");
            }
        }
    }
}
