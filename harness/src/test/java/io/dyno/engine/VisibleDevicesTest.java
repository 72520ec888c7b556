package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dyno.engine.GpuProbe.Gpu;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleDevicesTest {
    private static final List<Gpu> ALL = List.of(
            new Gpu(0, "GPU-aaaa0000-1", "NVIDIA H100 80GB HBM3", 85L),
            new Gpu(1, "GPU-aaab1111-2", "NVIDIA H100 80GB HBM3", 85L),
            new Gpu(2, "GPU-cccc2222-3", "NVIDIA L4", 24L));

    private static final Map<String, String> MIG =
            Map.of("MIG-one", "GPU-aaab1111-2", "MIG-two", "GPU-aaab1111-2", "MIG-three", "GPU-aaaa0000-1");

    /** Which of the machine's GPUs a value leaves, in which order. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(nullValues = "-", quoteCharacter = '"', textBlock = """
            -,                      0 1 2
            "",                     ""
            -1,                     ""
            "0,-1,2",               0
            NoDevFiles,             ""
            "2, 0",                 2 0
            "0,7,2",                0
            "0,,2",                 0
            "+1",                   1
            "1gpu,2ampere",         1 2
            "0,1,0",                ""
            GPU-cccc,               2
            "GPU-cccc,GPU-aaaa",    2 0
            GPU-aaa,                ""
            "gpu-CCCC2",            2
            "GPU-cccc,7,GPU-aaaa",  2
            "GPU-cccc,GPU-cccc2",   ""
            "0,GPU-cccc",           0
            "GPU-cccc,0",           2
            MIG-one,                1
            "MIG-one,MIG-two",      1
            "MIG-three,MIG-one",    0 1
            "MIG-one,MIG-unknown",  1
            MIG-unknown,            ""
            """)
    void theVariableChoosesAndOrders(String variable, String listed) {
        List<Gpu> visible = VisibleDevices.of(ALL, variable, MIG::get);

        assertThat(visible.stream()
                        .map(gpu -> ALL.stream()
                                .filter(g -> g.uuid().equals(gpu.uuid()))
                                .findFirst()
                                .orElseThrow())
                        .map(gpu -> Integer.toString(gpu.index()))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(listed);
        assertThat(visible).extracting(Gpu::index).as("counted anew from 0").startsWith(first(visible.size()));
    }

    private static Integer[] first(int n) {
        Integer[] indices = new Integer[n];
        for (int i = 0; i < n; i++) {
            indices[i] = i;
        }
        return indices;
    }

    @Test
    void gpusWithoutUuidsAreFoundByIndexOnly() {
        List<Gpu> nameless = List.of(new Gpu(0, null, null, null), new Gpu(1, null, null, null));

        assertThat(VisibleDevices.of(nameless, "1")).hasSize(1);
        assertThat(VisibleDevices.of(nameless, "GPU-aaaa")).isEmpty();
    }
}
