package io.dyno.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One value for each setting that has one: String, Long, Double, Boolean or {@code List<String>}, in a stable order. Immutable. */
public final class SettingValues {
    private final Map<String, Object> values;

    public SettingValues(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The value of a setting, if it has one. */
    public Optional<Object> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The text of a setting of type STRING or JSON, or null. */
    public String text(String name) {
        return (String) values.get(name);
    }

    /** The value of an INTEGER setting, or null. */
    public Long integer(String name) {
        return (Long) values.get(name);
    }

    /** The value of a NUMBER setting, or null. */
    public Double number(String name) {
        return (Double) values.get(name);
    }

    /** The value of a BOOLEAN setting, or null. */
    public Boolean flag(String name) {
        return (Boolean) values.get(name);
    }

    /** The value of a LIST setting; empty when it has none. */
    @SuppressWarnings("unchecked")
    public List<String> list(String name) {
        return (List<String>) values.getOrDefault(name, List.of());
    }

    /** All of them, in order. */
    public Map<String, Object> asMap() {
        return values;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SettingValues v && values.equals(v.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
