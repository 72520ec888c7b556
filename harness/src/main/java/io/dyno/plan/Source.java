package io.dyno.plan;

import io.dyno.plan.BenchmarkDescriptor.ParamField;
import io.dyno.plan.BenchmarkDescriptor.WrittenSetting;
import io.dyno.plan.Problem.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What sets a setting on a class: an attribute, or a {@code @Param} field.
 *
 * @param setting the setting
 * @param known whether it is an attribute or in the catalogue
 * @param field the field's name, or null for an attribute
 * @param texts its values as written
 */
record Source(Setting setting, boolean known, String field, List<String> texts) {

    /** All sources of a class: attributes, then fields. Fields of the user's own are none. */
    static List<Source> of(BenchmarkDescriptor written) {
        List<Source> sources = new ArrayList<>();
        for (WrittenSetting setting : written.settings()) {
            sources.add(of(setting.name(), null, setting.values()));
        }
        for (ParamField field : written.params()) {
            if (field.setting() != null) {
                sources.add(of(field.setting(), field.field(), field.values()));
            }
        }
        return sources;
    }

    private static Source of(String name, String field, List<String> texts) {
        Optional<Setting> known = Settings.find(name);
        return new Source(known.orElseGet(() -> Settings.unknownFlag(name, texts)), known.isPresent(), field, texts);
    }

    /** Its setting's name. */
    String name() {
        return setting.name();
    }

    /** How a message names it: {@code tp}, or {@code n (max-num-seqs)} for a field of another name. */
    String title() {
        return field == null || field.equals(name()) ? name() : field + " (" + name() + ")";
    }

    /** The place of a value, or of the whole for -1. */
    Place place(int value) {
        return field == null ? new Place.OnSetting(name(), value) : new Place.OnField(field, value);
    }

    /** The place of an element of a list setting; the elements of a list that a field holds have none of their own. */
    Place elementPlace(int element) {
        return field == null ? place(element) : place(0);
    }

    /** Whether an empty text leaves the setting out: a flag of vLLM, but not the model. */
    boolean canBeLeftOut() {
        return setting.engine() && setting.flag() != null && !name().equals("model");
    }

    /** The values that are values; null is one that leaves the setting out. Texts that are no value are left out: {@link ValueRules} reports them. */
    List<Object> values() {
        List<Object> values = new ArrayList<>();
        for (String text : texts) {
            try {
                values.add(text.isBlank() && canBeLeftOut() ? null : Values.parse(setting, text));
            } catch (Values.NotAValueException reported) {
                // ValueRules says so
            }
        }
        return values;
    }
}
