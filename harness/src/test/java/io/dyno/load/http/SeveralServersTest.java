package io.dyno.load.http;

import static io.dyno.engine.remote.OpenAiServer.Manners.VLLM;
import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Endpoint;
import io.dyno.Prompt;
import io.dyno.engine.InferenceRequest;
import io.dyno.engine.remote.OpenAiServer;
import io.dyno.metrics.RequestRecord;
import io.dyno.metrics.TokenSource;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeveralServersTest {
    private static final int REQUESTS = 7;

    @Test
    void requestsGoToTheServersInTurnWhateverTheyHaveToDoAndRecordsNameThem() throws Exception {
        try (OpenAiServer first = OpenAiServer.start(VLLM);
                OpenAiServer second = OpenAiServer.start(VLLM.behind("/two"));
                OpenAiServer third = OpenAiServer.start(VLLM)) {
            List<URI> urls = List.of(first.url(), second.url(), third.url());

            List<RequestRecord> records = send(new HttpTarget(
                    urls, "tiny", Map.of("Authorization", "Bearer x"), 4, TokenSource.CONTINUOUS_USAGE, false));

            assertThat(records).allSatisfy(record -> {
                assertThat(record.ok()).as("%s", record).isTrue();
                assertThat(record.connected())
                        .as("opened ahead at every server")
                        .isNull();
            });
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(records.get(i).target()).isEqualTo(urls.get(i % 3).toString());
            }
            assertThat(first.bodies()).hasSize(3);
            assertThat(second.bodies()).hasSize(2);
            assertThat(second.paths()).containsOnly("/two/v1/completions");
            assertThat(third.bodies()).hasSize(2);
        }
    }

    @Test
    void aServerThatHasGoneFailsItsOwnRequestsAndNoOthers() throws Exception {
        URI gone;
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            gone = server.url();
        }
        try (OpenAiServer server = OpenAiServer.start(VLLM)) {
            List<RequestRecord> records = send(new HttpTarget(
                    List.of(server.url(), gone), "tiny", Map.of(), 0, TokenSource.CONTINUOUS_USAGE, false));

            assertThat(records.stream().map(RequestRecord::ok))
                    .containsExactly(true, false, true, false, true, false, true);
            assertThat(records.get(1).outcome().detail()).contains("no connection to the server");
            assertThat(records.get(1).target()).isEqualTo(gone.toString());
        }
    }

    /** One after the other, in this order of sending. */
    private static List<RequestRecord> send(HttpTarget target) throws InterruptedException {
        List<RequestRecord> records = new ArrayList<>();
        try (HttpDriver driver = HttpDriver.open(target)) {
            for (int i = 0; i < REQUESTS; i++) {
                InferenceRequest request = new InferenceRequest(
                        "0", i, "", Prompt.of("Hello"), 4, true, Map.of(), Endpoint.COMPLETIONS, 0, 60_000_000_000L);
                CompletableFuture<RequestRecord> done = new CompletableFuture<>();
                driver.timeline().soon(() -> driver.send(request, done::complete));
                driver.run(done);
                records.add(done.join());
            }
        }
        return records;
    }
}
