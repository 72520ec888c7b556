package io.dyno.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings whose values must go together. Checked for each point; a definition is wrong when no combination of its values can work. */
enum Relation {
    EXPERT_WITH_PIPELINE(Rule.EXPERT_WITH_PIPELINE, "expertParallel", "pp") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            boolean expert = Boolean.TRUE.equals(values.get("expertParallel"));
            long stages = number(values, "pp", 1);
            return expert && stages > 1
                    ? Optional.of(
                            "expertParallel spreads the experts over the tp·dp GPUs of one stage and cannot go with pp = "
                                    + stages + "; set pp = 1 or leave expertParallel out")
                    : Optional.empty();
        }
    },
    CONTEXT(Rule.CONTEXT_TOO_LONG, "maxModelLen", "inputLen", "outputLen") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            long context = number(values, "maxModelLen", -1);
            long input = number(values, "inputLen", 1);
            long output = number(values, "outputLen", 1);
            return context > 0 && input + output > context
                    ? Optional.of("inputLen + outputLen = " + input + " + " + output
                            + " does not fit into maxModelLen = " + context
                            + ", so the server would refuse every request; raise maxModelLen to at least "
                            + (input + output)
                            + " or shorten the prompt or the output")
                    : Optional.empty();
        }
    },
    BATCHED_TOKENS(Rule.BATCHED_TOKENS, "maxNumBatchedTokens", "maxNumSeqs") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            long tokens = number(values, "maxNumBatchedTokens", Long.MAX_VALUE);
            long sequences = number(values, "maxNumSeqs", 0);
            return tokens < sequences
                    ? Optional.of("maxNumBatchedTokens = " + tokens + " is below maxNumSeqs = " + sequences
                            + ", and vLLM refuses to start so: each running sequence takes a token of a step; raise the"
                            + " former or lower the latter")
                    : Optional.empty();
        }
    };

    private final Rule rule;
    private final String settings;

    Relation(Rule rule, String... settings) {
        this.rule = rule;
        this.settings = String.join(" ", settings);
    }

    Rule rule() {
        return rule;
    }

    /** The settings concerned. */
    List<String> settings() {
        return List.of(settings.split(" "));
    }

    /**
     * Why these values cannot go together.
     *
     * @param values by setting; absent where a setting has no value
     */
    abstract Optional<String> refuses(Map<String, Object> values);

    private static long number(Map<String, Object> values, String name, long absent) {
        return values.get(name) instanceof Long value ? value : absent;
    }
}
