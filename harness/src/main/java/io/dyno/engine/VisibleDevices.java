package io.dyno.engine;

import io.dyno.engine.GpuProbe.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
     * @param all the machine's GPUs in PCI bus order
     * @param variable the variable's value, or null when it is not set
     * @param parentOfMig uuid of the GPU that a MIG device is a part of, or null when it is not known; a GPU is listed once however many of its
     *     MIG devices are named
     */
    public static List<Gpu> of(List<Gpu> all, String variable, UnaryOperator<String> parentOfMig) {
        if (variable == null) {
            return all;
        }
        String[] wanted = variable.split(",", -1);
        String kind = kind(wanted[0]);
        List<Gpu> chosen = new ArrayList<>();
        for (String element : wanted) {
            Optional<Gpu> gpu =
                    kind(element).equals(kind) ? find(all, element.strip(), kind, parentOfMig) : Optional.empty();
            if (gpu.isEmpty()) {
                break;
            }
            if (!chosen.contains(gpu.get())) {
                chosen.add(gpu.get());
            } else if (!kind.equals(MIG)) {
                return List.of();
            }
        }
        List<Gpu> seen = new ArrayList<>();
        for (Gpu gpu : chosen) {
            seen.add(new Gpu(seen.size(), gpu.uuid(), gpu.name(), gpu.memoryBytes()));
        }
        return List.copyOf(seen);
    }

    private static String kind(String element) {
        String upper = element.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith(GPU) ? GPU : upper.startsWith(MIG) ? MIG : "";
    }

    private static Optional<Gpu> find(List<Gpu> all, String wanted, String kind, UnaryOperator<String> parentOfMig) {
        return switch (kind) {
            case GPU -> beginningWith(all, wanted);
            case MIG -> Optional.ofNullable(parentOfMig.apply(wanted)).flatMap(uuid -> beginningWith(all, uuid));
            default -> {
                Matcher index = INDEX.matcher(wanted);
                yield index.matches() ? at(all, Integer.parseInt(index.group(1))) : Optional.empty();
            }
        };
    }

    private static Optional<Gpu> at(List<Gpu> all, int index) {
        return all.stream().filter(gpu -> gpu.index() == index).findFirst();
    }

    private static Optional<Gpu> beginningWith(List<Gpu> all, String wanted) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        List<Gpu> found = all.stream()
                .filter(gpu -> gpu.uuid() != null
                        && gpu.uuid().toLowerCase(Locale.ROOT).startsWith(lower))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
