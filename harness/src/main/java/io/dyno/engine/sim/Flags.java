package io.dyno.engine.sim;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Flags of {@code vllm serve} with their values as text, by name without dashes. A flag that was not given is absent. */
public final class Flags {
    private final Map<String, String> values;

    public Flags(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** No flag. */
    public static Flags none() {
        return new Flags(Map.of());
    }

    /** All of them, in the order given. */
    public Map<String, String> asMap() {
        return values;
    }

    /** The text of a flag. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A switch: {@code --flag} is true, {@code --no-flag} false. */
    boolean on(String name, boolean otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    int positive(String name, int otherwise) throws Refusal {
        long value = size(name, otherwise);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw invalid(name, "Input should be greater than or equal to 1", values.get(name));
        }
        return (int) value;
    }

    int atLeastZero(String name, int otherwise) throws Refusal {
        long value = size(name, otherwise);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw invalid(name, "Input should be greater than or equal to 0", values.get(name));
        }
        return (int) value;
    }

    double share(String name, double otherwise) throws Refusal {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Refusal.usage("argument --" + name + ": invalid float value: '" + text + "'");
        }
        if (!(value > 0)) {
            throw invalid(name, "Input should be greater than 0", text);
        }
        if (value > 1) {
            throw invalid(name, "Input should be less than or equal to 1", text);
        }
        return value;
    }

    /** A whole number, also as {@code 1k} (1,000), {@code 1K} (1,024), {@code 25.6k}, {@code 2M}. */
    long size(String name, long otherwise) throws Refusal {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        String digits = text.trim();
        long unit = 1;
        if (!digits.isEmpty()) {
            int scale = "kmgtKMGT".indexOf(digits.charAt(digits.length() - 1));
            if (scale >= 0) {
                unit = scale < 4 ? Math.round(Math.pow(1000, scale + 1)) : 1L << (10 * (scale - 3));
                digits = digits.substring(0, digits.length() - 1);
            }
        }
        try {
            return new BigDecimal(digits).multiply(BigDecimal.valueOf(unit)).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw Refusal.usage("argument --" + name + ": invalid int value: '" + text + "'");
        }
    }

    private static Refusal invalid(String name, String rule, String value) {
        String field = name.replace('-', '_');
        return Refusal.configuration("1 validation error for " + owner(field) + "\n" + field + "\n  " + rule
                + " [type=" + (rule.contains("less") ? "less_than_equal" : "greater_than_equal") + ", input_value="
                + value
                + ", input_type=" + (value != null && value.contains(".") ? "float" : "int") + "]");
    }

    private static String owner(String field) {
        if (field.endsWith("parallel_size")) {
            return "ParallelConfig";
        }
        return switch (field.toLowerCase(Locale.ROOT)) {
            case "block_size", "gpu_memory_utilization", "num_gpu_blocks_override" -> "CacheConfig";
            case "max_model_len" -> "ModelConfig";
            default -> "SchedulerConfig";
        };
    }
}
