package io.dyno.profilers.nvml;

import io.dyno.profilers.nvml.NvmlDevice.EccErrors;
import io.dyno.profilers.nvml.NvmlDevice.GpuProcess;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * What there is to doubt about one GPU, from readings of it. Pure. Doubts are texts by their code; the GPU's number is in the text.
 */
final class GpuDoubts {
    /** Memory in use besides the engine, as a share of all: below it, contexts of drivers and daemons. */
    static final double FREE_ENOUGH = 0.02;

    /** Of these, the reading before the engine's start counts. */
    private static final Set<String> BEFORE_THE_START = Set.of(GuardReading.MEMORY, GuardReading.POWER_LIMIT);

    private final String gpu;
    private final GuardReading before;
    private final LongFunction<String> nameOf;
    private final Set<Long> strangersBefore;

    /** NVML's words when it has gone, else null. */
    private String lost;

    private boolean lostWasTold;

    /** The last that was told: a reading may be without. */
    private EccErrors ecc;

    private int readings;
    private final Map<ClockEventReason, Integer> held = new EnumMap<>(ClockEventReason.class);

    /** A cause of a hardware slowdown was seen beside it. */
    private boolean slowdownHasCause;

    private final Map<Long, GpuProcess> strangers = new TreeMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<String, String> failed = new TreeMap<>();
    private long corrected;
    private long uncorrected;

    /**
     * Begins with the reading before the engine's start.
     *
     * @param index the GPU's number for the user
     * @param nameOf a process's name in brackets with a blank in front, or an empty text
     */
    GpuDoubts(int index, GuardReading before, LongFunction<String> nameOf) {
        this.gpu = "GPU " + index;
        this.before = before;
        this.lost = before.lost();
        this.ecc = before.ecc();
        this.nameOf = nameOf;
        this.strangersBefore = before.processes() == null
                ? Set.of()
                : before.processes().stream().map(GpuProcess::pid).collect(Collectors.toSet());
    }

    /**
     * Takes in a reading while the engine lives.
     *
     * @param ours whether a process is the engine's
     * @param comparable whether process ids mean the same to NVML and to us; where they do not, as in some containers, only those that were
     *     there before the engine are strangers
     */
    void observe(GuardReading now, LongPredicate ours, boolean comparable) {
        lost = now.lost();
        if (lost != null) {
            return;
        }
        readings++;
        if (now.reasons() != null) {
            now.reasons().forEach(reason -> held.merge(reason, 1, Integer::sum));
            slowdownHasCause |= now.reasons().contains(ClockEventReason.HW_SLOWDOWN)
                    && (now.reasons().contains(ClockEventReason.HW_THERMAL)
                            || now.reasons().contains(ClockEventReason.HW_POWER_BRAKE));
        }
        count(now.ecc());
        if (now.processes() != null) {
            for (GpuProcess process : now.processes()) {
                boolean stranger = comparable ? !ours.test(process.pid()) : strangersBefore.contains(process.pid());
                if (stranger) {
                    strangers.put(process.pid(), process);
                }
            }
        }
        now.failed().keySet().forEach(about -> failures.merge(about, 1, Integer::sum));
        failed.putAll(now.failed());
    }

    private void count(EccErrors now) {
        if (now != null && ecc != null) {
            corrected += Math.max(0, now.corrected() - ecc.corrected());
            uncorrected += Math.max(0, now.uncorrected() - ecc.uncorrected());
        }
        ecc = now == null ? ecc : now;
    }

    /** Doubts of the time since the last call, and those that stand since before the engine's start; by code. */
    Map<String, String> drain() {
        Map<String, String> doubts = standing();
        String throttled = shares(ClockEventReason.Kind.THROTTLE);
        if (!throttled.isEmpty()) {
            doubts.put("gpu_throttled", gpu + " " + throttled);
        }
        String capped = shares(ClockEventReason.Kind.POWER_CAP);
        if (!capped.isEmpty()) {
            doubts.put("gpu_power_capped", gpu + " " + capped);
        }
        errors(doubts);
        if (!strangers.isEmpty()) {
            doubts.put("gpu_foreign_process", gpu + " is also used by " + processes(strangers.values()));
        }
        unanswered(doubts);
        if (lost != null) {
            lostWasTold = true;
            doubts.put("gpu_lost", gpu + ": " + lost);
        }
        readings = 0;
        held.clear();
        slowdownHasCause = false;
        strangers.clear();
        failures.clear();
        failed.clear();
        return doubts;
    }

    /**
     * What came up after the last window, by code: it can be told of the fork only.
     *
     * @param now a reading after the engine's end
     */
    Map<String, String> atTheEnd(GuardReading now) {
        Map<String, String> doubts = new LinkedHashMap<>();
        count(now.ecc());
        errors(doubts);
        if (now.lost() != null && !lostWasTold) {
            doubts.put("gpu_lost", gpu + ": " + now.lost());
        }
        return doubts;
    }

    private void errors(Map<String, String> doubts) {
        if (corrected + uncorrected > 0) {
            doubts.put(
                    "gpu_ecc_errors",
                    gpu + " had " + corrected + " corrected and " + uncorrected + " uncorrected memory errors");
        }
        corrected = 0;
        uncorrected = 0;
    }

    /** What no reading knew because NVML failed: once in a while is no matter, but this nobody has watched. */
    private void unanswered(Map<String, String> doubts) {
        Map<String, String> never = new TreeMap<>(failed);
        never.keySet().removeIf(about -> failures.get(about) < readings || BEFORE_THE_START.contains(about));
        before.failed().forEach((about, words) -> {
            if (BEFORE_THE_START.contains(about)) {
                never.put(about + " before the engine started", words);
            }
        });
        if (!never.isEmpty()) {
            doubts.put(
                    "gpu_unwatched",
                    gpu + " did not tell its "
                            + never.entrySet().stream()
                                    .map(e -> e.getKey() + " (" + e.getValue() + ")")
                                    .collect(Collectors.joining(", ")));
        }
    }

    private Map<String, String> standing() {
        Map<String, String> doubts = new LinkedHashMap<>();
        if (before.memory() != null
                && before.memory().usedBytes() > FREE_ENOUGH * before.memory().totalBytes()) {
            doubts.put(
                    "gpu_memory_not_free",
                    gpu + " had " + gibibytes(before.memory().usedBytes()) + " in use before the engine started"
                            + (strangersBefore.isEmpty() ? "" : ", with " + processes(before.processes())));
        }
        Integer limit = before.powerLimitMilliwatts();
        Integer usual = before.defaultPowerLimitMilliwatts();
        if (limit != null && usual != null && limit < usual) {
            doubts.put(
                    "gpu_power_limit", gpu + " is limited to " + limit / 1000 + " W, below its " + usual / 1000 + " W");
        }
        return doubts;
    }

    /** What of a kind was seen, and in how many readings. */
    private String shares(ClockEventReason.Kind kind) {
        List<String> parts = new ArrayList<>();
        held.forEach((reason, times) -> {
            // once and without its cause, it may be a change of the performance state
            boolean passing = reason == ClockEventReason.HW_SLOWDOWN && times < 2 && !slowdownHasCause;
            if (reason.kind() == kind && !passing) {
                parts.add(reason.text() + " in " + times + " of " + readings + " readings");
            }
        });
        return String.join(", ", parts);
    }

    private String processes(Iterable<GpuProcess> processes) {
        List<String> parts = new ArrayList<>();
        for (GpuProcess process : processes) {
            parts.add("process " + process.pid() + nameOf.apply(process.pid())
                    + (process.usedBytes() == null ? "" : " with " + gibibytes(process.usedBytes())));
        }
        return String.join(", ", parts);
    }

    /** Whether the memory that the engine had is free again. */
    boolean returned(GuardReading now) {
        return now.memory() == null
                || before.memory() == null
                || now.memory().usedBytes() - before.memory().usedBytes()
                        <= FREE_ENOUGH * now.memory().totalBytes();
    }

    /** The text for memory that did not come back. */
    String notReturned(GuardReading now) {
        long more = Objects.requireNonNull(now.memory()).usedBytes()
                - Objects.requireNonNull(before.memory()).usedBytes();
        return gpu + " has " + gibibytes(more) + " more in use than before the engine started";
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
