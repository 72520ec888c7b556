package io.dyno.engine;

import io.dyno.engine.GpuProbe.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which GPUs CUDA shows to a process, and in which order: what {@code CUDA_VISIBLE_DEVICES} says. Pure.
 *
 * <p>The list holds indices, or beginnings of uuids ({@code GPU-…}, {@code MIG-…}); what its first element is, the others must be too. The
 * first element that names no GPU, or more than one, ends the list, {@code -1} among them; a GPU named twice leaves none at all. Of an
 * index, the leading digits count. Indices are taken as {@code CUDA_DEVICE_ORDER=PCI_BUS_ID} counts, as vLLM advises on machines with GPUs of
 * several kinds; where all are alike, CUDA's own order is the same.
 */
public final class VisibleDevices {
    /** The environment variable. */
    public static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    private static final Pattern INDEX = Pattern.compile("[+]?(\\d{1,6}).*");
    private static final String GPU = "GPU-";
    private static final String MIG = "MIG-";

    private VisibleDevices() {}

    /** As {@link #of(List, String, UnaryOperator)} where MIG devices are not known. */
    public static List<Gpu> of(List<Gpu> all, String variable) {
        return of(all, variable, mig -> null);
    }

    /**
     * The visible ones, counted anew from 0.
     *
     * @param all as in {@link #places}
     */
    public static List<Gpu> of(List<Gpu> all, String variable, UnaryOperator<String> parentOfMig) {
        List<Gpu> seen = new ArrayList<>();
        for (int place : places(all, variable, parentOfMig)) {
            Gpu gpu = all.get(place);
            seen.add(new Gpu(seen.size(), gpu.uuid(), gpu.name(), gpu.memoryBytes()));
        }
        return List.copyOf(seen);
    }

    /**
     * Where in the list the visible ones are, in their order.
     *
     * @param all the machine's GPUs that a process may open, in PCI bus order: CUDA's index is the place among these
     * @param variable the variable's value, or null when it is not set
     * @param parentOfMig uuid of the GPU that a MIG device is a part of, or null when it is not known; a GPU is listed once however many of its
     *     MIG devices are named
     */
    public static List<Integer> places(List<Gpu> all, String variable, UnaryOperator<String> parentOfMig) {
        if (variable == null) {
            return IntStream.range(0, all.size()).boxed().toList();
        }
        String[] wanted = variable.split(",", -1);
        String kind = kind(wanted[0]);
        List<Integer> chosen = new ArrayList<>();
        for (String element : wanted) {
            OptionalInt place =
                    kind(element).equals(kind) ? find(all, element.strip(), kind, parentOfMig) : OptionalInt.empty();
            if (place.isEmpty()) {
                break;
            }
            if (!chosen.contains(place.getAsInt())) {
                chosen.add(place.getAsInt());
            } else if (!kind.equals(MIG)) {
                return List.of();
            }
        }
        return chosen;
    }

    private static String kind(String element) {
        String upper = element.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith(GPU) ? GPU : upper.startsWith(MIG) ? MIG : "";
    }

    private static OptionalInt find(List<Gpu> all, String wanted, String kind, UnaryOperator<String> parentOfMig) {
        return switch (kind) {
            case GPU -> beginningWith(all, wanted);
            case MIG -> {
                String parent = parentOfMig.apply(wanted);
                yield parent == null ? OptionalInt.empty() : beginningWith(all, parent);
            }
            default -> {
                Matcher index = INDEX.matcher(wanted);
                int place = index.matches() ? Integer.parseInt(index.group(1)) : all.size();
                yield place < all.size() ? OptionalInt.of(place) : OptionalInt.empty();
            }
        };
    }

    private static OptionalInt beginningWith(List<Gpu> all, String wanted) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        int[] found = IntStream.range(0, all.size())
                .filter(place -> all.get(place).uuid() != null
                        && all.get(place).uuid().toLowerCase(Locale.ROOT).startsWith(lower))
                .toArray();
        return found.length == 1 ? OptionalInt.of(found[0]) : OptionalInt.empty();
    }
}
