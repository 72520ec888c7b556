package io.dyno.plan;

/**
 * A broken rule whose place is not known yet.
 *
 * @param rule the rule
 * @param message as in {@link Problem}
 */
record Finding(Rule rule, String message) {
    Problem at(Problem.Place place) {
        return new Problem(rule, place, message);
    }
}
