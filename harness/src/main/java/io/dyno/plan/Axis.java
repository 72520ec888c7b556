package io.dyno.plan;

import io.dyno.plan.BenchmarkDescriptor.ParamField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One dimension of a class's grid: a setting or a parameter of the user's own, and its values.
 *
 * @param name its name among a point's parameters: the field's where a field has it, else the setting's
 * @param setting the setting, or null for a parameter of the user's own
 * @param field the field's name, or null
 * @param choices its values, in the order written
 * @param named whether {@code -p} named it
 */
record Axis(String name, Setting setting, String field, List<Choice> choices, boolean named) {

    /**
     * A value.
     *
     * @param value as {@link Values#parse} makes it, or the text of a parameter of the user's own; null leaves the setting out
     * @param text canonical text; empty when left out
     */
    record Choice(Object value, String text) {}

    /** One choice on each of several axes, in their order. */
    record Combination(Map<Axis, Choice> choices) {}

    /** Whether it becomes a parameter of points: it sweeps, or {@code -p} named it. */
    boolean isParam() {
        return named || choices.size() > 1;
    }

    boolean engine() {
        return setting != null && setting.engine();
    }

    /** The axes of a class: engine settings, flags by name, load settings, then the user's own. */
    static List<Axis> of(Overrides.Result result) {
        List<Axis> axes = new ArrayList<>();
        for (Source source : Source.of(result.descriptor())) {
            String name = source.field() == null ? source.name() : source.field();
            List<Choice> choices = source.values().stream()
                    .map(value -> new Choice(value, value == null ? "" : Values.text(value)))
                    .toList();
            axes.add(new Axis(
                    name,
                    source.setting(),
                    source.field(),
                    choices,
                    result.named().containsKey(name)));
        }
        List<Setting> order = Settings.all();
        axes.sort(Comparator.comparingInt((Axis axis) -> {
                    int place = order.indexOf(axis.setting());
                    return axis.engine() ? (place < 0 ? 1000 : place) : 2000 + place;
                })
                .thenComparing(axis -> axis.setting().name()));
        for (ParamField param : result.descriptor().params()) {
            if (param.setting() == null) {
                List<Choice> choices = param.values().stream()
                        .map(value -> new Choice(value, value))
                        .toList();
                boolean named = result.named().containsKey(param.field());
                axes.add(new Axis(param.field(), null, param.field(), choices, named));
            }
        }
        return axes;
    }

    /** The grid: every combination, the last axis fastest. */
    static List<Combination> grid(List<Axis> axes) {
        List<Combination> grid = List.of(new Combination(Map.of()));
        for (Axis axis : axes) {
            List<Combination> finer =
                    new ArrayList<>(grid.size() * axis.choices().size());
            for (Combination combination : grid) {
                for (Choice choice : axis.choices()) {
                    Map<Axis, Choice> choices = new LinkedHashMap<>(combination.choices());
                    choices.put(axis, choice);
                    finer.add(new Combination(choices));
                }
            }
            grid = finer;
        }
        return grid;
    }
}
