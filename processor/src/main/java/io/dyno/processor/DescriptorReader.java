package io.dyno.processor;

import io.dyno.Bench;
import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import io.dyno.metrics.SloLimits;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.BenchmarkDescriptor.Iterations;
import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.Setting;
import io.dyno.plan.Settings;
import io.dyno.plan.Values;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.VariableElement;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** From the declaration to the descriptor: what was written, as values and texts, without defaults. */
final class DescriptorReader {
    /** The default of {@link Slo#attainment}, the one attribute whose value a descriptor always has. */
    private static final double DEFAULT_ATTAINMENT = 0.99;

    /** The default of the limits of {@link Slo}: no limit. */
    private static final double NO_LIMIT = -1;

    private DescriptorReader() {}

    static BenchmarkDescriptor read(BenchmarkDeclaration declaration) {
        Map<String, Attribute> fork = declaration.attributes(Fork.class);
        return new BenchmarkDescriptor(
                declaration.type().getQualifiedName().toString(),
                settings(declaration),
                declaration.params().stream().map(DescriptorReader::param).toList(),
                benches(declaration),
                slo(declaration),
                integer(fork.get("value")),
                integer(fork.get("warmups")),
                iterations(declaration, Warmup.class),
                iterations(declaration, Measurement.class),
                declaration.methods().stream()
                        .anyMatch(method -> method.prompts().isPresent()),
                levels(declaration, MethodDeclaration::setup),
                levels(declaration, MethodDeclaration::tearDown));
    }

    /** Every attribute that is a setting, wherever it stands, by the setting's name. */
    static Map<String, Attribute> settingAttributes(BenchmarkDeclaration declaration) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(declaration.attributes(VllmBenchmark.class));
        attributes.putAll(declaration.attributes(Load.class));
        attributes.putAll(declaration.nestedAttributes(VllmBenchmark.class, "sampling"));
        return attributes;
    }

    private static List<WrittenSetting> settings(BenchmarkDeclaration declaration) {
        Map<String, Attribute> attributes = settingAttributes(declaration);
        List<WrittenSetting> settings = new ArrayList<>();
        for (Setting setting : Settings.all()) {
            Attribute attribute = attributes.get(setting.name());
            if (attribute != null) {
                List<String> texts = attribute.elements().stream()
                        .map(element -> text(setting, element))
                        .toList();
                boolean list = setting.type() == Setting.Type.LIST;
                settings.add(new WrittenSetting(setting.name(), list ? List.of(Values.array(texts)) : texts));
            }
        }
        return settings;
    }

    private static String text(Setting setting, AnnotationValue element) {
        Object value = element.getValue();
        if (value instanceof VariableElement constant) {
            return constant.getSimpleName().toString();
        }
        boolean uncapped = setting.limits().infinite() && value.equals(Load.UNCAPPED);
        return uncapped ? Values.INFINITE : Values.text(value);
    }

    private static ParamField param(ParamDeclaration param) {
        List<String> constants = param.conversion()
                .filter(conversion -> conversion == Conversion.ENUM)
                .map(conversion -> conversion.allValues(param.type()))
                .orElse(List.of());
        return new ParamField(
                param.name(), param.setting().orElse(null), param.type().toString(), param.values(), constants);
    }

    private static List<Bench> benches(BenchmarkDeclaration declaration) {
        Attribute bench = declaration.attributes(VllmBenchmark.class).get("bench");
        return bench == null
                ? List.of()
                : bench.elements().stream()
                        .filter(element -> element.getValue() instanceof VariableElement)
                        .map(element -> Bench.valueOf(constant(element)))
                        .toList();
    }

    private static SloLimits slo(BenchmarkDeclaration declaration) {
        if (declaration.position(Slo.class).isEmpty()) {
            return null;
        }
        Map<String, Attribute> slo = declaration.attributes(Slo.class);
        return new SloLimits(
                limit(slo.get("ttftMillis")),
                limit(slo.get("tpotMillis")),
                limit(slo.get("e2elMillis")),
                Optional.ofNullable(slo.get("attainment"))
                        .map(attribute -> (Double) attribute.value().getValue())
                        .orElse(DEFAULT_ATTAINMENT));
    }

    private static Double limit(Attribute attribute) {
        Double millis = attribute == null ? null : (Double) attribute.value().getValue();
        return millis == null || millis == NO_LIMIT ? null : millis;
    }

    private static Integer integer(Attribute attribute) {
        return attribute == null ? null : (Integer) attribute.value().getValue();
    }

    private static Iterations iterations(BenchmarkDeclaration declaration, Class<? extends Annotation> annotation) {
        Map<String, Attribute> attributes = declaration.attributes(annotation);
        Integer iterations = integer(attributes.get("iterations"));
        Attribute time = attributes.get("time");
        if (iterations == null && time == null) {
            return null;
        }
        return new Iterations(iterations, time == null ? null : nanos(time));
    }

    /** A time in the unit written beside it: number and unit are one value, so a base class's unit does not reach a time written here. */
    private static Long nanos(Attribute time) {
        TimeUnit unit = Annotations.written(time.annotation(), "timeUnit")
                .map(value -> TimeUnit.valueOf(constant(value)))
                .orElse(TimeUnit.SECONDS);
        return unit.toNanos((Integer) time.value().getValue());
    }

    private static Set<Level> levels(
            BenchmarkDeclaration declaration, Function<MethodDeclaration, Optional<MethodDeclaration.Mark>> mark) {
        Set<Level> levels = EnumSet.noneOf(Level.class);
        declaration.methods().forEach(method -> mark.apply(method).ifPresent(m -> levels.add(m.level())));
        return levels;
    }

    private static String constant(AnnotationValue value) {
        return ((VariableElement) value.getValue()).getSimpleName().toString();
    }
}
