package io.dyno.plan;

import io.dyno.Bench;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Settings whose values must go together. Checked for each point; a definition is wrong when no combination of its values can work. */
@SuppressWarnings("ImmutableEnumChecker") // sets that cannot change
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
    CONTEXT(
            Rule.CONTEXT_TOO_LONG,
            "maxModelLen",
            "inputLen",
            "inputLenRange",
            "prefixLen",
            "suffixLen",
            "outputLen",
            "outputLenRange") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            long context = number(values, "maxModelLen", -1);
            boolean parts = values.containsKey("suffixLen") && !values.containsKey("inputLen");
            long input = parts
                    ? number(values, "prefixLen", 1) + number(values, "suffixLen", 1)
                    : longest(values, "inputLen");
            long output = longest(values, "outputLen");
            boolean spread = values.containsKey("inputLenRange") || values.containsKey("outputLenRange");
            return context > 0 && input + output > context
                    ? Optional.of((parts ? "prefixLen + suffixLen" : "inputLen") + " + outputLen = " + input + " + "
                            + output + (spread ? " (the longest of their ranges)" : "")
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
    },
    INPUT_SPREADS(Rule.TWO_SPREADS, "inputLenRange", "inputLenStdev") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return twoSpreads(values, "inputLen");
        }
    },
    OUTPUT_SPREADS(Rule.TWO_SPREADS, "outputLenRange", "outputLenStdev") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return twoSpreads(values, "outputLen");
        }
    },
    PROMPTS_FOR_RANKS(Rule.FEWER_THAN_RANKS, Set.of(Bench.THROUGHPUT), "numPrompts", "dp") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return fewer(values, "numPrompts", "dp", "a replica without a prompt would stand idle");
        }
    },
    BATCH_FOR_RANKS(Rule.FEWER_THAN_RANKS, Set.of(Bench.LATENCY), "batchSize", "dp") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return fewer(values, "batchSize", "dp", "a replica without a prompt would stand idle");
        }
    },
    PROMPTS_FOR_PREFIXES(
            Rule.FEWER_THAN_PREFIXES, Set.of(Bench.SERVE, Bench.THROUGHPUT), "numPrompts", "numPrefixes", "dataset") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return prefixes(values, "numPrompts");
        }
    },
    BATCH_FOR_PREFIXES(Rule.FEWER_THAN_PREFIXES, Set.of(Bench.LATENCY), "batchSize", "numPrefixes", "dataset") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            return prefixes(values, "batchSize");
        }
    },
    IDS_ON_CHAT(Rule.IDS_ON_CHAT, "endpoint", "dataset") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            boolean ids = Dataset.PREFIX_REPETITION.id().equals(values.get("dataset"));
            return ids && "CHAT".equals(values.get("endpoint"))
                    ? Optional.of("dataset prefix_repetition makes token ids, and chat takes text only; set endpoint ="
                            + " COMPLETIONS, or choose dataset = \"sonnet\", whose prompts share a beginning of text")
                    : Optional.empty();
        }
    },
    PREFIX_IN_PROMPT(Rule.PREFIX_TOO_LONG, "prefixLen", "inputLen", "inputLenRange", "dataset") {
        @Override
        Optional<String> refuses(Map<String, Object> values) {
            long prefix = number(values, "prefixLen", 0);
            long input = number(values, "inputLen", Long.MAX_VALUE);
            boolean sonnet = Dataset.SONNET.id().equals(values.get("dataset"));
            return sonnet && prefix >= shortest(values, input)
                    ? Optional.of("prefixLen = " + prefix + " leaves nothing of a prompt's own of inputLen = " + input
                            + (values.containsKey("inputLenRange") ? " at its shortest" : "")
                            + "; shorten the prefix or lengthen the prompt")
                    : Optional.empty();
        }
    };

    private final Rule rule;
    private final Set<Bench> benches;
    private final String settings;

    Relation(Rule rule, String... settings) {
        this(rule, null, settings);
    }

    /**
     * @param benches whose points it is about; null for all
     */
    Relation(Rule rule, Set<Bench> benches, String... settings) {
        this.rule = rule;
        this.benches = benches;
        this.settings = String.join(" ", settings);
    }

    /** The relations that concern points of these benches. */
    static List<Relation> of(Collection<Bench> benches) {
        return Arrays.stream(values())
                .filter(relation -> relation.benches == null || benches.stream().anyMatch(relation.benches::contains))
                .toList();
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

    private static Optional<String> twoSpreads(Map<String, Object> values, String length) {
        boolean range = values.get(length + "Range") instanceof Double ratio && ratio > 0;
        boolean normal = values.get(length + "Stdev") instanceof Double stdev && stdev > 0;
        return range && normal
                ? Optional.of(length + "Range = " + Values.text(values.get(length + "Range")) + " and " + length
                        + "Stdev = " + Values.text(values.get(length + "Stdev"))
                        + " are two distributions of one length; keep one")
                : Optional.empty();
    }

    private static Optional<String> prefixes(Map<String, Object> values, String prompts) {
        boolean prefixes = Dataset.PREFIX_REPETITION.id().equals(values.get("dataset"));
        return prefixes
                ? fewer(values, prompts, "numPrefixes", "a prefix without a prompt would not be there")
                : Optional.empty();
    }

    /** Why there are too few of one thing for another. */
    private static Optional<String> fewer(Map<String, Object> values, String some, String needed, String why) {
        long have = number(values, some, Long.MAX_VALUE);
        long need = number(values, needed, 1);
        return have < need
                ? Optional.of(some + " = " + have + " is below " + needed + " = " + need + ", and " + why
                        + "; raise the former to at least " + need + " or lower the latter")
                : Optional.empty();
    }

    private static long longest(Map<String, Object> values, String length) {
        double ratio = values.get(length + "Range") instanceof Double range ? range : 0;
        return (long) Math.ceil(number(values, length, 1) * (1 + ratio));
    }

    private static long shortest(Map<String, Object> values, long input) {
        double ratio = values.get("inputLenRange") instanceof Double range ? range : 0;
        return (long) Math.floor(input * (1 - ratio));
    }

    private static long number(Map<String, Object> values, String name, long absent) {
        return values.get(name) instanceof Long value ? value : absent;
    }
}
