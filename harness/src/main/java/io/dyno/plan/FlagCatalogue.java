package io.dyno.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Every flag of one version of {@code vllm serve}. Read from a table in this package, which {@code FlagCatalogueGenerator} (among the
 * tests) makes from vLLM's own help.
 */
public final class FlagCatalogue {
    private static final String RESOURCE = "vllm-0.32.0-flags.tsv";

    private final String version;
    private final Map<String, Flag> byName;
    private final Map<String, Flag> bySpelling;

    private FlagCatalogue(String version, List<Flag> flags) {
        this.version = version;
        Map<String, Flag> names = new LinkedHashMap<>();
        Map<String, Flag> spellings = new LinkedHashMap<>();
        for (Flag flag : flags) {
            names.put(flag.name(), flag);
            spellings.put("--" + flag.name(), flag);
            flag.aliases().forEach(alias -> spellings.put(alias, flag));
            if (flag.arity() == Arity.TOGGLE) {
                spellings.put("--no-" + flag.name(), flag);
            }
        }
        byName = Collections.unmodifiableMap(names);
        bySpelling = Collections.unmodifiableMap(spellings);
    }

    /** What follows a flag on the command line. */
    public enum Arity {
        /** Nothing; there is no {@code --no-} form. */
        SWITCH,
        /** Nothing; {@code --no-flag} says false. */
        TOGGLE,
        /** One value. */
        VALUE,
        /** One value or nothing. */
        OPTIONAL,
        /** One value or more. */
        LIST,
        /** One value that is JSON; {@code --flag.key value} sets one key. */
        JSON
    }

    /**
     * A flag.
     *
     * @param name without dashes: {@code max-num-seqs}
     * @param arity what follows it
     * @param aliases other spellings, with dashes: {@code -tp}
     * @param choices the words it takes; empty when it takes any
     * @param open whether words beside {@code choices} are taken too
     * @param defaultText vLLM's default as its help prints it; empty when it prints none
     */
    public record Flag(
            String name, Arity arity, List<String> aliases, List<String> choices, boolean open, String defaultText) {
        public Flag {
            aliases = List.copyOf(aliases);
            choices = List.copyOf(choices);
        }

        /** Whether its values are true and false. */
        public boolean isBoolean() {
            return arity == Arity.SWITCH || arity == Arity.TOGGLE;
        }
    }

    /** The catalogue of the vLLM version that Dyno knows. */
    public static FlagCatalogue vllm() {
        return Loaded.VLLM;
    }

    private static final class Loaded {
        private static final FlagCatalogue VLLM = load();
    }

    /**
     * The catalogue of an installed vLLM.
     *
     * @param version its version, or {@code unknown}
     * @param help the output of {@code vllm serve --help=all}, 80 columns wide
     * @throws IllegalArgumentException when the text is no such help
     */
    public static FlagCatalogue ofHelp(String version, String help) {
        List<Flag> flags = ServeHelp.flags(help);
        if (flags.isEmpty()) {
            throw new IllegalArgumentException("the text lists no flag");
        }
        return new FlagCatalogue(version, flags);
    }

    /**
     * Reads what {@link #table} wrote.
     *
     * @throws IllegalArgumentException when the text is no such table
     */
    public static FlagCatalogue ofTable(String table) {
        try {
            FlagCatalogue catalogue = read(table.lines().toList());
            if (catalogue.byName.isEmpty()) {
                throw new IllegalArgumentException("the table lists no flag");
            }
            return catalogue;
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a line of the table is torn", e);
        }
    }

    /** The catalogue as a table, a flag a line. */
    public String table() {
        StringBuilder table = new StringBuilder("# vllm\t" + version + "\n# name\tarity\taliases\tchoices\tdefault\n");
        for (Flag flag : all()) {
            List<String> choices = new ArrayList<>(flag.choices());
            if (flag.open()) {
                choices.add("*");
            }
            table.append(String.join(
                            "\t",
                            flag.name(),
                            flag.arity().name().toLowerCase(Locale.ROOT),
                            String.join(",", flag.aliases()),
                            String.join(",", choices),
                            flag.defaultText()))
                    .append('\n');
        }
        return table.toString();
    }

    /** That an engine of another version runs, for a human; empty when it is this one, builds such as {@code +cpu} not regarded. */
    public Optional<String> otherVersion(String engine) {
        return engine == null || engine.split("\\+", 2)[0].equals(version)
                ? Optional.empty()
                : Optional.of("flag names were checked against vLLM " + version + "; this is " + engine);
    }

    /** The version of vLLM it describes: {@code 0.32.0}. */
    public String version() {
        return version;
    }

    /** All flags in the order of vLLM's help. */
    public Collection<Flag> all() {
        return byName.values();
    }

    /**
     * The flag of a spelling: the name with or without its dashes, with underscores for dashes, in camel case, {@code --no-name}, a short
     * form such as {@code -tp}, a key of a JSON flag such as {@code --profiler-config.profiler}.
     */
    public Optional<Flag> find(String spelling) {
        if (spelling.startsWith("-") && !spelling.startsWith("--")) {
            Flag brief = bySpelling.get(keyless(spelling));
            return Optional.ofNullable(spelling.matches("-O\\d?") ? byName.get("optimization-level") : brief);
        }
        String name = Spelling.kebab(spelling.startsWith("--") ? spelling.substring(2) : spelling);
        Flag exact = bySpelling.get("--" + name);
        if (exact != null) {
            return Optional.of(exact);
        }
        return Optional.ofNullable(bySpelling.get("--" + keyless(name))).filter(flag -> flag.arity() == Arity.JSON);
    }

    /**
     * The name that an unknown one was meant to be: at most a quarter of the letters wrong. Stricter than other suggestions, because a flag
     * that is merely similar may be one of a newer vLLM.
     */
    public Optional<String> closest(String unknown) {
        String name = unknown.replaceFirst("^-+", "");
        return Suggestions.closest(name, byName.keySet())
                .filter(close -> Suggestions.distance(name, close) <= Math.max(1, name.length() / 4));
    }

    private static String keyless(String spelling) {
        int dot = spelling.indexOf('.');
        return dot < 0 ? spelling : spelling.substring(0, dot);
    }

    private static FlagCatalogue load() {
        try (InputStream in = FlagCatalogue.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("Dyno's jar lacks " + RESOURCE + ": build it again");
            }
            return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FlagCatalogue read(List<String> lines) {
        String version = lines.get(0).substring(lines.get(0).indexOf('\t') + 1);
        List<Flag> flags = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith("#")) {
                String[] cells = line.split("\t", -1);
                List<String> choices = new ArrayList<>(list(cells[3]));
                boolean open = choices.remove("*");
                flags.add(new Flag(
                        cells[0],
                        Arity.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                        list(cells[2]),
                        choices,
                        open,
                        cells[4]));
            }
        }
        return new FlagCatalogue(version, flags);
    }

    private static List<String> list(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split(","));
    }
}
