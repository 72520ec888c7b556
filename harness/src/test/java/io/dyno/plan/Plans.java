package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.Bench;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** Plans for tests, and what is read off them. */
final class Plans {
    static final long SECOND = 1_000_000_000L;

    private Plans() {}

    static Windows time(int count, long seconds) {
        return new Windows(count, seconds * SECOND, null);
    }

    static Windows count(int count, int requests) {
        return new Windows(count, null, requests);
    }

    static UnaryOperator<PlanRequest.Builder> p(String name, String text) {
        return request -> request.parameter(name, text);
    }

    static UnaryOperator<PlanRequest.Builder> r(long seconds) {
        return request -> request.timeNanos(seconds * SECOND);
    }

    static UnaryOperator<PlanRequest.Builder> i(int iterations) {
        return request -> request.iterations(iterations);
    }

    static UnaryOperator<PlanRequest.Builder> both(
            UnaryOperator<PlanRequest.Builder> first, UnaryOperator<PlanRequest.Builder> second) {
        return request -> second.apply(first.apply(request));
    }

    static Plan plan(Descriptors written) {
        return plan(request -> request, written);
    }

    static Plan plan(UnaryOperator<PlanRequest.Builder> request, Descriptors written) {
        try {
            return Planner.plan(
                    List.of(written.build()),
                    request.apply(PlanRequest.builder()).build());
        } catch (PlanException e) {
            throw new AssertionError("expected a plan, got problems:\n" + e.getMessage(), e);
        }
    }

    static List<Point> points(Plan plan) {
        return plan.configurations().stream()
                .map(EngineConfiguration::points)
                .flatMap(Collection::stream)
                .toList();
    }

    static List<Point> pointsOf(Plan plan, Bench bench) {
        return points(plan).stream().filter(point -> point.bench() == bench).toList();
    }

    static Point only(Descriptors written) {
        return only(written, request -> request);
    }

    static Point only(Descriptors written, UnaryOperator<PlanRequest.Builder> request) {
        List<Point> points = points(plan(request, written));
        assertThat(points).as("one point").hasSize(1);
        return points.get(0);
    }
}
