package io.dyno.processor;

import io.dyno.Bench;
import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.VllmBenchmark;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.Rule;
import io.dyno.plan.Values;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.openjdk.jmh.annotations.Level;

/** Rules about {@code @Prompts}, {@code @Setup} and {@code @TearDown} methods. */
final class MethodCheck {
    private final BenchmarkDeclaration declaration;
    private final BenchmarkDescriptor descriptor;
    private final Elements elements;
    private final Types types;
    private final Report report;

    MethodCheck(
            BenchmarkDeclaration declaration,
            BenchmarkDescriptor descriptor,
            Elements elements,
            Types types,
            Report report) {
        this.declaration = declaration;
        this.descriptor = descriptor;
        this.elements = elements;
        this.types = types;
        this.report = report;
    }

    void check() {
        for (MethodDeclaration method : declaration.methods()) {
            checkReach(method);
            method.prompts().ifPresent(mark -> checkPrompts(method.method()));
            if (method.setup().isPresent() || method.tearDown().isPresent()) {
                checkLifecycle(method.method());
            }
            Stream.of(method.setup(), method.tearDown()).forEach(mark -> mark.ifPresent(this::checkLevel));
        }
        checkOnePrompts();
        checkNoDatasetBesidePrompts();
    }

    private void checkReach(MethodDeclaration method) {
        if (method.isStatic() && method.method().getEnclosingElement().getKind().isInterface()) {
            report.add(
                    Rule.INHERITED_MEMBER,
                    Position.of(method.method()),
                    "%s is a static method of an interface, which classes do not inherit; remove static and make it default"
                            .formatted(method.name()));
        } else {
            MemberAccess.check(declaration.type(), method.method(), "call", report);
        }
    }

    private void checkPrompts(ExecutableElement method) {
        ExecutableType signature = (ExecutableType)
                types.asMemberOf((DeclaredType) declaration.type().asType(), method);
        TypeMirror wanted = types.getDeclaredType(
                elements.getTypeElement("java.lang.Iterable"),
                elements.getTypeElement(Prompt.class.getName()).asType());
        String name = method.getSimpleName().toString();
        if (!takes(signature, PromptRequest.class)
                || signature.getParameterTypes().isEmpty()) {
            promptsSignature(method, "takes " + parameters(signature) + " but must take one PromptRequest");
        }
        if (signature.getReturnType().getKind() != TypeKind.ERROR
                && !types.isSubtype(signature.getReturnType(), wanted)) {
            promptsSignature(
                    method, "returns " + signature.getReturnType() + " but must return Iterable<Prompt> or a subtype");
        }
        checkThrows(Rule.PROMPTS_SIGNATURE, method, "@Prompts method " + name);
    }

    private void promptsSignature(ExecutableElement method, String wrong) {
        report.add(
                Rule.PROMPTS_SIGNATURE,
                Position.of(method),
                "@Prompts method %s %s; write: Iterable<Prompt> %s(PromptRequest request)"
                        .formatted(method.getSimpleName(), wrong, method.getSimpleName()));
    }

    private void checkLifecycle(ExecutableElement method) {
        ExecutableType signature = (ExecutableType)
                types.asMemberOf((DeclaredType) declaration.type().asType(), method);
        String what = "@Setup or @TearDown method " + method.getSimpleName();
        if (!signature.getParameterTypes().isEmpty() && !takes(signature, EngineInfo.class)) {
            report.add(
                    Rule.LIFECYCLE_SIGNATURE,
                    Position.of(method),
                    "%s takes %s but may take one EngineInfo or nothing; change its parameters"
                            .formatted(what, parameters(signature)));
        }
        if (signature.getReturnType().getKind() != TypeKind.VOID) {
            report.add(
                    Rule.LIFECYCLE_SIGNATURE,
                    Position.of(method),
                    "%s returns %s, which nobody would see; make it void".formatted(what, signature.getReturnType()));
        }
        checkThrows(Rule.LIFECYCLE_SIGNATURE, method, what);
    }

    private void checkThrows(Rule rule, ExecutableElement method, String what) {
        if (new Exceptions(elements, types).throwsMoreThanException(method)) {
            report.add(
                    rule,
                    Position.of(method),
                    what + " throws more than an Exception, which Dyno does not catch; write throws Exception");
        }
    }

    /** Whether every parameter, of which there is at most one, is of that type. An unknown type is javac's to report. */
    private boolean takes(ExecutableType signature, Class<?> type) {
        List<? extends TypeMirror> parameters = signature.getParameterTypes();
        return parameters.size() <= 1
                && parameters.stream()
                        .allMatch(parameter -> parameter.getKind() == TypeKind.ERROR
                                || types.isSameType(
                                        parameter,
                                        elements.getTypeElement(type.getName()).asType()));
    }

    private static String parameters(ExecutableType signature) {
        List<String> names =
                signature.getParameterTypes().stream().map(TypeMirror::toString).toList();
        return names.isEmpty() ? "nothing" : String.join(", ", names);
    }

    private void checkLevel(MethodDeclaration.Mark mark) {
        Level level = mark.level();
        if (level == Level.Invocation) {
            report.add(
                    Rule.LEVEL_INVOCATION,
                    mark.position(),
                    "Level.Invocation would put code around each request and into its latency; use Level.Trial");
        } else if (descriptor.benches().stream().allMatch(Bench.STARTUP::equals)
                && !descriptor.benches().isEmpty()) {
            report.add(
                    Rule.LIFECYCLE_NEVER_CALLED,
                    Position.of(mark.on(), mark.annotation()),
                    "STARTUP calls neither @Setup nor @TearDown and is the only bench of the class; remove the method");
        } else if (level == Level.Iteration && isContinuous()) {
            report.add(
                    Rule.LEVEL_ITERATION,
                    mark.position(),
                    "Level.Iteration needs a pause between iterations, and the windows of SERVE are one continuous load; use"
                            + " Level.Trial or @Load(drained = true)");
        }
    }

    /** Whether some point of SERVE is a continuous load: neither drained nor a batch (rate and concurrency both unlimited). */
    private boolean isContinuous() {
        if (!descriptor.benches().isEmpty() && !descriptor.benches().contains(Bench.SERVE)) {
            return false;
        }
        List<String> drained = valuesOf("drained");
        if (!drained.isEmpty() && drained.stream().allMatch("true"::equals)) {
            return false;
        }
        List<String> limits = Stream.of("requestRate", "maxConcurrency")
                .flatMap(setting -> valuesOf(setting).stream())
                .toList();
        return limits.isEmpty() || !limits.stream().allMatch(Values.INFINITE::equals);
    }

    private List<String> valuesOf(String setting) {
        return Stream.concat(
                        descriptor.settings().stream()
                                .filter(written -> written.name().equals(setting))
                                .map(WrittenSetting::values),
                        descriptor.params().stream()
                                .filter(param -> setting.equals(param.setting()))
                                .map(BenchmarkDescriptor.ParamField::values))
                .flatMap(List::stream)
                .toList();
    }

    private void checkOnePrompts() {
        List<MethodDeclaration> makers = declaration.methods().stream()
                .filter(method -> method.prompts().isPresent())
                .toList();
        for (MethodDeclaration second : makers.subList(Math.min(1, makers.size()), makers.size())) {
            report.add(
                    Rule.SEVERAL_PROMPTS,
                    Position.of(second.method()),
                    "%s is a second @Prompts method beside %s; keep one"
                            .formatted(second.name(), makers.get(0).name()));
        }
    }

    private void checkNoDatasetBesidePrompts() {
        if (!descriptor.hasPrompts()) {
            return;
        }
        String message =
                "the class makes its prompts in a @Prompts method, so a dataset would not be read; remove one of them";
        Attribute attribute = declaration.attributes(VllmBenchmark.class).get("dataset");
        if (attribute != null && !attribute.elements().isEmpty()) {
            report.add(Rule.PROMPTS_AND_DATASET, attribute.position(), message);
        }
        declaration.params().stream()
                .filter(param -> param.setting().filter("dataset"::equals).isPresent())
                .forEach(param -> report.add(Rule.PROMPTS_AND_DATASET, Position.of(param.field()), message));
    }
}
