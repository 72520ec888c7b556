package io.dyno.engine.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.JavaCommand;
import io.dyno.engine.PatientProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The keeper's messages, spoken to a real one that was started, as by a background shell, with SIGINT and SIGQUIT ignored. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeeperTest {
    @TempDir
    Path folder;

    private Process keeper;
    private Writer in;
    private BufferedReader out;

    @BeforeEach
    void startKeeper() throws IOException {
        List<String> argv = new ArrayList<>(List.of("bash", "-c", "trap '' INT QUIT; exec \"$@\"", "background"));
        argv.addAll(JavaCommand.of(Keeper.JVM_FLAGS, System.getProperty("java.class.path"), Keeper.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HF_TOKEN", "hf_secret");
        builder.environment().put("SETTING", "inherited");
        keeper = builder.start();
        in = keeper.outputWriter(StandardCharsets.UTF_8);
        out = keeper.inputReader(StandardCharsets.UTF_8);
        assertThat(heard()).isEqualTo("ready");
    }

    @AfterEach
    void endKeeper() throws IOException {
        in.close();
    }

    @Test
    void aProgramStartsWithDefaultSignalsNothingBlockedAndAGroupOfItsOwn() throws Exception {
        start(
                "a",
                "bash",
                "-c",
                "grep ^Sig /proc/self/status; cut -d ' ' -f 5 /proc/$$/stat; echo $$; ls /proc/$$/fd; true");
        String pid = startedPid("a");
        assertThat(heard()).isEqualTo("exited\ta\t0");
        assertThat(heard()).isEqualTo("gone");

        List<String> log = log();
        assertThat(mask(log, "SigIgn") & 0b110).as("SIGINT and SIGQUIT ignored").isZero();
        assertThat(mask(log, "SigBlk")).as("blocked signals").isZero();
        assertThat(log.subList(log.size() - 5, log.size()))
                .as("process group, pid, open files")
                .containsExactly(pid, pid, "0", "1", "2");
    }

    @Test
    void argumentsAndEnvironmentArriveAsTheyWereWritten() throws Exception {
        String odd = "tab\there, line\nthere, back\\slash, \"quotes\", $HOME, ünï©ode";
        say(Wire.line(
                "start",
                "a",
                logFile().toString(),
                "1",
                "ODD=" + odd,
                "bash",
                "-c",
                "printf %s \"$1|$ODD\"",
                "bash",
                odd));
        startedPid("a");
        assertThat(heard()).isEqualTo("exited\ta\t0");

        assertThat(Files.readString(logFile())).isEqualTo(odd + "|" + odd);
    }

    @Test
    void secretsAreInheritedAndAdditionsOverrideWhatIsInherited() throws Exception {
        say(Wire.line(
                "start",
                "a",
                logFile().toString(),
                "1",
                "SETTING=added",
                "bash",
                "-c",
                "env | grep -E '^(HF_TOKEN|SETTING)=' | sort"));
        startedPid("a");
        assertThat(heard()).isEqualTo("exited\ta\t0");

        assertThat(log()).containsExactly("HF_TOKEN=hf_secret", "SETTING=added");
    }

    @Test
    void anEndBySignalIsToldFromAnExitCodeAbove128() throws Exception {
        start("code", "bash", "-c", "exit 137");
        startedPid("code");
        assertThat(heard()).isEqualTo("exited\tcode\t137");
        assertThat(heard()).isEqualTo("gone");

        start("signal", "sleep", "1000");
        startedPid("signal");
        say("signal\tsignal\t2");
        assertThat(heard()).isEqualTo("signalled\tsignal\t2");
    }

    @Test
    void aProgramThatCannotRunIsRefusedWithTheReason() throws Exception {
        start("a", "/no/such/program");

        assertThat(heard()).isEqualTo("failed\ta\tcannot run /no/such/program: No such file or directory");
    }

    @Test
    void killReachesWhateverAProgramLeftBehind() throws Exception {
        start(
                "a",
                "bash",
                "-c",
                "( setsid env -i sleep 1000 & ); ( setsid bash -c 'trap \"\" TERM INT HUP; sleep 1000; sleep 1000' & )");
        startedPid("a");
        assertThat(heard()).isEqualTo("exited\ta\t0");
        assertThat(ProcessTree.descendants(keeper.pid())).as("what it left").isNotEmpty();

        say("kill");

        assertThat(heard()).isEqualTo("gone");
        assertThat(ProcessTree.descendants(keeper.pid())).isEmpty();
    }

    @Test
    void theKeeperEndsAllWhenItsStdinEndsAlsoWhatIgnoresSigterm() throws Exception {
        start("a", "bash", "-c", "trap '' TERM INT HUP; sleep 1000; sleep 1000");
        long program = Long.parseLong(startedPid("a"));

        in.close();

        assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).as("the keeper ends").isTrue();
        assertThat(ProcessHandle.of(program)).as("the program").isEmpty();
    }

    @Test
    void aPatientProgramHearsSigintOnceAndNothingElse() throws Exception {
        PatientProgram nsys = startPatient(15, true, "sleep", "1000");

        say("signal\tp\t2");
        say("signal\tp\t2");
        say("signal\tp\t15");
        say("kill");

        assertThat(heard()).isEqualTo("deserted\tp");
        assertThat(heard()).isEqualTo("exited\tp\t0");
        assertThat(nsys.report()).containsExactly("begin", "end");
        assertThat(nsys.diary()).containsExactly("INT", "engine ended", "written");
    }

    @Test
    void theEngineBelowAPatientProgramIsEndedWhereTheProgramDoesNotEndIt() throws Exception {
        PatientProgram nsys =
                startPatient(5, false, "bash", "-c", "trap '' TERM INT; setsid sleep 1000 & sleep 1000; sleep 1000");

        say("signal\tp\t2");

        assertThat(heard()).isEqualTo("deserted\tp");
        assertThat(heard()).isEqualTo("exited\tp\t0");
        assertThat(nsys.diary()).containsExactly("INT", "engine ended", "written");
    }

    @Test
    void aPatientProgramWhoseEngineEndedIsNotInterruptedWhileItWrites() throws Exception {
        PatientProgram nsys = startPatient(20, true, "sleep", "1");
        assertThat(heard()).isEqualTo("deserted\tp");

        say("signal\tp\t2");

        assertThat(heard()).isEqualTo("exited\tp\t0");
        assertThat(nsys.diary()).containsExactly("engine ended", "written");
    }

    /** That is what happens when Dyno is killed. */
    @Test
    void theKeeperWhoseStdinEndsWaitsForAPatientProgramAndEndsWithIt() throws Exception {
        PatientProgram nsys = startPatient(40, false, "bash", "-c", "trap '' TERM INT; while sleep 1; do :; done");

        in.close();

        assertThat(heard()).isEqualTo("deserted\tp");
        assertThat(ProcessTree.descendants(keeper.pid()))
                .as("nsys, its engine dead")
                .hasSize(1);
        assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).as("the keeper ends").isTrue();
        assertThat(nsys.report()).containsExactly("begin", "end");
        assertThat(nsys.diary()).containsExactly("INT", "engine ended", "written");
    }

    /** One whose engine gets SIGTERM half a second after the program's SIGINT, and SIGKILL a second after it. */
    private PatientProgram startPatient(int tenths, boolean ends, String... engine) throws IOException {
        PatientProgram nsys = new PatientProgram(folder);
        say("patient\tp\t500\t1000\tnsys");
        start("p", nsys.argv(tenths, ends, List.of(engine)).toArray(String[]::new));
        startedPid("p");
        while (new Kin(List.of("nsys")).engineBelow(keeper.pid()).isEmpty()) {
            Thread.onSpinWait();
        }
        return nsys;
    }

    private void start(String id, String... argv) throws IOException {
        say(Wire.line("start", id, logFile().toString(), "0") + "\t" + Wire.line(argv));
    }

    private void say(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    private String startedPid(String id) throws IOException {
        String line = heard();
        assertThat(line).startsWith("started\t" + id + "\t");
        return Wire.fields(line).get(2);
    }

    /** The keeper's next line, without the prefix. */
    private String heard() throws IOException {
        String line = out.readLine();
        assertThat(line).startsWith(Keeper.PREFIX + "\t");
        return line.substring(Keeper.PREFIX.length() + 1);
    }

    private Path logFile() {
        return folder.resolve("log");
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(logFile());
    }

    private static long mask(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line ->
                        Long.parseUnsignedLong(line.substring(name.length() + 1).strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
