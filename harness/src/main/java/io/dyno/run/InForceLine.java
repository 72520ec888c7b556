package io.dyno.run;

import io.dyno.plan.InForce;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is in force, short enough for one line: what decides speed, and nothing that is off and always is. */
final class InForceLine {
    private static final String DOT = " · ";

    private InForceLine() {}

    /** {@code maxNumSeqs 128 · KV 2,097,152 tokens (16,384 blocks of 128) · bfloat16 · eager}; empty when nothing is known. */
    static String of(InForce inForce) {
        List<String> parts = new ArrayList<>();
        for (String name : List.of("maxNumSeqs", "maxNumBatchedTokens", "maxModelLen")) {
            inForce.get(name).ifPresent(value -> parts.add(name + " " + value));
        }
        kvCache(inForce).ifPresent(parts::add);
        inForce.get("dtype").ifPresent(parts::add);
        inForce.get("kvCacheDtype").filter(type -> !type.equals("auto")).ifPresent(type -> parts.add("KV " + type));
        inForce.get("quantization").filter(method -> !method.equals("none")).ifPresent(parts::add);
        graphs(inForce).ifPresent(parts::add);
        inForce.get("enablePrefixCaching")
                .ifPresent(on -> parts.add((on.equals("true") ? "" : "no ") + "prefix caching"));
        inForce.get("enable-chunked-prefill")
                .ifPresent(on -> parts.add((on.equals("true") ? "" : "no ") + "chunked prefill"));
        inForce.get("async-scheduling").filter("true"::equals).ifPresent(on -> parts.add("async scheduling"));
        inForce.get("attention-backend").ifPresent(backend -> parts.add("attention " + backend));
        for (String size : List.of("tp", "pp", "dp")) {
            inForce.get(size).filter(n -> !n.equals("1")).ifPresent(n -> parts.add(size + " " + n));
        }
        inForce.get("expertParallel").filter("true"::equals).ifPresent(on -> parts.add("expert parallel"));
        inForce.get("device").ifPresent(parts::add);
        return String.join(DOT, parts);
    }

    private static Optional<String> kvCache(InForce inForce) {
        return inForce.get(InForce.KV_TOKENS).map(tokens -> {
            String blocks = inForce.get(InForce.KV_BLOCKS)
                    .flatMap(n -> inForce.get("blockSize").map(size -> " (" + grouped(n) + " blocks of " + size + ")"))
                    .orElse("");
            return "KV " + grouped(tokens) + " tokens" + blocks;
        });
    }

    private static Optional<String> graphs(InForce inForce) {
        if (inForce.get("enforceEager").filter("true"::equals).isPresent()) {
            return Optional.of("eager");
        }
        return inForce.get("cudagraph_mode")
                .map(mode -> mode.equals("NONE") ? "no CUDA graphs" : "CUDA graphs " + mode);
    }

    /** Where the engine does not do what it was asked, or empty. */
    static String differs(InForce inForce, Map<String, Object> asked) {
        return String.join(
                "; ",
                inForce.differences(asked).stream()
                        .map(InForce.Difference::text)
                        .toList());
    }

    private static String grouped(String number) {
        return number.matches("\\d{1,18}") ? String.format(Locale.ROOT, "%,d", Long.parseLong(number)) : number;
    }
}
