package io.dyno.plan;

import java.util.Map;
import java.util.Optional;

/**
 * Lays an engine over GPUs.
 *
 * @param topology the topology, or null when there is none
 * @param refusal why there is none, or null
 * @param note what the user should know, or null
 */
record Placement(Topology topology, Finding refusal, String note) {
    private static final long MOST = 100_000;

    /**
     * Lays an engine out.
     *
     * @param values its settings; dp is put in where given GPUs decide it
     */
    static Placement of(Map<String, Object> values, PlanRequest request) {
        long tp = number(values, "tp");
        long pp = number(values, "pp");
        if (Math.max(Math.max(tp, pp), number(values, "dp")) > MOST) {
            return refused(Rule.GPUS_TOO_FEW, "needs more GPUs than anybody has; tp, pp and dp are counts of GPUs");
        }
        Optional<PlanRequest.GivenGpus> given = request.remote() ? Optional.empty() : request.given();
        if (given.isPresent() && !values.containsKey("dp")) {
            int total = given.get().total();
            if (total % (tp * pp) != 0) {
                return refused(
                        Rule.GPUS_DIVIDE,
                        total + " GPUs were given, and tp·pp = " + tp + "·" + pp + " = " + tp * pp
                                + " does not divide them; change tp or pp, or write dp");
            }
            values.put("dp", total / (tp * pp));
        }
        long dp = number(values, "dp");
        long gpus = tp * pp * dp;
        boolean expert = Boolean.TRUE.equals(values.get("expertParallel"));
        Integer available =
                given.map(PlanRequest.GivenGpus::total).orElse(request.remote() ? null : request.detected());
        String verb = given.isPresent() ? " given" : " there";
        if (available != null && gpus > available) {
            return refused(
                    Rule.GPUS_TOO_FEW,
                    "needs tp·pp·dp = " + tp + "·" + pp + "·" + dp + " = " + gpus + " GPUs, and " + available
                            + (available == 1 ? " is" : " are") + verb);
        }
        int perNode = given.map(PlanRequest.GivenGpus::gpusPerNode).orElse((int) gpus);
        int nodes = (int) ((gpus + perNode - 1) / perNode);
        if (nodes > 1 && gpus % nodes != 0) {
            return refused(
                    Rule.GPUS_DIVIDE,
                    gpus + " GPUs cannot lie evenly over " + nodes + " nodes of " + perNode + "; change tp, pp or dp");
        }
        String idle = available != null && gpus < available
                ? available - gpus + " of " + available + " GPUs stay idle (tp·pp·dp = " + gpus + ")"
                : null;
        return new Placement(
                new Topology((int) tp, (int) pp, (int) dp, expert ? (int) (tp * dp) : 1, nodes, (int) (gpus / nodes)),
                null,
                idle);
    }

    private static Placement refused(Rule rule, String message) {
        return new Placement(null, new Finding(rule, message), null);
    }

    private static long number(Map<String, Object> values, String name) {
        return values.get(name) instanceof Long value ? value : 1;
    }
}
