package io.dyno.processor;

import io.dyno.plan.BenchmarkDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A folder of class files: the real compiler writes into it, and a run finds its definitions. */
final class ClassFolder implements AutoCloseable {
    private final URLClassLoader loader;

    ClassFolder(Path folder) {
        try {
            loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClassFolder.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** Compiles with the processor. The folder is not on the class path: what was compiled before must be found without it. */
    static boolean compile(Path folder, Path... sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", folder.toString());
            JavaCompiler.CompilationTask task =
                    compiler.getTask(null, files, diagnostic -> {}, options, null, files.getJavaFileObjects(sources));
            task.setProcessors(List.of(new DynoProcessor()));
            return task.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The definitions that the service file lists. */
    List<BenchmarkDefinition> definitions() {
        return ServiceLoader.load(BenchmarkDefinition.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
