package io.dyno.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.engine.EngineChoice;
import io.dyno.engine.EngineKind;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilersTest {
    private final Profilers profilers =
            Profilers.of(List.of(new Provider("power", null), new Provider("nsys", "no nsys on PATH")));

    @Test
    void optionsNotGivenHaveTheirDefaults() throws ProfilerException {
        List<Profilers.Named> made = profilers.create(List.of("power:interval=50"));

        assertThat(made).singleElement().satisfies(named -> {
            assertThat(named.name()).isEqualTo("power");
            assertThat(named.options().integer("interval", 1)).isEqualTo(50);
            assertThat(named.options().text("args")).isEmpty();
        });
    }

    @Test
    void aValueMayContainEqualsSigns() throws ProfilerException {
        assertThat(profilers
                        .create(List.of("power:args=--a=b"))
                        .get(0)
                        .options()
                        .text("args"))
                .isEqualTo("--a=b");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "powr                  | there is no profiler \"powr\"; did you mean \"power\"?",
                "power:intervall=1     | has no option \"intervall\"; did you mean \"interval\"?",
                "power:interval        | option \"interval\" needs a value",
                "power:interval=0      | interval must be a whole number of at least 1, got \"0\"",
                "power:interval=fast   | interval must be a whole number of at least 1, got \"fast\"",
                "power:interval=1;interval=2 | option \"interval\" is given twice",
                "power:rows=9999999999 | rows must be at most 2147483647, got \"9999999999\"",
                "nsys                  | not supported here: no nsys on PATH",
            })
    void whatCannotWorkIsRefusedBeforeAnEngineStarts(String spec, String message) {
        assertThatThrownBy(() -> profilers.create(List.of(spec)))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining(message);
    }

    @Test
    void argumentsForTheToolBehindItArePassedOnAsTheyAreAndInOrder() throws ProfilerException {
        ProfilerOptions options = profilers
                .create(List.of("power:--trace=cuda,nvtx;interval=50;-x;tool=--env=A=1\\;B=2;tool=plain"))
                .get(0)
                .options();

        assertThat(options.raw("tool")).containsExactly("--trace=cuda,nvtx", "-x", "--env=A=1;B=2", "plain");
        assertThat(options.integer("interval", 1)).isEqualTo(50);
        assertThat(options.asMap()).containsEntry("interval", "50").containsEntry("tool", options.raw("tool"));
    }

    @Test
    void aProfilerThatDoesNotWorkWithTheChosenEngineIsRefused() {
        assertThatThrownBy(() -> profilers.check(profilers.create(List.of("power")), engine(EngineKind.SIM)))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("profiler \"power\" is not supported here: the simulator has no power");
    }

    @Test
    void oneThatSlowsTheEngineDownIsRefusedWhereTheEngineIsNotOurs() {
        assertThatThrownBy(() -> profilers.check(profilers.create(List.of("power")), engine(EngineKind.REMOTE)))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("-prof power needs an engine that Dyno starts");
    }

    private static EngineChoice engine(EngineKind kind) {
        return new EngineChoice(kind, List.of(), List.of(), Map.of(), List.of(), List.of(), "for tests");
    }

    @Test
    void theSameProfilerTwiceIsRefused() {
        assertThatThrownBy(() -> profilers.create(List.of("power", "power:interval=5")))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("asked for twice");
    }

    @Test
    void aNameThatTwoProvidersHaveIsRefusedAndNoOther() throws ProfilerException {
        Profilers three = Profilers.of(
                List.of(new Provider("power", null), new Provider("power", null), new Provider("rss", null)));

        assertThat(three.create(List.of("rss"))).hasSize(1);
        assertThatThrownBy(() -> three.create(List.of("power")))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("two profilers are named \"power\": " + Provider.class.getName());
    }

    @Test
    void aProviderThatCannotTellWhetherItWorksDoesNot() {
        Profilers sick = Profilers.of(List.of(new Provider("sick", "throws")));

        assertThatThrownBy(() -> sick.create(List.of("sick")))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining("\"sick\" is not supported here: looking whether it can work failed")
                .hasMessageContaining("NoClassDefFoundError: com/acme/Missing");
        assertThat(sick.unsupported(sick.all().get(0), null)).isPresent();
    }

    @Test
    void aJarWhoseProfilerCannotBeLoadedCostsNoOther(@TempDir Path jar) throws Exception {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(ProfilerProvider.class.getName()), "com.acme.Gone\n");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            Profilers found = Profilers.onClassPath();

            assertThat(found.create(List.of("witness"))).hasSize(1);
            assertThat(found.broken()).singleElement().asString().contains("com.acme.Gone not found");
            assertThatThrownBy(() -> found.create(List.of("gone")))
                    .isInstanceOf(ProfilerException.class)
                    .hasMessageContaining("there is no profiler \"gone\"")
                    .hasMessageContaining("not loaded: ")
                    .hasMessageContaining("com.acme.Gone not found");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aPlanLeavesOutWhatDoesNotWorkHere() throws ProfilerException {
        List<String> leftOut = new ArrayList<>();

        assertThat(profilers.createSupported(List.of("nsys", "power"), leftOut::add))
                .extracting(Profilers.Named::name)
                .containsExactly("power");
        assertThat(leftOut).containsExactly("profiler \"nsys\" is not supported here: no nsys on PATH");
    }

    private record Provider(String name, String reason) implements ProfilerProvider {
        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public List<Option> options() {
            return List.of(
                    new Option("interval", "100", "ms"),
                    new Option("rows", "20", "rows of a table"),
                    new Option("args", "", "text"),
                    Option.raw("tool", "passed on as they are"));
        }

        @Override
        public Optional<String> unsupported() {
            if ("throws".equals(reason)) {
                throw new NoClassDefFoundError("com/acme/Missing");
            }
            return Optional.ofNullable(reason);
        }

        @Override
        public Optional<String> unsupported(EngineChoice engine) {
            return engine.engine() == EngineKind.SIM ? Optional.of("the simulator has no power") : Optional.empty();
        }

        @Override
        public Profiler create(ProfilerOptions options) throws ProfilerException {
            options.integer("interval", 1);
            options.count("rows", 1);
            return new Profiler() {
                @Override
                public Intrusion intrusion() {
                    return Intrusion.ALWAYS;
                }
            };
        }
    }
}
