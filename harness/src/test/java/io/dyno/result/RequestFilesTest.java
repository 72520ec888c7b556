package io.dyno.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dyno.metrics.Channel;
import io.dyno.metrics.Chunks;
import io.dyno.metrics.FailureClass;
import io.dyno.metrics.Records;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.RequestTexts;
import io.dyno.metrics.TokenSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestFilesTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("00000000000a-f0-i0-a1.jsonl.gz");
    }

    @Test
    void everyRecordComesBackEqual() throws IOException {
        Random random = new Random(42);
        List<RequestRecord> records = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            records.add(anyRecord(random));
        }

        RequestFiles.write(file, records);

        assertThat(RequestFiles.read(file)).containsExactlyElementsOf(records);
    }

    @Test
    void aRecordIsOneLineOfJsonAndAbsentFieldsAreNotInIt() throws IOException {
        RequestFiles.write(
                file,
                List.of(
                        Records.due(10)
                                .sent(10.5)
                                .chunk(60, 1)
                                .chunk(75, 2)
                                .in(16)
                                .prompt("warmup", 3)
                                .ok(),
                        Records.due(20).unsent().in(null).failed(FailureClass.CLIENT_ERROR, 21)));

        assertThat(unzipped().lines())
                .containsExactly(
                        "{\"prompt\":[\"warmup\",3],\"hash\":\"00112233aabbccdd\",\"due\":10000000,\"sent\":10500000,"
                                + "\"firstByte\":60000000,\"chunks\":[[49500000,1,0],[15000000,2,0]],\"end\":75000000,"
                                + "\"status\":200,\"in\":16,\"out\":3,\"source\":\"continuous_usage\",\"finish\":\"length\"}",
                        "{\"prompt\":[\"0\",0],\"hash\":\"00112233aabbccdd\",\"due\":20000000,\"end\":21000000,"
                                + "\"failure\":\"client_error\",\"status\":500,\"detail\":\"it broke\",\"out\":0,"
                                + "\"source\":\"continuous_usage\"}");
    }

    @Test
    void textsStandLastAndAreLeftOutWhereFiguresAreMade() throws IOException {
        RequestRecord r = Records.due(10)
                .ok()
                .withTexts(new RequestTexts(null, new int[] {5, 6}, "Yes, \"42\".", "The user asks."));
        RequestFiles.write(file, List.of(r, r.withTexts(new RequestTexts("Hm?", null, null, null))));

        assertThat(unzipped().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .endsWith(",\"texts\":{\"promptTokens\":[5,6],\"answer\":\"Yes, \\\"42\\\".\","
                                        + "\"reasoning\":\"The user asks.\"}}"),
                        line -> assertThat(line).endsWith(",\"texts\":{\"prompt\":\"Hm?\"}}"));
        assertThat(RequestFiles.read(file).get(0)).isEqualTo(r);
        assertThat(RequestFiles.readWithoutTexts(file))
                .containsExactly(Records.due(10).ok(), Records.due(10).ok());
    }

    @Test
    void aWindowWithoutRequestsIsAnEmptyFile() throws IOException {
        RequestFiles.write(file, List.of());

        assertThat(RequestFiles.read(file)).isEmpty();
    }

    @Test
    void numbersOfChannelsInFilesAreThoseOfTheRecord() throws IOException {
        Chunks chunks = new Chunks(new long[] {1, 2, 3}, new int[] {1, 1, 1}, new byte[] {0, 1, 2});
        assertThat(List.of(chunks.channel(0), chunks.channel(1), chunks.channel(2)))
                .as("all channels, numbered as in files")
                .containsExactly(Channel.values());
        RequestRecord r = withChunks(chunks);
        RequestFiles.write(file, List.of(r));

        assertThat(RequestFiles.read(file)).containsExactly(r);
    }

    @Test
    void fieldsInAnyOrderAndUnknownOnesAreRead() throws IOException {
        zip("""
                {"chunks":[[5,1,0],[7,2,1,"later"]],"sent":100,"due":90,"mood":{"a":[1]},"prompt":["0",1],"status":200}
                """.replace(",\"later\"", ""));

        RequestRecord r = RequestFiles.read(file).get(0);
        assertThat(r.chunks().at(0)).isEqualTo(105);
        assertThat(r.chunks().at(1)).isEqualTo(112);
        assertThat(r.tokenSource()).isEqualTo(TokenSource.NONE);
        assertThat(r.ok()).isTrue();
    }

    @Test
    void damageIsNamedWithItsPlace() throws IOException {
        zip("""
                {"prompt":["0",0],"due":1,"status":200,"source":"none"}
                {"prompt":["0",1],"due":2,"status":200,"source":"crystal_ball"}
                """);

        assertThatThrownBy(() -> RequestFiles.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("00000000000a-f0-i0-a1.jsonl.gz: record 2 is damaged")
                .hasMessageContaining("crystal_ball");
    }

    @Test
    void aFileCutShortIsDamagedNotShort() throws IOException {
        RequestFiles.write(file, SampleRun.requests(0, 0));
        byte[] all = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(all, all.length / 2));

        assertThatThrownBy(() -> RequestFiles.read(file)).hasMessageContaining("is damaged");
    }

    @Test
    void whatCannotBeWrittenWholeIsNotWrittenAtAll() throws IOException {
        RequestFiles.write(file, SampleRun.requests(0, 0));
        List<RequestRecord> before = RequestFiles.read(file);
        List<RequestRecord> broken = new ArrayList<>(SampleRun.requests(0, 1));
        broken.add(withChunks(null));

        assertThatThrownBy(() -> RequestFiles.write(file, broken)).isInstanceOf(NullPointerException.class);
        assertThat(RequestFiles.read(file)).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).as("no temporary file is left").containsExactly(file);
        }
    }

    private static RequestRecord withChunks(Chunks chunks) {
        RequestRecord r = Records.due(0).ok();
        return new RequestRecord(
                r.slice(),
                r.index(),
                r.promptHash(),
                r.due(),
                r.scheduled(),
                r.sent(),
                r.connected(),
                r.firstByte(),
                chunks,
                r.end(),
                r.outcome(),
                r.tokensIn(),
                r.tokensCached(),
                r.tokensOut(),
                r.tokenSource(),
                r.finishReason(),
                r.target());
    }

    /** Any field may be absent, any number large, any text awkward. */
    private static RequestRecord anyRecord(Random random) {
        int size = random.nextInt(4) == 0 ? 0 : random.nextInt(200);
        long due = random.nextLong(1L << 45);
        long time = due;
        long[] at = new long[size];
        int[] tokens = new int[size];
        byte[] channels = new byte[size];
        for (int i = 0; i < size; i++) {
            time += random.nextLong(1L << 32);
            at[i] = time;
            tokens[i] = random.nextInt(5);
            channels[i] = (byte) random.nextInt(3);
        }
        boolean ok = random.nextBoolean();
        RequestRecord.Outcome outcome = ok
                ? RequestRecord.Outcome.OK
                : RequestRecord.Outcome.failed(
                        oneOf(random, FailureClass.values()),
                        maybe(random, random.nextInt(600)),
                        maybe(random, "Wörter, \"quotes\", \\ and \n lines \uD83D\uDE80"));
        return new RequestRecord(
                Integer.toString(random.nextInt(5)),
                random.nextInt(),
                maybe(random, "0123456789abcdef"),
                due,
                maybe(random, random.nextLong()),
                maybe(random, due + random.nextInt()),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                size == 0 ? Chunks.NONE : new Chunks(at, tokens, channels),
                maybe(random, random.nextLong()),
                outcome,
                maybe(random, random.nextInt()),
                maybe(random, random.nextInt()),
                maybe(random, random.nextInt()),
                oneOf(random, TokenSource.values()),
                maybe(random, "stop"),
                maybe(random, "http://127.0.0.1:8000"),
                maybe(random, anyTexts(random)));
    }

    private static RequestTexts anyTexts(Random random) {
        boolean tokens = random.nextBoolean();
        return new RequestTexts(
                tokens ? null : "Grüße,\n\"漢\" \\ \uD83D\uDE80",
                tokens ? random.ints(random.nextInt(1, 50), 0, 150_000).toArray() : null,
                maybe(random, "an answer\u0000\u2028 \uD83D\uDE80"),
                maybe(random, "hm"));
    }

    private static <T> T maybe(Random random, T value) {
        return random.nextInt(3) == 0 ? null : value;
    }

    private static <T> T oneOf(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private String unzipped() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void zip(String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
