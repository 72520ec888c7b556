package io.dyno.plan;

/**
 * A mistake or a doubt, found before anything starts.
 *
 * @param rule which rule was broken
 * @param place where
 * @param message what is wrong, why, and what to do; one paragraph, did-you-mean included, without the code
 */
public record Problem(Rule rule, Place place, String message) {

    /** Where the problem is, so that the processor can put the caret on the value and the command line can name the option. */
    public sealed interface Place {
        /** The class itself. */
        record OnClass() implements Place {}

        /**
         * A setting's attribute, or the {@code -p} that set it.
         *
         * @param setting the setting's name
         * @param value index of the value, of a list setting's one value the index of the element, or -1 for the whole
         */
        record OnSetting(String setting, int value) implements Place {}

        /**
         * A {@code @Param} field.
         *
         * @param field the field's name
         * @param value index of the value, or -1 for the whole
         */
        record OnField(String field, int value) implements Place {}

        /**
         * An attribute that is no setting.
         *
         * @param annotation simple name, such as {@code Slo}, {@code Fork}, {@code VllmBenchmark}
         * @param attribute the attribute's name
         */
        record OnAttribute(String annotation, String attribute) implements Place {}

        /**
         * An option of the command line.
         *
         * @param option as written: {@code -p maxConcurrency}, {@code -f}
         */
        record OnOption(String option) implements Place {}

        /** A method, by name. */
        record OnMethod(String method) implements Place {}
    }

    /** {@code [DYNO-107] message  (explain DYNO-107)}. */
    public String text() {
        return "[" + rule.code() + "] " + message + "  (explain " + rule.code() + ")";
    }
}
