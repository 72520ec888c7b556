package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is generated from the sources in {@code good/} is, letter by letter, what stands in {@code expected/}, and compiles without a warning.
 * {@code mvn test -Ddyno.regenerate=true} writes the expectation anew; read the difference before you commit it.
 */
class GeneratedCodeTest {
    private static final boolean REGENERATE = Boolean.getBoolean("dyno.regenerate");

    static List<Path> good() {
        return Sources.cases("good");
    }

    @ParameterizedTest
    @MethodSource("good")
    void definitionsAreAsExpectedAndWarningFree(Path testCase) throws IOException {
        Compilation compilation = compile(testCase);

        assertThat(compilation.diagnostics()).isEmpty();
        assertThat(compilation.status()).isEqualTo(Compilation.Status.SUCCESS);
        Path expected = Sources.ROOT.resolve("expected").resolve(name(testCase));
        Map<String, String> generated = generated(compilation);
        if (REGENERATE) {
            rewrite(expected, generated);
        }
        assertThat(generated).isEqualTo(readAll(expected));
    }

    @Test
    void theSameSourcesGiveTheSameDefinitions() {
        for (Path testCase : good()) {
            assertThat(generated(compile(testCase))).isEqualTo(generated(compile(testCase)));
        }
    }

    private static Compilation compile(Path testCase) {
        List<JavaFileObject> sources =
                Sources.files(testCase).stream().map(Sources::source).toList();
        return Sources.compile(sources, "-Xlint:all,-processing", "-Werror");
    }

    private static Map<String, String> generated(Compilation compilation) {
        Map<String, String> texts = new TreeMap<>();
        for (JavaFileObject file : compilation.generatedSourceFiles()) {
            try {
                texts.put(
                        Path.of(file.getName()).getFileName().toString(),
                        file.getCharContent(false).toString());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return texts;
    }

    private static Map<String, String> readAll(Path folder) {
        assertThat(folder)
                .as("expected sources; -Ddyno.regenerate=true writes them")
                .isDirectory();
        Map<String, String> texts = new TreeMap<>();
        for (Path file : Sources.files(folder)) {
            texts.put(file.getFileName().toString(), Sources.read(file));
        }
        return texts;
    }

    private static void rewrite(Path folder, Map<String, String> texts) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Files.writeString(folder.resolve(text.getKey()), text.getValue());
        }
    }

    private static String name(Path testCase) {
        return testCase.getFileName().toString().replace(".java", "");
    }
}
