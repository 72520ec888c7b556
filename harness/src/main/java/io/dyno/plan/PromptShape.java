package io.dyno.plan;

import java.util.Map;

/**
 * What made prompts are like beside their length: how lengths spread, and what prompts have in common.
 *
 * @param input spread of the prompt length
 * @param output spread of the output length
 * @param prefixLen tokens that prompts share at their beginning; null where the dataset has no such thing
 * @param suffixLen tokens of each prompt's own behind the prefix; null as above
 * @param numPrefixes how many prefixes there are; null as above
 */
public record PromptShape(Spread input, Spread output, Integer prefixLen, Integer suffixLen, Integer numPrefixes) {
    /** Lengths as asked for, nothing in common. */
    public static final PromptShape PLAIN = new PromptShape(new Spread.Fixed(), new Spread.Fixed(), null, null, null);

    /** The shape that settings ask for, by name. */
    static PromptShape of(Map<String, Object> values) {
        return new PromptShape(
                Spread.of(values, "inputLen"),
                Spread.of(values, "outputLen"),
                number(values.get("prefixLen")),
                number(values.get("suffixLen")),
                number(values.get("numPrefixes")));
    }

    private static Integer number(Object value) {
        return value == null ? null : Math.toIntExact((Long) value);
    }
}
