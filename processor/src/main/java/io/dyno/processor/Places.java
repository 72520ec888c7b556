package io.dyno.processor;

import io.dyno.Load;
import io.dyno.Slo;
import io.dyno.VllmBenchmark;
import io.dyno.plan.Problem.Place;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** From the places that rules name to positions in the source: the nearest thing that was written. */
final class Places {
    private static final Map<String, Class<? extends Annotation>> ANNOTATIONS = Map.of(
            "VllmBenchmark", VllmBenchmark.class,
            "Load", Load.class,
            "Slo", Slo.class,
            "Fork", Fork.class,
            "Warmup", Warmup.class,
            "Measurement", Measurement.class);

    private final BenchmarkDeclaration declaration;

    Places(BenchmarkDeclaration declaration) {
        this.declaration = declaration;
    }

    Position of(Place place) {
        Optional<Position> found = Optional.empty();
        if (place instanceof Place.OnSetting on) {
            found = Optional.ofNullable(
                            DescriptorReader.settingAttributes(declaration).get(on.setting()))
                    .map(attribute -> attribute.position(on.value()))
                    .or(() -> fieldSetting(on));
        } else if (place instanceof Place.OnField on) {
            found = field(on.field()).map(param -> position(param, on.value()));
        } else if (place instanceof Place.OnAttribute on) {
            found = attribute(on);
        } else if (place instanceof Place.OnMethod on) {
            found = declaration.methods().stream()
                    .filter(method -> method.name().equals(on.method()))
                    .map(method -> Position.of(method.method()))
                    .findFirst();
        }
        return found.or(() -> declaration.position(VllmBenchmark.class)).orElse(Position.of(declaration.type()));
    }

    private Optional<Position> fieldSetting(Place.OnSetting on) {
        return declaration.params().stream()
                .filter(param -> param.setting().filter(on.setting()::equals).isPresent())
                .map(param -> position(param, on.value()))
                .findFirst();
    }

    private static Position position(ParamDeclaration param, int value) {
        return value < 0 ? param.meaning() : param.position(value);
    }

    private Optional<ParamDeclaration> field(String name) {
        return declaration.params().stream()
                .filter(param -> param.name().equals(name))
                .findFirst();
    }

    private Optional<Position> attribute(Place.OnAttribute on) {
        return Optional.ofNullable(ANNOTATIONS.get(on.annotation())).flatMap(annotation -> Optional.ofNullable(
                        declaration.attributes(annotation).get(on.attribute()))
                .map(Attribute::position)
                .or(() -> declaration.position(annotation)));
    }
}
