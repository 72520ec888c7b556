package io.dyno.processor;

import io.dyno.plan.Rule;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/** Annotations of JMH, and attributes of them, that say nothing about an engine. Silence would let a reader believe that they count. */
final class JmhCheck {

    /**
     * Something without meaning.
     *
     * @param attribute the attribute that means nothing, or null for the whole annotation
     * @param remedy why, and what to write in its place
     */
    private record Meaningless(Class<? extends Annotation> annotation, String attribute, Rule rule, String remedy) {}

    private static final String NO_JVM =
            "a fork is a fresh engine, not a JVM; use engineArgs and env of @VllmBenchmark";
    private static final String NO_CALLS = "it counts calls of a method; use batchSize or numPrompts of @VllmBenchmark";
    private static final String NO_STATE =
            "Dyno makes one instance per point and fork and measures the engine; remove it";

    private static final List<Meaningless> MEANINGLESS = List.of(
            new Meaningless(Fork.class, "jvm", Rule.FORK_JVM, NO_JVM),
            new Meaningless(Fork.class, "jvmArgs", Rule.FORK_JVM, NO_JVM),
            new Meaningless(Fork.class, "jvmArgsPrepend", Rule.FORK_JVM, NO_JVM),
            new Meaningless(Fork.class, "jvmArgsAppend", Rule.FORK_JVM, NO_JVM),
            new Meaningless(Warmup.class, "batchSize", Rule.BATCH_SIZE, NO_CALLS),
            new Meaningless(Measurement.class, "batchSize", Rule.BATCH_SIZE, NO_CALLS),
            new Meaningless(
                    Threads.class,
                    null,
                    Rule.THREADS,
                    "requests in flight make the load; use @Load(maxConcurrency = …)"),
            new Meaningless(BenchmarkMode.class, null, Rule.BENCHMARK_MODE, "use bench = … of @VllmBenchmark"),
            new Meaningless(
                    OutputTimeUnit.class, null, Rule.OUTPUT_TIME_UNIT, "metrics have units of their own; remove it"),
            new Meaningless(
                    OperationsPerInvocation.class,
                    null,
                    Rule.OPERATIONS_PER_INVOCATION,
                    "requests and tokens are counted; remove it, or use numPrompts of @VllmBenchmark"),
            new Meaningless(
                    Timeout.class, null, Rule.TIMEOUT, "a request's timeout is the run's; use -to on the command line"),
            new Meaningless(
                    Benchmark.class,
                    null,
                    Rule.BENCHMARK_METHOD,
                    "nothing would call it; move it into a class of its own"),
            new Meaningless(State.class, null, Rule.JMH_WITHOUT_MEANING, NO_STATE),
            new Meaningless(Group.class, null, Rule.JMH_WITHOUT_MEANING, NO_STATE),
            new Meaningless(GroupThreads.class, null, Rule.JMH_WITHOUT_MEANING, NO_STATE),
            new Meaningless(CompilerControl.class, null, Rule.JMH_WITHOUT_MEANING, NO_STATE),
            new Meaningless(AuxCounters.class, null, Rule.JMH_WITHOUT_MEANING, NO_STATE));

    private static final List<Class<? extends Annotation>> CLASS_ONLY =
            List.of(Fork.class, Warmup.class, Measurement.class);

    private final Report report;

    JmhCheck(Report report) {
        this.report = report;
    }

    void check(BenchmarkDeclaration declaration) {
        declaration.lineage().forEach(this::check);
        for (TypeElement owner : declaration.ancestry()) {
            for (Element member : owner.getEnclosedElements()) {
                if (!member.getKind().isClass() && !member.getKind().isInterface()) {
                    check(member);
                    checkClassOnly(member);
                }
            }
        }
    }

    private void check(Element element) {
        for (Meaningless meaningless : MEANINGLESS) {
            Annotations.find(element, meaningless.annotation).ifPresent(mirror -> check(element, mirror, meaningless));
        }
    }

    private void check(Element element, AnnotationMirror mirror, Meaningless meaningless) {
        String annotation = "@" + meaningless.annotation.getSimpleName();
        Map<String, AnnotationValue> written = Annotations.written(mirror);
        if (meaningless.attribute == null) {
            AnnotationValue value = written.get("value");
            report.add(
                    meaningless.rule,
                    new Position(element, mirror, value),
                    annotation + " means nothing to Dyno: " + meaningless.remedy);
        } else if (written.containsKey(meaningless.attribute)) {
            report.add(
                    meaningless.rule,
                    new Position(element, mirror, written.get(meaningless.attribute)),
                    "%s(%s) means nothing to Dyno: %s"
                            .formatted(annotation, meaningless.attribute, meaningless.remedy));
        }
    }

    private void checkClassOnly(Element member) {
        for (Class<? extends Annotation> annotation : CLASS_ONLY) {
            Annotations.find(member, annotation)
                    .ifPresent(mirror -> report.add(
                            Rule.JMH_ON_METHOD,
                            Position.of(member, mirror),
                            "@%s on a method has no effect: the class is the benchmark; put it onto the class"
                                    .formatted(annotation.getSimpleName())));
        }
    }
}
