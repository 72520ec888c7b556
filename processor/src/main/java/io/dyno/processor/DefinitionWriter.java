package io.dyno.processor;

import static java.util.stream.Collectors.collectingAndThen;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import io.dyno.Bench;
import io.dyno.EngineInfo;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.Iterations;
import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.ParamValues;
import io.dyno.processor.BenchmarkModel.Call;
import io.dyno.processor.BenchmarkModel.LifecycleCall;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Modifier;
import org.openjdk.jmh.annotations.Level;

/** Writes the definition of a benchmark: the only class that knows JavaPoet. */
final class DefinitionWriter {
    private static final ClassName GENERATED = ClassName.get("javax.annotation.processing", "Generated");
    private static final CodeBlock NULL = CodeBlock.of("null");

    private final BenchmarkModel model;
    private final ClassName type;

    DefinitionWriter(BenchmarkModel model) {
        this.model = model;
        this.type = ClassName.get(model.type());
    }

    /**
     * Writes the source file.
     *
     * @param generatedAnnotation whether {@code @Generated} can be named: a module may not read java.compiler
     * @throws IOException when the compiler cannot write it
     */
    void write(Filer filer, boolean generatedAnnotation) throws IOException {
        JavaFile.builder(model.packageName(), definition(generatedAnnotation))
                .skipJavaLangImports(true)
                .indent("    ")
                .build()
                .writeTo(filer);
    }

    private TypeSpec definition(boolean generatedAnnotation) {
        TypeSpec.Builder definition = TypeSpec.classBuilder(model.simpleName())
                .addOriginatingElement(model.type())
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addSuperinterface(BenchmarkDefinition.class)
                .addJavadoc("The definition of {@link $T}.\n", type);
        if (generatedAnnotation) {
            definition.addAnnotation(AnnotationSpec.builder(GENERATED)
                    .addMember("value", "$S", DynoProcessor.class.getName())
                    .build());
        }
        if (!model.suppressed().isEmpty()) {
            AnnotationSpec.Builder suppress = AnnotationSpec.builder(SuppressWarnings.class);
            model.suppressed().forEach(warning -> suppress.addMember("value", "$S", warning));
            definition.addAnnotation(suppress.build());
        }
        definition
                .addField(FieldSpec.builder(
                                BenchmarkDescriptor.class,
                                "DESCRIPTOR",
                                Modifier.PRIVATE,
                                Modifier.STATIC,
                                Modifier.FINAL)
                        .initializer(descriptor())
                        .build())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("For {@link java.util.ServiceLoader}.\n")
                        .build())
                .addMethod(method("descriptor")
                        .returns(BenchmarkDescriptor.class)
                        .addStatement("return DESCRIPTOR")
                        .build())
                .addMethod(method("newInstance")
                        .returns(Object.class)
                        .addStatement("return new $T()", type)
                        .build())
                .addMethod(set());
        model.prompts().ifPresent(prompts -> definition.addMethod(prompts(prompts)));
        if (!model.setups().isEmpty()) {
            definition.addMethod(lifecycle("setup", model.setups()));
        }
        if (!model.tearDowns().isEmpty()) {
            definition.addMethod(lifecycle("tearDown", model.tearDowns()));
        }
        return definition.build();
    }

    // ---- the descriptor, as constructor calls ----

    private CodeBlock descriptor() {
        BenchmarkDescriptor d = model.descriptor();
        return create(
                BenchmarkDescriptor.class,
                List.of(
                        string(d.benchmark()),
                        list(d.settings().stream().map(this::setting).toList()),
                        list(d.params().stream().map(this::param).toList()),
                        benches(d.benches()),
                        slo(d.slo()),
                        literal(d.forks()),
                        literal(d.warmupForks()),
                        iterations(d.warmup()),
                        iterations(d.measurement()),
                        literal(d.hasPrompts()),
                        levels(d.setups()),
                        levels(d.tearDowns())));
    }

    private CodeBlock setting(WrittenSetting setting) {
        return CodeBlock.of("new $T($S, $L)", WrittenSetting.class, setting.name(), strings(setting.values()));
    }

    private CodeBlock param(ParamField param) {
        CodeBlock setting = param.setting() == null ? NULL : string(param.setting());
        CodeBlock constants =
                param.constants().isEmpty() ? CodeBlock.of("") : CodeBlock.of(", $L", strings(param.constants()));
        return CodeBlock.of(
                "new $T($S, $L, $S, $L$L)",
                ParamField.class,
                param.field(),
                setting,
                param.type(),
                strings(param.values()),
                constants);
    }

    private static CodeBlock slo(SloLimits slo) {
        return slo == null
                ? NULL
                : CodeBlock.of(
                        "new $T($L, $L, $L, $L)",
                        SloLimits.class,
                        literal(slo.ttftMillis()),
                        literal(slo.tpotMillis()),
                        literal(slo.e2elMillis()),
                        literal(slo.attainment()));
    }

    private static CodeBlock iterations(Iterations iterations) {
        return iterations == null
                ? NULL
                : CodeBlock.of(
                        "new $T($L, $L)",
                        Iterations.class,
                        literal(iterations.iterations()),
                        literal(iterations.timeNanos()));
    }

    private static CodeBlock benches(List<Bench> benches) {
        return benches.stream()
                .map(bench -> CodeBlock.of("$T.$L", Bench.class, bench.name()))
                .collect(collectingAndThen(CodeBlock.joining(", "), all -> CodeBlock.of("$T.of($L)", List.class, all)));
    }

    private static CodeBlock levels(Set<Level> levels) {
        // Set.of has no order of its own; the enum's makes the source the same every time.
        return Arrays.stream(Level.values())
                .filter(levels::contains)
                .map(level -> CodeBlock.of("$T.$L", Level.class, level.name()))
                .collect(collectingAndThen(
                        CodeBlock.joining(", "), names -> CodeBlock.of("$T.of($L)", Set.class, names)));
    }

    private static CodeBlock literal(Object value) {
        return value instanceof Long number ? CodeBlock.of("$LL", number) : CodeBlock.of("$L", Objects.toString(value));
    }

    private static CodeBlock string(String text) {
        return CodeBlock.of("$S", text);
    }

    private static CodeBlock strings(List<String> texts) {
        return texts.stream()
                .map(DefinitionWriter::string)
                .collect(collectingAndThen(CodeBlock.joining(", "), all -> CodeBlock.of("$T.of($L)", List.class, all)));
    }

    /** One element a line. */
    private static CodeBlock list(List<CodeBlock> elements) {
        return elements.isEmpty()
                ? CodeBlock.of("$T.of()", List.class)
                : call(CodeBlock.of("$T.of", List.class), elements);
    }

    private static CodeBlock create(Class<?> type, List<CodeBlock> arguments) {
        return call(CodeBlock.of("new $T", type), arguments);
    }

    private static CodeBlock call(CodeBlock callee, List<CodeBlock> arguments) {
        return CodeBlock.builder()
                .add("$L(\n$>$>", callee)
                .add(CodeBlock.join(arguments, ",\n"))
                .add(")$<$<")
                .build();
    }

    // ---- calls into the benchmark, in place of reflection ----

    private MethodSpec set() {
        MethodSpec.Builder set = method("set")
                .addParameter(Object.class, "instance")
                .addParameter(String.class, "field")
                .addParameter(String.class, "value");
        CodeBlock unknown = CodeBlock.of(
                "throw new $T($S + field + $S)",
                IllegalArgumentException.class,
                model.descriptor().benchmark() + " has no @Param field \"",
                "\"");
        if (model.fields().isEmpty()) {
            return set.addStatement(unknown).build();
        }
        set.addStatement("$1T benchmark = ($1T) instance", type).beginControlFlow("switch (field)");
        for (BenchmarkModel.Field field : model.fields()) {
            set.addStatement("case $S -> benchmark.$N = $L", field.name(), field.name(), converted(field));
        }
        return set.addStatement("default -> $L", unknown).endControlFlow().build();
    }

    private static CodeBlock converted(BenchmarkModel.Field field) {
        CodeBlock constants = field.enumType() == null
                ? CodeBlock.of("")
                : CodeBlock.of(", $T.values()", ClassName.get(field.enumType()));
        return field.conversion()
                .method()
                .map(method -> CodeBlock.of("$T.$N(field, value$L)", ParamValues.class, method, constants))
                .orElse(CodeBlock.of("value"));
    }

    private MethodSpec prompts(Call prompts) {
        return method("prompts")
                .addParameter(Object.class, "instance")
                .addParameter(PromptRequest.class, "request")
                .returns(ParameterizedTypeName.get(Iterable.class, Prompt.class))
                .addException(Exception.class)
                .addStatement(
                        "return $L.$N(request)",
                        receiver(prompts, CodeBlock.of("(($T) instance)", type)),
                        prompts.name())
                .build();
    }

    private MethodSpec lifecycle(String name, List<LifecycleCall> calls) {
        MethodSpec.Builder method = method(name)
                .addParameter(Object.class, "instance")
                .addParameter(Level.class, "level")
                .addParameter(EngineInfo.class, "engine")
                .addException(Exception.class);
        if (calls.stream().anyMatch(call -> !call.call().isStatic())) {
            method.addStatement("$1T benchmark = ($1T) instance", type);
        }
        for (Level level : Level.values()) {
            List<LifecycleCall> ofLevel =
                    calls.stream().filter(call -> call.level() == level).toList();
            if (!ofLevel.isEmpty()) {
                method.beginControlFlow("if (level == $T.$L)", Level.class, level.name());
                for (LifecycleCall call : ofLevel) {
                    method.addStatement(
                            "$L.$N($L)",
                            receiver(call.call(), CodeBlock.of("benchmark")),
                            call.call().name(),
                            call.takesEngine() ? "engine" : "");
                }
                method.endControlFlow();
            }
        }
        return method.build();
    }

    private CodeBlock receiver(Call call, CodeBlock instance) {
        return call.isStatic() ? CodeBlock.of("$T", type) : instance;
    }

    private static MethodSpec.Builder method(String name) {
        return MethodSpec.methodBuilder(name).addAnnotation(Override.class).addModifiers(Modifier.PUBLIC);
    }
}
