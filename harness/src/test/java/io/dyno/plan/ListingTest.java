package io.dyno.plan;

import static io.dyno.Bench.SERVE;
import static io.dyno.Bench.THROUGHPUT;
import static io.dyno.plan.Descriptors.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingTest {
    @Test
    void aListingHasParametersPointsStartsAndTimeOfEachBenchmark() throws PlanException {
        BenchmarkDescriptor written = model().bench(SERVE, THROUGHPUT)
                .set("tp", "1", "2")
                .set("maxConcurrency", "8", "32")
                .forks(2, 0)
                .build();
        Plan plan = Planner.plan(
                List.of(written, model().named("a.Other").build()),
                PlanRequest.builder().startSeconds(60).build());

        List<Listing> listings = Listing.of(plan);

        assertThat(listings).extracting(Listing::benchmark).containsExactly("com.acme.ChatCapacity", "a.Other");
        assertThat(listings.get(0).benches())
                .containsExactly(
                        new Listing.Grid(
                                SERVE, Map.of("tp", List.of("1", "2"), "maxConcurrency", List.of("8", "32")), 4),
                        new Listing.Grid(THROUGHPUT, Map.of("tp", List.of("1", "2")), 2));
        assertThat(listings.get(0).engineStarts())
                .as("2 servers and 2 workers, 2 forks each")
                .isEqualTo(8);
        assertThat(listings).extracting(Listing::engineStarts).satisfies(starts -> assertThat(
                        starts.stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(plan.engineStarts()));
        assertThat(listings.stream().mapToDouble(Listing::estimateSeconds).sum())
                .isCloseTo(plan.estimateSeconds(), within(1e-6));
    }
}
