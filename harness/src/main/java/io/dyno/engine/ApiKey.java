package io.dyno.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The key that a server wants. It travels in a header and is nowhere written down: not in files, argv, logs or messages. */
public final class ApiKey {
    /** Where the key of a foreign server is looked for, in this order. vLLM itself reads the first. */
    public static final List<String> VARIABLES = List.of("VLLM_API_KEY", "OPENAI_API_KEY");

    private final String variable;
    private final String value;

    private ApiKey(String variable, String value) {
        this.variable = variable;
        this.value = value;
    }

    /** The key of this process's environment for a server that somebody else started. */
    public static Optional<ApiKey> ofEnvironment() {
        return find(VARIABLES, System::getenv);
    }

    /** The key that an engine of ours has inherited, and so demands. */
    public static Optional<ApiKey> ofOwnEngine() {
        return find(VARIABLES.subList(0, 1), System::getenv);
    }

    /**
     * The first of these variables that is set and not blank. Blanks around a key, as a line feed from a file, are not part of it.
     *
     * @throws IllegalArgumentException when the key cannot be sent in a header; the message does not repeat it
     */
    static Optional<ApiKey> find(List<String> variables, Function<String, String> environment) {
        for (String variable : variables) {
            String value = environment.apply(variable);
            if (value != null && !value.isBlank()) {
                if (!value.strip().chars().allMatch(c -> c > ' ' && c < 127)) {
                    throw new IllegalArgumentException(
                            variable + " holds a character that no HTTP header can; set it to the key alone");
                }
                return Optional.of(new ApiKey(variable, value.strip()));
            }
        }
        return Optional.empty();
    }

    /** The variable that it comes from. */
    public String variable() {
        return variable;
    }

    /** The header that carries it. */
    public Map<String, String> header() {
        return Map.of("Authorization", "Bearer " + value);
    }

    /** Names the variable, never the key. */
    @Override
    public String toString() {
        return "the key of " + variable;
    }
}
