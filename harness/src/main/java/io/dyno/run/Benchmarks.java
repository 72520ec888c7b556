package io.dyno.run;

import io.dyno.plan.BenchmarkDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** The benchmarks on the class path, as the processor left them there. */
final class Benchmarks {
    private static final String NO_PROCESSOR = """
            no benchmark was found on the class path. Either no class is annotated with @VllmBenchmark, or the annotation processor did not
            run when it was compiled. JDK 23 and later runs no processor that is only on the class path; name it in the pom:

              <plugin>
                <artifactId>maven-compiler-plugin</artifactId>
                <configuration>
                  <annotationProcessorPaths>
                    <path>
                      <groupId>io.dyno</groupId>
                      <artifactId>dyno-processor</artifactId>
                      <version>${dyno.version}</version>
                    </path>
                  </annotationProcessorPaths>
                </configuration>
              </plugin>
            """;

    private Benchmarks() {}

    /**
     * All benchmarks, by name.
     *
     * @throws UsageException when there is none, or one cannot be loaded
     */
    static List<BenchmarkDefinition> onClassPath() throws UsageException {
        List<BenchmarkDefinition> found = new ArrayList<>();
        try {
            Iterator<BenchmarkDefinition> definitions =
                    ServiceLoader.load(BenchmarkDefinition.class).iterator();
            while (definitions.hasNext()) {
                found.add(definitions.next());
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new UsageException(
                    "a generated benchmark definition cannot be loaded: " + e.getMessage()
                            + ". It was made by another version of Dyno, or its class is gone: compile again from clean (mvn clean verify)",
                    e);
        }
        if (found.isEmpty()) {
            throw new UsageException(NO_PROCESSOR);
        }
        found.sort(Comparator.comparing(definition -> definition.descriptor().benchmark()));
        return found;
    }

    /**
     * Those that the options name.
     *
     * @throws UsageException when none is left
     */
    static List<BenchmarkDefinition> select(List<BenchmarkDefinition> all, Options options) throws UsageException {
        List<Pattern> includes =
                options.includes().stream().map(Pattern::compile).toList();
        List<Pattern> excludes =
                options.excludes().stream().map(Pattern::compile).toList();
        List<BenchmarkDefinition> selected = all.stream()
                .filter(definition -> {
                    String name = definition.descriptor().benchmark();
                    return (includes.isEmpty()
                                    || includes.stream()
                                            .anyMatch(p -> p.matcher(name).find()))
                            && excludes.stream().noneMatch(p -> p.matcher(name).find());
                })
                .toList();
        if (selected.isEmpty()) {
            throw new UsageException("no benchmark matches " + String.join(" ", options.includes())
                    + (excludes.isEmpty() ? "" : " without " + String.join(" ", options.excludes()))
                    + "; there are:\n  "
                    + String.join(
                            "\n  ",
                            all.stream().map(d -> d.descriptor().benchmark()).toList()));
        }
        return selected;
    }
}
