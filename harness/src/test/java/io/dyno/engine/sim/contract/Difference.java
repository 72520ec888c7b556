package io.dyno.engine.sim.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where two shapes differ.
 *
 * @param at JSON pointer
 * @param what what is there, and what was expected
 */
public record Difference(String at, String what) {
    /** All of them; none when the shapes are the same. Where a value is of another kind, what is below it is not compared. */
    public static List<Difference> between(JsonNode expected, JsonNode actual) {
        List<Difference> differences = new ArrayList<>();
        compare("", expected, actual, differences);
        return differences;
    }

    private static void compare(String at, JsonNode expected, JsonNode actual, List<Difference> differences) {
        if (expected.isObject() && actual.isObject()) {
            fields(at, expected, actual, differences);
        } else if (expected.isArray() && actual.isArray()) {
            elements(at, expected, actual, differences);
        } else if (!expected.equals(actual)) {
            differences.add(new Difference(at, "is " + actual + ", expected " + expected));
        }
    }

    private static void fields(String at, JsonNode expected, JsonNode actual, List<Difference> differences) {
        List<String> names = names(expected);
        List<String> ours = names(actual);
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(ours);
        for (String name : all) {
            String below = at + "/" + name.replace("~", "~0").replace("/", "~1");
            if (!actual.has(name)) {
                differences.add(new Difference(below, "is missing, expected " + expected.get(name)));
            } else if (!expected.has(name)) {
                differences.add(new Difference(below, "is " + actual.get(name) + ", expected nothing there"));
            } else {
                compare(below, expected.get(name), actual.get(name), differences);
            }
        }
        List<String> common = names.stream().filter(ours::contains).toList();
        List<String> found = ours.stream().filter(names::contains).toList();
        if (!common.equals(found)) {
            differences.add(new Difference(at, "has its fields in the order " + found + ", expected " + common));
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void elements(String at, JsonNode expected, JsonNode actual, List<Difference> differences) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String below = at + "/" + i;
            if (i >= actual.size()) {
                differences.add(new Difference(below, "is missing, expected " + expected.get(i)));
            } else if (i >= expected.size()) {
                differences.add(new Difference(below, "is " + actual.get(i) + ", expected nothing there"));
            } else {
                compare(below, expected.get(i), actual.get(i), differences);
            }
        }
    }

    @Override
    public String toString() {
        return (at.isEmpty() ? "the whole" : at) + " " + what;
    }
}
