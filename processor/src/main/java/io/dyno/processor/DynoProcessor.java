package io.dyno.processor;

import io.dyno.VllmBenchmark;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.Problem;
import io.dyno.plan.Rule;
import io.dyno.plan.Rules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;

/**
 * Checks each class with {@code @VllmBenchmark} and generates its {@link io.dyno.plan.BenchmarkDefinition}, listed for
 * {@link java.util.ServiceLoader}. It claims no annotation, so that other processors see what they would see without it. An abstract class
 * is a base: it is checked with the classes that extend it, and has no definition.
 */
public final class DynoProcessor extends AbstractProcessor {
    /** Names of classes that wait for what other processors generate. Names, because elements do not outlive a round. */
    private final Set<String> deferred = new LinkedHashSet<>();

    private final Set<String> compiled = new HashSet<>();
    private final Map<String, String> generated = new TreeMap<>();
    private final Set<Report.Entry> printed = new HashSet<>();

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(VllmBenchmark.class.getName());
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Elements elements = processingEnv.getElementUtils();
        ElementFilter.typesIn(round.getRootElements()).forEach(this::addCompiled);
        if (round.processingOver()) {
            if (!round.errorRaised()) {
                updateServiceFile();
            }
            return false;
        }
        Set<TypeElement> types = new LinkedHashSet<>();
        deferred.stream().map(elements::getTypeElement).filter(Objects::nonNull).forEach(types::add);
        deferred.clear();
        types.addAll(ElementFilter.typesIn(round.getElementsAnnotatedWith(VllmBenchmark.class)));
        types.forEach(this::processGuarded);
        return false;
    }

    private void addCompiled(TypeElement type) {
        compiled.add(processingEnv.getElementUtils().getBinaryName(type).toString());
        ElementFilter.typesIn(type.getEnclosedElements()).forEach(this::addCompiled);
    }

    /** A processor that throws ends the compiler with a stack trace and without the other mistakes of the user. */
    private void processGuarded(TypeElement type) {
        try {
            process(type);
        } catch (Exception | LinkageError | StackOverflowError e) {
            fault(e, type);
        }
    }

    private void process(TypeElement type) throws IOException {
        Report report = new Report(type);
        if (ClassCheck.isClass(type, report) && !type.getModifiers().contains(Modifier.ABSTRACT)) {
            Optional<BenchmarkDeclaration> declaration =
                    BenchmarkDeclaration.of(type, processingEnv.getElementUtils(), processingEnv.getTypeUtils());
            if (declaration.isEmpty() || declaration.get().isErroneous()) {
                deferred.add(type.getQualifiedName().toString());
                return;
            }
            process(declaration.get(), report);
        }
        report.print(processingEnv.getMessager(), this::isInSource, printed);
    }

    private void process(BenchmarkDeclaration declaration, Report report) throws IOException {
        Elements elements = processingEnv.getElementUtils();
        Types types = processingEnv.getTypeUtils();
        BenchmarkDescriptor descriptor = DescriptorReader.read(declaration);
        new ClassCheck(new Exceptions(elements, types), report).check(declaration.type());
        new ParamCheck(declaration, report).check();
        new MethodCheck(declaration, descriptor, elements, types, report).check();
        new JmhCheck(report).check(declaration);
        checkSettings(declaration, descriptor, report);
        if (!report.failed()) {
            write(BenchmarkModel.of(declaration, descriptor, elements), report);
        }
    }

    /** The rules about settings; of two complaints about one value the one about its shape is enough. */
    private static void checkSettings(BenchmarkDeclaration declaration, BenchmarkDescriptor descriptor, Report report) {
        Places places = new Places(declaration);
        List<Report.Entry> entries = new ArrayList<>();
        for (Problem problem : Rules.check(descriptor)) {
            entries.add(new Report.Entry(problem.rule(), places.of(problem.place()), problem.message()));
        }
        entries.removeIf(entry -> report.has(entry.position()));
        entries.forEach(entry -> report.add(entry.rule(), entry.position(), entry.message()));
    }

    private void write(BenchmarkModel model, Report report) throws IOException {
        Elements elements = processingEnv.getElementUtils();
        String definition = model.packageName() + "." + model.simpleName();
        try {
            boolean generatedAnnotation = elements.getTypeElement("javax.annotation.processing.Generated") != null;
            new DefinitionWriter(model).write(processingEnv.getFiler(), generatedAnnotation);
            generated.put(definition, elements.getBinaryName(model.type()).toString());
        } catch (FilerException taken) {
            report.add(
                    Rule.NAME_TAKEN,
                    Position.of(model.type()),
                    "the definition of %s would be %s, and a class of that name is there already; rename one of them"
                            .formatted(model.type().getQualifiedName(), definition));
        }
    }

    private void updateServiceFile() {
        try {
            new ServiceFile(processingEnv.getFiler()).update(generated, compiled);
        } catch (IOException | RuntimeException e) {
            processingEnv
                    .getMessager()
                    .printMessage(
                            Diagnostic.Kind.ERROR,
                            "Dyno cannot write " + ServiceFile.PATH + " into the class output folder: "
                                    + e.getMessage());
        }
    }

    private boolean isInSource(Element element) {
        Element e = element;
        while (!(e instanceof TypeElement)) {
            e = e.getEnclosingElement();
        }
        return compiled.contains(
                processingEnv.getElementUtils().getBinaryName((TypeElement) e).toString());
    }

    private void fault(Throwable e, TypeElement type) {
        String trace =
                Arrays.stream(e.getStackTrace()).limit(5).map(String::valueOf).collect(Collectors.joining(" < "));
        Report report = new Report(type);
        report.add(
                Rule.PROCESSOR_FAILURE,
                Position.of(type),
                "this is Dyno's bug, not yours: %s at %s; please report it with the class".formatted(e, trace));
        report.print(processingEnv.getMessager(), any -> true, printed);
    }
}
