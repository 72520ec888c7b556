package io.dyno.engine;

import io.dyno.plan.InForce;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gauge {@code vllm:cache_config_info} of a page of {@code /metrics}, read for what is in force. Pure: text in, values out. */
final class CacheConfigInfo {
    private static final Pattern LINE = Pattern.compile("^vllm:cache_config_info\\{(.*)} ", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Labels to the flags of their names; further ones are of no interest. */
    private static final Map<String, String> LABELS = Map.of(
            "block_size",
            "block-size",
            "cache_dtype",
            "kv-cache-dtype",
            "enable_prefix_caching",
            "enable-prefix-caching",
            "gpu_memory_utilization",
            "gpu-memory-utilization",
            InForce.KV_BLOCKS,
            InForce.KV_BLOCKS,
            InForce.KV_TOKENS,
            InForce.KV_TOKENS);

    private CacheConfigInfo() {}

    /** Values in force; those in which data-parallel engines differ are joined by a slash. Empty when the page has no such gauge. */
    static Map<String, String> read(String page) {
        Map<String, Set<String>> told = new LinkedHashMap<>();
        Matcher line = LINE.matcher(page);
        while (line.find()) {
            Matcher label = LABEL.matcher(line.group(1));
            while (label.find()) {
                String flag = LABELS.get(label.group(1));
                if (flag != null && !label.group(2).equals("None")) {
                    told.computeIfAbsent(InForce.nameOf(flag), name -> new LinkedHashSet<>())
                            .add(InForce.plain(label.group(2)));
                }
            }
        }
        Map<String, String> values = new TreeMap<>();
        told.forEach((name, each) -> values.put(name, String.join("/", each)));
        return values;
    }
}
