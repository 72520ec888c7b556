package io.dyno.engine.sim;

import io.dyno.plan.Suggestions;
import java.util.List;
import java.util.Optional;

/**
 * The machine that is simulated: what {@code -sim} and the environment variable DYNO_SIM say. Written
 * {@code gpu=H100;gpus=8;seed=1;engine-cv=0.02;fault=stall@12s}, in any order, everything optional.
 *
 * @param gpu which GPU
 * @param gpus how many of them, at least 1
 * @param seed of answers and of the spread between engine starts
 * @param engineCv spread between engine starts: coefficient of variation of a factor on the time of every step, at least 0
 * @param fault what goes wrong on purpose
 * @param faultRank the one process of several, from 0, in which it goes wrong; empty for all
 */
public record SimOptions(
        GpuModel gpu, int gpus, long seed, double engineCv, Optional<Fault> fault, Optional<Integer> faultRank) {
    /** The environment variable that carries the options to the process. */
    public static final String VARIABLE = "DYNO_SIM";

    /**
     * The environment variable that tells starts apart, so that {@code engine-cv} draws the same factor for the same fork of every run:
     * any text, such as the fork's number. Without it the process id does, and the draw cannot be repeated.
     */
    public static final String START_VARIABLE = "DYNO_SIM_START";

    /** Eight H100, seed 1, all starts alike, nothing goes wrong. */
    public static final SimOptions DEFAULT = new SimOptions(GpuModel.H100, 8, 1, 0, Optional.empty(), Optional.empty());

    static final List<String> KEYS = List.of("gpu", "gpus", "seed", "engine-cv", "fault", "fault-rank");
    private static final double MAX_ENGINE_CV = 0.5;

    public SimOptions {
        if (gpus < 1) {
            throw new IllegalArgumentException("gpus=" + gpus + ": a simulated machine has at least 1 GPU.");
        }
        if (!(engineCv >= 0 && engineCv <= MAX_ENGINE_CV)) {
            throw new IllegalArgumentException("engine-cv=" + engineCv
                    + ": a spread between engine starts lies between 0 and " + MAX_ENGINE_CV + ".");
        }
    }

    /**
     * Reads the options; null and blank are the {@link #DEFAULT}.
     *
     * @throws IllegalArgumentException when they cannot be read; the message says what would be right
     */
    public static SimOptions parse(String text) {
        SimOptions options = DEFAULT;
        if (text == null) {
            return options;
        }
        for (String part : text.split(";", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).trim();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("the simulator has no option \"" + key + "\""
                        + Suggestions.didYouMean(key, KEYS) + " It has " + String.join(", ", KEYS) + ".");
            }
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "the simulator's option \"" + key + "\" has no value: write " + key + "=…");
            }
            options = options.with(key, part.substring(equals + 1).trim());
        }
        if (options.faultRank.isPresent() && options.fault.isEmpty()) {
            throw new IllegalArgumentException("fault-rank=" + options.faultRank.get()
                    + " names the process of a fault, and there is no fault: add fault=KIND@WHEN.");
        }
        return options;
    }

    private SimOptions with(String key, String value) {
        return switch (key) {
            case "gpu" -> new SimOptions(GpuModel.named(value), gpus, seed, engineCv, fault, faultRank);
            case "gpus" -> new SimOptions(gpu, (int) integer(key, value), seed, engineCv, fault, faultRank);
            case "seed" -> new SimOptions(gpu, gpus, integer(key, value), engineCv, fault, faultRank);
            case "engine-cv" -> new SimOptions(gpu, gpus, seed, number(key, value), fault, faultRank);
            case "fault" -> new SimOptions(gpu, gpus, seed, engineCv, Optional.of(Fault.parse(value)), faultRank);
            default -> new SimOptions(gpu, gpus, seed, engineCv, fault, Optional.of(rank(value)));
        };
    }

    private static int rank(String value) {
        if (!value.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("fault-rank=" + value + " is no rank: processes count from 0.");
        }
        return Integer.parseInt(value);
    }

    private static long integer(String key, String value) {
        try {
            return key.equals("gpus") ? Integer.parseInt(value) : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + value + " is not a whole number.", e);
        }
    }

    private static double number(String key, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + value + " is not a number.", e);
        }
    }

    /** The same machine as text that {@link #parse} reads: the value of DYNO_SIM. */
    public String text() {
        return "gpu=" + gpu + ";gpus=" + gpus + ";seed=" + seed + ";engine-cv=" + engineCv
                + fault.map(f -> ";fault=" + f).orElse("")
                + faultRank.map(rank -> ";fault-rank=" + rank).orElse("");
    }

    /** What the process of that rank goes by: the same machine, without a fault that is another's. */
    SimOptions ofRank(int rank) {
        boolean others = faultRank.isPresent() && faultRank.get() != rank;
        return others ? new SimOptions(gpu, gpus, seed, engineCv, Optional.empty(), Optional.empty()) : this;
    }
}
