package io.dyno.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One process of an engine. No shell is involved: each element of {@code argv} reaches the program as it is.
 *
 * @param node the node it runs on, from 0
 * @param role its part in the engine
 * @param argv program and arguments; {@link EngineSpec#PORT} stands for the port that the launcher found free
 * @param env what is added to the environment; secrets are never here
 * @param patience how its end is waited for, of one that must not be killed; null of any other
 */
public record ProcessSpec(int node, Role role, List<String> argv, Map<String, String> env, Patience patience) {
    /** A process's part. The names in dry runs are these in lower case. */
    public enum Role {
        SINGLE,
        HEAD,
        WORKER,
        RANK
    }

    public ProcessSpec {
        argv = List.copyOf(argv);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
    }

    /** An ordinary process, which may be killed. */
    public ProcessSpec(int node, Role role, List<String> argv, Map<String, String> env) {
        this(node, role, argv, env, null);
    }

    /** The same process with more in its environment, which wins over what was there. */
    public ProcessSpec withEnv(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(env);
        all.putAll(more);
        return new ProcessSpec(node, role, argv, all, patience);
    }

    /** The same process with another argv: what a profiler's or container's wrap step makes. */
    public ProcessSpec withArgv(List<String> newArgv) {
        return new ProcessSpec(node, role, newArgv, env, patience);
    }

    /** The same process, which must not be killed. */
    public ProcessSpec withPatience(Patience newPatience) {
        return new ProcessSpec(node, role, argv, env, newPatience);
    }
}
