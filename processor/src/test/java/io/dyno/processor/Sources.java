package io.dyno.processor;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |abstract |final )*(?:class|interface|enum|record|@interface) (\\w+)");

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
        return source(read(file));
    }

    /** A source from its text; package and first top-level type name it. */
    static JavaFileObject source(String text) {
        Matcher packageName = PACKAGE.matcher(text);
        Matcher type = TYPE.matcher(text);
        if (!type.find()) {
            throw new AssertionError("no top-level type in: " + text);
        }
        String prefix = packageName.find() ? packageName.group(1) + "." : "";
        return JavaFileObjects.forSourceString(prefix + type.group(1), text);
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
        List<String> all = new ArrayList<>(Arrays.asList(options));
        all.add("--release");
        all.add("17");
        return Compiler.javac().withProcessors(processors).withOptions(all).compile(sources);
    }
}
