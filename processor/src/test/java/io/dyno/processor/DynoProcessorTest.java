package io.dyno.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.generators.BenchmarkProcessor;

/** The processor among others: what it claims, what it waits for, and what it does when something goes wrong. */
class DynoProcessorTest {
    private static final JavaFileObject BENCHMARK = Sources.source("Chat", """
            package com.acme;
            @io.dyno.VllmBenchmark
            public class Chat {
                @org.openjdk.jmh.annotations.Param("1") int tp;
                @org.openjdk.jmh.annotations.Setup public void prepare() {}
            }
            """);

    private static final JavaFileObject JMH_BENCHMARK = Sources.source("Loop", """
            package com.acme;
            public class Loop {
                @org.openjdk.jmh.annotations.Benchmark public void run() {}
            }
            """);

    @Test
    void worksBesideTheProcessorOfJmhInEitherOrder() {
        List<List<Processor>> orders = List.of(
                List.of(new DynoProcessor(), new BenchmarkProcessor()),
                List.of(new BenchmarkProcessor(), new DynoProcessor()));
        for (List<Processor> order : orders) {
            Compilation compilation = Sources.compile(order, List.of(BENCHMARK, JMH_BENCHMARK), "-Xlint:none");

            assertThat(compilation.errors()).isEmpty();
            assertThat(compilation.generatedFile(StandardLocation.CLASS_OUTPUT, ServiceFile.PATH))
                    .isPresent();
            assertThat(compilation.generatedFile(StandardLocation.CLASS_OUTPUT, "META-INF/BenchmarkList"))
                    .isPresent();
            assertThat(compilation.generatedFile(StandardLocation.CLASS_OUTPUT, "com/acme/Chat_Definition.class"))
                    .isPresent();
        }
    }

    @Test
    void abstractClassesAreBasesOnly() {
        Compilation compilation = Sources.compile(List.of(Sources.source("Base", """
                package com.acme;
                @io.dyno.VllmBenchmark
                abstract class Base { @org.openjdk.jmh.annotations.Param("1") int tp; }
                """)));

        assertThat(compilation.status()).isEqualTo(Compilation.Status.SUCCESS);
        assertThat(compilation.generatedSourceFiles()).isEmpty();
    }

    @Test
    void whatAnotherProcessorGeneratesIsWaitedFor() {
        JavaFileObject benchmark = Sources.source("Late", """
                package com.acme;
                @io.dyno.VllmBenchmark(model = Generated.MODEL)
                class Late extends Generated {
                    @org.openjdk.jmh.annotations.Param Generated.Kind kind;
                    @org.openjdk.jmh.annotations.Setup void read() {}
                }
                """);
        Processor generator = new OneSourceProcessor("com.acme.Generated", """
                package com.acme;
                class Generated {
                    static final String MODEL = "a/b";
                    enum Kind { A }
                    @org.openjdk.jmh.annotations.Param("2") int tp;
                }
                """);
        Compilation compilation =
                Sources.compile(List.of(new DynoProcessor(), generator), List.of(benchmark), "-Xlint:none");

        assertThat(compilation.diagnostics()).isEmpty();
        assertThat(text(compilation
                        .generatedSourceFile("com.acme.Late_Definition")
                        .orElseThrow()))
                .contains("\"a/b\"", "\"tp\"", "Generated.Kind.values()");
    }

    @Test
    void errorsOfTheLanguageAreLeftToTheCompiler() {
        Compilation compilation = Sources.compile(List.of(Sources.source("Broken", """
                package com.acme;
                @io.dyno.VllmBenchmark(tp = "two", model = NOWHERE)
                @org.openjdk.jmh.annotations.Fork("x")
                class Broken extends Missing {
                    @org.openjdk.jmh.annotations.Param("1") Unknown tp;
                    @io.dyno.Prompts Nothing prompts(Nobody request) { return null; }
                }
                """)));

        assertThat(compilation.errors()).isNotEmpty().noneSatisfy(error -> assertThat(error.getMessage(Locale.ROOT))
                .contains("DYNO"));
    }

    @Test
    void whatIsWrongInAClassFileIsShownAtTheClassThatInheritsIt() {
        JavaFileObject benchmark = Sources.source("Inheriting", """
                package com.acme;
                @io.dyno.VllmBenchmark
                class Inheriting extends io.dyno.processor.CompiledBase {}
                """);
        Compilation compilation = Sources.compile(List.of(benchmark));

        assertThat(compilation.errors()).singleElement().satisfies(error -> {
            assertThat(error.getLineNumber()).isEqualTo(3);
            assertThat(error.getMessage(Locale.ROOT))
                    .startsWith("[DYNO-213] inherited from ")
                    .contains("tp", "CompiledBase");
        });
    }

    @Test
    void whatTwoClassesInheritIsSaidOnce() {
        Compilation compilation = Sources.compile(List.of(Sources.source("Base", """
                package com.acme;
                class Base { @org.openjdk.jmh.annotations.Param("x") int tp; }
                @io.dyno.VllmBenchmark class One extends Base {}
                @io.dyno.VllmBenchmark class Two extends Base {}
                """)));

        assertThat(compilation.errors()).hasSize(1);
    }

    @Test
    void aFaultOfOursBecomesAnErrorThatSaysSo() {
        Processor broken = new AbstractProcessor() {
            private final DynoProcessor dyno = new DynoProcessor();

            @Override
            public synchronized void init(ProcessingEnvironment environment) {
                super.init(environment);
                dyno.init(new BrokenEnvironment(environment));
            }

            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return dyno.getSupportedAnnotationTypes();
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return dyno.getSupportedSourceVersion();
            }

            @Override
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                dyno.process(annotations, round);
                return false;
            }
        };
        Compilation compilation = Sources.compile(List.of(broken), List.of(BENCHMARK), "-Xlint:none");

        assertThat(compilation.errors()).singleElement().satisfies(error -> assertThat(error.getMessage(Locale.ROOT))
                .contains("[DYNO-299]", "this is Dyno's bug, not yours", "IllegalStateException: no types today")
                .contains("please report it"));
    }

    private static String text(JavaFileObject file) {
        try {
            return file.getCharContent(false).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Generates one source in its first round. */
    private static final class OneSourceProcessor extends AbstractProcessor {
        private final String name;
        private final String text;
        private boolean done;

        OneSourceProcessor(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public Set<String> getSupportedAnnotationTypes() {
            return Set.of("*");
        }

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latestSupported();
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            if (!done) {
                done = true;
                try (Writer writer =
                        processingEnv.getFiler().createSourceFile(name).openWriter()) {
                    writer.write(text);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return false;
        }
    }

    /** A compiler without types. */
    private record BrokenEnvironment(ProcessingEnvironment real) implements ProcessingEnvironment {
        @Override
        public Types getTypeUtils() {
            throw new IllegalStateException("no types today");
        }

        @Override
        public Elements getElementUtils() {
            return real.getElementUtils();
        }

        @Override
        public Map<String, String> getOptions() {
            return real.getOptions();
        }

        @Override
        public Messager getMessager() {
            return real.getMessager();
        }

        @Override
        public Filer getFiler() {
            return real.getFiler();
        }

        @Override
        public SourceVersion getSourceVersion() {
            return real.getSourceVersion();
        }

        @Override
        public Locale getLocale() {
            return real.getLocale();
        }
    }
}
