package io.dyno.profilers.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.metrics.MetricValue;
import io.dyno.metrics.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowReadingsTest {
    private final WindowReadings readings = new WindowReadings(Window.Kind.MEASUREMENT, 2, true);

    @Test
    void countersAreTheGrowthBetweenTheEdgesOverAllEngines() {
        page(
                "vllm:generation_tokens_total{engine=\"0\",model_name=\"a}b\"} 100.0\nvllm:generation_tokens_total{engine=\"1\"} 10");
        page(
                "vllm:generation_tokens_total{engine=\"0\",model_name=\"a}b\"} 150.0\nvllm:generation_tokens_total{engine=\"1\"} 30");

        assertThat(result("generation_tokens").score()).isEqualTo(70);
    }

    @Test
    void sharesAreTheMeanOverEnginesAndReadingsAndTheHighestThatOfTheFullestEngine() {
        page("vllm:kv_cache_usage_perc{engine=\"0\"} 0.5\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.3");
        page("vllm:kv_cache_usage_perc{engine=\"0\"} 0.7\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.5");

        assertThat(result("kv_cache_usage").score()).isEqualTo(50);
        assertThat(result("kv_cache_usage_max").score())
                .as("the fullest of the engines")
                .isEqualTo(70);
        assertThat(result("kv_cache_usage").metric().unit()).isEqualTo("%");
    }

    @Test
    void aHistogramGivesTheMeanOfTheWindowInMilliseconds() {
        page("vllm:request_queue_time_seconds_sum 2\nvllm:request_queue_time_seconds_count 10");
        page("vllm:request_queue_time_seconds_sum 5\nvllm:request_queue_time_seconds_count 16");

        assertThat(result("queue_time").score()).isEqualTo(500);
    }

    @Test
    void nothingCountedIsNullWithTheReasonAndNeverZero() {
        page("vllm:prefix_cache_hits_total 5\nvllm:prefix_cache_queries_total 9");
        page("vllm:prefix_cache_hits_total 5\nvllm:prefix_cache_queries_total 9");

        assertThat(result("prefix_cache_hit_rate").score()).isNull();
        assertThat(result("prefix_cache_hit_rate").reason()).contains("no prompt token");
        assertThat(result("spec_decode_acceptance_rate").reason()).contains("does not give vllm:spec_decode");
    }

    @Test
    void oneReadingIsNoGrowth() {
        page("vllm:num_preemptions_total 5");

        assertThat(result("preemptions").score()).isNull();
        assertThat(result("preemptions").reason()).contains("fewer than two times");
    }

    @Test
    void aCounterThatWasResetSaysNothing() {
        page("vllm:num_preemptions_total 5");
        page("vllm:num_preemptions_total 1");

        assertThat(result("preemptions").score()).isNull();
    }

    @Test
    void aResetOfOneEngineHidesInNoSum() {
        page("vllm:generation_tokens_total{engine=\"0\"} 100\nvllm:generation_tokens_total{engine=\"1\"} 100");
        page("vllm:generation_tokens_total{engine=\"0\"} 900\nvllm:generation_tokens_total{engine=\"1\"} 5");

        assertThat(result("generation_tokens").score()).isNull();
        assertThat(result("generation_tokens").reason())
                .startsWith("vllm:generation_tokens_total went backwards in this window");
    }

    @Test
    void aResetOfOneServerHidesInNoSum() {
        readings.add(
                MetricsPage.parse(List.of("vllm:generation_tokens_total 100", "vllm:generation_tokens_total 100")));
        readings.add(MetricsPage.parse(List.of("vllm:generation_tokens_total 900", "vllm:generation_tokens_total 5")));

        assertThat(result("generation_tokens").reason()).contains("went backwards");
    }

    @Test
    void aResetBetweenTheEdgesIsSeen() {
        page("vllm:num_preemptions_total 5\nvllm:generation_tokens_total 1");
        page("vllm:num_preemptions_total 1\nvllm:generation_tokens_total 2");
        page("vllm:num_preemptions_total 9\nvllm:generation_tokens_total 4");

        assertThat(result("preemptions").reason()).contains("went backwards");
        assertThat(readings.preemptions()).isEmpty();
        assertThat(result("generation_tokens").score())
                .as("another counter, never reset")
                .isEqualTo(3);
    }

    @Test
    void anEngineThatGoesTakesTheGrowthWithIt() {
        page("vllm:generation_tokens_total{engine=\"0\"} 100\nvllm:generation_tokens_total{engine=\"1\"} 10");
        page("vllm:generation_tokens_total{engine=\"0\"} 150");

        assertThat(result("generation_tokens").score()).isNull();
    }

    @Test
    void aReadingThatFailsBetweenTheEdgesCostsNothing() {
        page("vllm:num_preemptions_total 5");
        readings.failed("it answered 503");
        page("vllm:num_preemptions_total 6");

        assertThat(result("preemptions").score()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadingThatFailsAtAnEdgeLeavesTheGrowthUnknownWithTheReason(boolean first) {
        if (first) {
            readings.failed("it answered 503");
        }
        page("vllm:num_preemptions_total 5\nvllm:kv_cache_usage_perc 0.5");
        page("vllm:num_preemptions_total 6\nvllm:kv_cache_usage_perc 0.5");
        if (!first) {
            readings.failed("it answered 503");
        }

        assertThat(result("preemptions").score()).isNull();
        assertThat(result("preemptions").reason())
                .isEqualTo("the engine's counters could not be read at an edge of this window: it answered 503");
        assertThat(result("kv_cache_usage").score())
                .as("a gauge has its readings")
                .isEqualTo(50);
    }

    @Test
    void whatIsNoNumberCostsOnlyItself() {
        page("vllm:kv_cache_usage_perc{engine=\"0\"} NaN\nvllm:num_requests_running NaN\nvllm:num_preemptions_total 1");
        page(
                "vllm:kv_cache_usage_perc{engine=\"0\"} 0.5\nvllm:num_requests_running +Inf\nvllm:num_preemptions_total 2");

        assertThat(result("kv_cache_usage").score()).isEqualTo(50);
        assertThat(result("requests_running").reason()).contains("does not give vllm:num_requests_running");
        assertThat(result("preemptions").score()).isEqualTo(1);
    }

    @Test
    void whatAnIdleEngineShowsIsNoGauge() {
        WindowReadings offline = new WindowReadings(Window.Kind.MEASUREMENT, 2, false);
        offline.add(MetricsPage.parse(List.of("vllm:kv_cache_usage_perc 0\nvllm:num_preemptions_total 1")));
        offline.add(MetricsPage.parse(List.of("vllm:kv_cache_usage_perc 0\nvllm:num_preemptions_total 4")));

        assertThat(result(offline, "kv_cache_usage").reason()).contains("when it has nothing to do");
        assertThat(result(offline, "kv_cache_usage_max").score()).isNull();
        assertThat(result(offline, "preemptions").score()).isEqualTo(3);
    }

    @Test
    void linesThatAreNoSamplesArePassedOver() {
        MetricsPage page =
                MetricsPage.parse(List.of("# HELP x y\n\nbroken{a=\"\nx 1 1700000000\ny{le=\"+Inf\"} NaN-ish\n"));

        assertThat(page.sum("x")).hasValue(1);
        assertThat(page.sum("y")).isEmpty();
        assertThat(page.sum("broken")).isEmpty();
    }

    private void page(String text) {
        readings.add(MetricsPage.parse(List.of(text)));
    }

    private MetricValue result(String name) {
        return result(readings, name);
    }

    private static MetricValue result(WindowReadings readings, String name) {
        return readings.results().stream()
                .filter(r -> r.kind() == Window.Kind.MEASUREMENT && r.iteration() == 2)
                .map(r -> r.value())
                .filter(value -> value.metric().name().equals("vllm." + name))
                .findFirst()
                .orElseThrow();
    }
}
