package io.dyno.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** verdict.json: what a build needs to know of a run. */
final class VerdictJson {
    private static final int SCHEMA = 1;

    private VerdictJson() {}

    /** Without a baseline there is nothing to be better or worse than. */
    static String withoutBaseline(RunResults results) throws JsonProcessingException {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("exit", results.exit());
        root.put("reason", results.exitReason());
        root.put("verdict", "none");
        root.putNull("falseAlarm");
        root.putArray("points");
        root.putArray("notComparable");
        root.put("answers", "unknown");
        return Json.PRETTY.writeValueAsString(root) + "\n";
    }
}
