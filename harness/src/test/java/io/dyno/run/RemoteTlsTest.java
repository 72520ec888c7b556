package io.dyno.run;

import static io.dyno.engine.remote.OpenAiServer.Manners.VLLM;
import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.remote.OpenAiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with TLS, a certificate of its own making and a key: as a gateway on the internet is, in a JVM that is told whom to trust. */
class RemoteTlsTest {
    private static final String PASSWORD = "changeit";
    private static final String KEY = "open-sesame-12345";

    @TempDir
    static Path folder;

    private static Path store;
    private static SSLContext certificate;

    @BeforeAll
    static void makeACertificate() throws Exception {
        store = folder.resolve("server.p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=somebody else",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        certificate = SSLContext.getInstance("TLS");
        certificate.init(managers.getKeyManagers(), null, null);
    }

    @Test
    void aTrustedServerIsMeasuredOverTlsAndItsKeyIsWrittenNowhere() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM.demanding(KEY).behind("/api"), certificate)) {
            Path results = folder.resolve("results");

            Ended dyno = dyno(results, server, Map.of("VLLM_API_KEY", KEY));

            assertThat(dyno.output)
                    .contains("dyno: exit 0 (ok)")
                    .contains(server.url().toString());
            assertThat(dyno.exit).isZero();
            assertThat(dyno.output).doesNotContain(KEY);
            try (var files = Files.walk(results)) {
                List<Path> written = files.filter(Files::isRegularFile).toList();
                assertThat(written).hasSizeGreaterThan(5);
                for (Path file : written) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .as("%s", file)
                            .doesNotContain(KEY);
                }
            }
            assertThat(server.bodies()).hasSizeGreaterThan(10);
        }
    }

    @Test
    void aWrongKeyIsToldByItsVariableAndNotByItsValue() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM.demanding(KEY), certificate)) {
            Ended dyno = dyno(folder.resolve("none"), server, Map.of("OPENAI_API_KEY", "wrong-key-6789"));

            assertThat(dyno.exit).isEqualTo(3);
            assertThat(dyno.output)
                    .contains("refuses the key of OPENAI_API_KEY (HTTP 401)")
                    .contains("VLLM_API_KEY, then OPENAI_API_KEY")
                    .doesNotContain("wrong-key");
        }
    }

    @Test
    void aCertificateThatNobodyTrustsIsToldWithTheCommandsThatHelp() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM, certificate)) {
            Session run = Session.call(
                            folder.resolve("untrusted"),
                            List.of("Chat", "-url", server.url().toString()))
                    .exits(ExitCode.NO_ENGINE);

            assertThat(run.err())
                    .contains("the certificate of " + server.url() + " is not trusted")
                    .contains("keytool -importcert")
                    .contains("-Djavax.net.ssl.trustStore=")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotTaken() throws Exception {
        try (OpenAiServer server = OpenAiServer.start(VLLM, certificate)) {
            String other = "https://localhost:" + server.url().getPort();

            Ended dyno = dyno(folder.resolve("other"), other, Map.of());

            assertThat(dyno.exit).isEqualTo(3);
            assertThat(dyno.output)
                    .contains("the certificate of " + other + " is not trusted")
                    .contains("localhost");
        }
    }

    private record Ended(int exit, String output) {}

    private static Ended dyno(Path results, OpenAiServer server, Map<String, String> environment) throws Exception {
        return dyno(results, server.url().toString(), environment);
    }

    /** The command line as a process, because environment and trust are a process's. */
    private static Ended dyno(Path results, String url, Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                "-cp",
                System.getProperty("java.class.path"),
                "io.dyno.run.Main"));
        command.addAll(List.of(
                "AnyModel", "-url", url, "-w", "200ms", "-i", "1", "-r", "500ms", "-results", results.toString()));
        return run(command, environment);
    }

    private static void run(List<String> command) throws Exception {
        Ended ended = run(command, Map.of());
        assertThat(ended.exit).as("%s", ended.output).isZero();
    }

    private static Ended run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeAll(List.of("VLLM_API_KEY", "OPENAI_API_KEY"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ended; so far: %s", command, Files.readString(output))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }
}
