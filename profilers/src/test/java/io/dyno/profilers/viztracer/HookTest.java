package io.dyno.profilers.viztracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hook in a real Python, whose vLLM and VizTracer are stand-ins; skipped where there is no Python. */
@Timeout(120)
class HookTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path hook;
    private Path modules;

    @BeforeEach
    void leaveTheHook() throws Exception {
        assumeTrue(runs(List.of("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))")), "Python 3.10");
        hook = Files.createDirectory(folder.resolve("hook"));
        modules = Files.createDirectory(folder.resolve("modules"));
        try (InputStream source = HookTest.class.getResourceAsStream("/io/dyno/profilers/viztracer/sitecustomize.py")) {
            Files.copy(source, hook.resolve("sitecustomize.py"));
        }
        Files.writeString(modules.resolve("vllm.py"), "");
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void betweenStartAndStopAProcessThatImportedVllmIsTraced() throws Exception {
        vizTracer();
        Process engine = python("import vllm, time", "while True: time.sleep(0.01)");
        Orders orders = new Orders(hook);

        Orders.Answer start = only(orders.give("start", SOON, Set.of()));
        assertThat(start).isEqualTo(new Orders.Answer(engine.pid(), "MainProcess", null, true, null, false, null));
        Orders.Answer stop = only(orders.give("stop", SOON, Set.of()));
        assertThat(stop.error()).isNull();
        assertThat(stop.file()).hasContent("a trace");
    }

    @Test
    void aProcessWithoutVllmOnlyAnswers() throws Exception {
        Process other = python("import time", "while True: time.sleep(0.01)");

        assertThat(only(new Orders(hook).give("start", SOON, Set.of())))
                .isEqualTo(new Orders.Answer(other.pid(), "MainProcess", null, false, null, false, null));
    }

    @Test
    void withoutThePackageItSaysWhatInstallsIt() throws Exception {
        python("import vllm, time", "while True: time.sleep(0.01)");

        assertThat(only(new Orders(hook).give("start", SOON, Set.of())).error())
                .startsWith("ModuleNotFoundError: No module named 'viztracer'; install it: ")
                .endsWith(" -m pip install viztracer");
    }

    /** pbkdf2 is C code that lets other threads run, as a collective operation of PyTorch does. */
    @Test
    void aMainThreadInCCodeIsFoundSilentAndObeysTheOrderAfterThat() throws Exception {
        vizTracer();
        python(
                "import vllm, time, hashlib",
                "hashlib.pbkdf2_hmac('sha256', b'', b'', 15_000_000)",
                "while True: time.sleep(0.01)");
        Orders orders = new Orders(hook);

        assertThat(orders.give("start", Duration.ofMillis(300), Set.of()).silent())
                .hasSize(1);
        Orders.Answer stop = only(orders.give("stop", SOON, Set.of()));
        assertThat(stop.error()).isNull();
        assertThat(stop.file()).as("it never started").isNull();
    }

    @Test
    void aModuleOfTheUsersThatFailsIsToldAsPythonDoesAndCostsNothing() throws Exception {
        vizTracer();
        Files.writeString(modules.resolve("sitecustomize.py"), "raise RuntimeError('mine')");
        Process engine = python("import vllm, time", "while True: time.sleep(0.01)");

        assertThat(only(new Orders(hook).give("start", SOON, Set.of())).traced())
                .isTrue();
        assertThat(folder.resolve("said-" + started.indexOf(engine)))
                .content()
                .isEqualTo("Error in sitecustomize; set PYTHONVERBOSE for traceback:\nRuntimeError: mine\n");
    }

    @Test
    void aModuleOfTheUsersStillRuns() throws Exception {
        Files.writeString(modules.resolve("sitecustomize.py"), "print('mine', flush=True)");

        Process engine = python("import time", "while True: time.sleep(0.01)");

        assertThat(folder.resolve("said-" + started.indexOf(engine))).hasContent("mine");
    }

    /** A folder of the profiler's name is often there: that of its results. */
    @Test
    void thePackageIsLookedForWhereTheEngineLooks() throws Exception {
        assumeTrue(!runs(List.of("python3", "-c", "import viztracer")), "this Python has no viztracer of its own");
        Path work = Files.createDirectory(folder.resolve("work"));
        Files.createDirectory(work.resolve("viztracer"));
        assertThat(look(work, null)).as("a folder in the working directory").isEqualTo(3);
        assertThat(look(folder, work)).as("a folder without a module").isEqualTo(3);
        Files.writeString(work.resolve("viztracer/__init__.py"), "");
        assertThat(look(work, null)).as("a package in the working directory").isEqualTo(3);
        assertThat(look(folder, work)).as("a package on PYTHONPATH").isZero();
    }

    private static int look(Path work, Path pythonPath) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("python3", "-c", VizTracerProvider.LOOK).directory(work.toFile());
        builder.environment().remove("PYTHONPATH");
        if (pythonPath != null) {
            builder.environment().put("PYTHONPATH", pythonPath.toString());
        }
        return builder.inheritIO().start().waitFor();
    }

    private void vizTracer() throws IOException {
        Files.writeString(modules.resolve("viztracer.py"), """
                class VizTracer:
                    data = {}
                    def __init__(self, **options): pass
                    def start(self): pass
                    def stop(self): pass
                    def terminate(self): pass
                    def save(self, path):
                        with open(path, "w") as file:
                            file.write("a trace")
                """);
    }

    /** Runs these lines under the hook, and returns when they are about to run. */
    private Process python(String... lines) throws Exception {
        Path said = folder.resolve("said-" + started.size());
        Path ready = folder.resolve("ready-" + started.size());
        Path program = Files.writeString(
                folder.resolve("program-" + started.size() + ".py"),
                lines[0] + "\nopen('" + ready + "', 'w').close()\n"
                        + String.join("\n", List.of(lines).subList(1, lines.length)));
        ProcessBuilder builder = new ProcessBuilder("python3", program.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("PYTHONPATH", hook + File.pathSeparator + modules);
        builder.environment().put("DYNO_VIZTRACER", hook.toString());
        builder.environment().put("DYNO_VIZTRACER_OPTIONS", "{}");
        builder.environment().remove("RANK");
        Process process = builder.start();
        started.add(process);
        while (!Files.exists(ready)) {
            assertThat(process.isAlive()).as("%s", Files.readString(said)).isTrue();
            Thread.sleep(20);
        }
        return process;
    }

    private static Orders.Answer only(Orders.Outcome outcome) {
        assertThat(outcome.silent()).isEmpty();
        assertThat(outcome.answers()).hasSize(1);
        return outcome.answers().get(0);
    }

    private static boolean runs(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
