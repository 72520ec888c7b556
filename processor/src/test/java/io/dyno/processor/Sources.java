package io.dyno.processor;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.JavaFileObject;

/** Benchmark sources for tests, from files and from texts, and the compiler that they are given to. */
final class Sources {
    static final Path ROOT = Path.of("src", "test", "resources");

    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    private Sources() {}

    /** The cases of a folder: each a Java file, or a folder of files that are compiled together. */
    static List<Path> cases(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError("no test sources in " + folder, e);
        }
    }

    /** The files of a case. */
    static List<Path> files(Path testCase) {
        try (Stream<Path> files = Files.walk(testCase)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("cannot read " + testCase, e);
        }
    }

    static JavaFileObject source(Path file) {
        return source(file.getFileName().toString().replace(".java", ""), read(file));
    }

    /** A source from its text, which gives the package. */
    static JavaFileObject source(String name, String text) {
        Matcher packageName = PACKAGE.matcher(text);
        return JavaFileObjects.forSourceString(packageName.find() ? packageName.group(1) + "." + name : name, text);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    /** Compiles with the processor. */
    static Compilation compile(List<JavaFileObject> sources, String... options) {
        return compile(List.of(new DynoProcessor()), sources, options);
    }

    static Compilation compile(List<Processor> processors, List<JavaFileObject> sources, String... options) {
        return Compiler.javac()
                .withProcessors(processors)
                .withOptions(Arrays.asList(options))
                .compile(sources);
    }
}
