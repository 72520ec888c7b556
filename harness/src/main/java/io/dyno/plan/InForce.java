package io.dyno.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an engine really uses, as far as it tells.
 *
 * @param values by name, sorted: a setting's own name where there is one, else vLLM's; as text, in one spelling ({@code true},
 *     {@code bfloat16}, {@code 2097152})
 * @param from the source of each value: {@link Source#id} to names
 * @param missing what is not known and why, in one sentence, or null when all that Dyno looks for is known
 */
public record InForce(Map<String, String> values, Map<String, List<String>> from, String missing) {
    /** Nothing is known, and nobody asked. */
    public static final InForce UNKNOWN = new InForce(Map.of(), Map.of(), null);

    /** Blocks of the KV cache in vLLM's words. */
    public static final String KV_BLOCKS = "num_gpu_blocks";

    /** Tokens that fit into the KV cache in vLLM's words. */
    public static final String KV_TOKENS = "kv_cache_size_tokens";

    /** What follows from memory that was free at the start, and so may differ a little from one start to the next. */
    private static final List<String> MEASURED_AT_START = List.of(KV_BLOCKS, KV_TOKENS);

    private static final Pattern HUMAN_NUMBER = Pattern.compile("(\\d+(?:\\.\\d+)?)([kKmMgGtT])");

    /** vLLM's own short names of types. */
    private static final Map<String, String> TYPES = Map.of("half", "float16", "float", "float32");

    public InForce {
        values = Collections.unmodifiableMap(new TreeMap<>(values == null ? Map.of() : values));
        Map<String, List<String>> copy = new LinkedHashMap<>();
        if (from != null) {
            from.forEach((source, names) -> copy.put(source, List.copyOf(names)));
        }
        from = Collections.unmodifiableMap(copy);
    }

    /** Who says so, the most direct first. */
    public enum Source {
        /** The configuration of an offline engine, read in its own process. */
        ENGINE,
        /** {@code GET /server_info}: the engine's configuration; in dev mode only. */
        SERVER_INFO,
        /** {@code GET /metrics}. */
        METRICS,
        /** {@code GET /v1/models}. */
        MODELS,
        /** The engine's log. */
        LOG;

        /** {@code server_info}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A setting that the engine does not use as it was asked to.
     *
     * @param setting its name
     * @param asked the value asked for, as text
     * @param used the value in force
     */
    public record Difference(String setting, String asked, String used) {
        /** {@code maxNumSeqs asked 256, used 128}. */
        public String text() {
            return setting + " asked " + asked + ", used " + used;
        }
    }

    /** The value of a name, if it is known. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Where the engine does not do what it was asked. What was not asked for, or left to vLLM ({@code auto}), cannot differ; what the engine
     * does not tell is not judged.
     *
     * @param asked settings as {@link SettingValues} or a journal hold them
     */
    public List<Difference> differences(Map<String, Object> asked) {
        List<Difference> differences = new ArrayList<>();
        asked.forEach((name, value) -> {
            String used = values.get(name);
            String text = Values.text(value);
            if (used != null && !leftToVllm(name, text) && !same(text, used)) {
                differences.add(new Difference(name, text, used));
            }
        });
        return differences;
    }

    /**
     * Settings in which engines of one configuration differ: name to one value each. What some of them did not tell is not compared, nor is
     * what each start measures anew ({@link #measuredDifferently}).
     */
    public static Map<String, List<String>> differentSettings(Collection<InForce> engines) {
        Map<String, List<String>> varying = varying(engines);
        varying.keySet().removeAll(MEASURED_AT_START);
        return varying;
    }

    /** The sizes of the KV cache, where engines of one configuration found room for different ones: name to one value each. */
    public static Map<String, List<String>> measuredDifferently(Collection<InForce> engines) {
        Map<String, List<String>> varying = varying(engines);
        varying.keySet().retainAll(MEASURED_AT_START);
        return varying;
    }

    private static Map<String, List<String>> varying(Collection<InForce> engines) {
        Map<String, List<String>> values = new TreeMap<>();
        engines.forEach(
                engine -> engine.values().forEach((name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>())
                        .add(value)));
        values.values()
                .removeIf(each ->
                        each.size() < engines.size() || each.stream().distinct().count() == 1);
        return values;
    }

    /** The name that a field of vLLM's configuration has here: {@code maxNumSeqs} for {@code max_num_seqs}. */
    public static String nameOf(String field) {
        return Settings.ofFlag(field).map(Setting::name).orElse(field);
    }

    /** Python's words as ours: {@code True} is {@code true}, {@code None} is {@code none}, {@code torch.bfloat16} is {@code bfloat16}. */
    public static String plain(String value) {
        return switch (value) {
            case "True", "False", "None" -> value.toLowerCase(Locale.ROOT);
            default -> value.startsWith("torch.") ? value.substring("torch.".length()) : value;
        };
    }

    private static boolean leftToVllm(String name, String asked) {
        return asked.equalsIgnoreCase("auto") || (name.equals("maxModelLen") && asked.equals("-1"));
    }

    private static boolean same(String asked, String used) {
        Optional<BigDecimal> number = number(asked);
        if (number.isPresent() && number(used).isPresent()) {
            return number.get().compareTo(number(used).get()) == 0;
        }
        return type(asked).equalsIgnoreCase(type(used));
    }

    private static String type(String text) {
        String plain = plain(text);
        return TYPES.getOrDefault(plain, plain);
    }

    /** A number as vLLM reads one: {@code 1k} is a thousand, {@code 1K} is 1024. */
    private static Optional<BigDecimal> number(String text) {
        Matcher human = HUMAN_NUMBER.matcher(text);
        if (human.matches()) {
            String suffix = human.group(2);
            int power = "kmgt".indexOf(suffix.toLowerCase(Locale.ROOT)) + 1;
            int unit = Character.isLowerCase(suffix.charAt(0)) ? 1000 : 1024;
            return Optional.of(new BigDecimal(human.group(1))
                    .multiply(BigDecimal.valueOf(unit).pow(power)));
        }
        try {
            return Optional.of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Collects values; of several sources of one name the first counts. */
    public static Builder builder() {
        return new Builder();
    }

    /** See {@link InForce#builder}. */
    public static final class Builder {
        private final Map<String, String> values = new TreeMap<>();
        private final Map<String, List<String>> from = new LinkedHashMap<>();

        private Builder() {}

        /** All of one source. */
        public Builder put(Source source, Map<String, String> told) {
            told.forEach((name, value) -> {
                if (values.putIfAbsent(name, value) == null) {
                    from.computeIfAbsent(source.id(), s -> new ArrayList<>()).add(name);
                }
            });
            return this;
        }

        /** Those of these names that no source told. */
        public List<String> unknownOf(List<String> names) {
            return names.stream().filter(name -> !values.containsKey(name)).toList();
        }

        public InForce build(String missing) {
            return new InForce(values, from, missing);
        }
    }
}
