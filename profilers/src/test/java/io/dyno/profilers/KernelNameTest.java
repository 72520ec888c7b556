package io.dyno.profilers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aten::addmm | aten::addmm",
                "void cutlass::Kernel2<cutlass_80_bf16>(T1::Params) | cutlass::Kernel2",
                "void at::native::(anonymous namespace)::softmax<4>(float*) | at::native::softmax",
                "nvjet_tst_128x64(int) | nvjet_tst_128x64",
                "<unknown> | <unknown>",
                "a_name_that_goes_on_and_on_without_any_end_in_sight_for_ever_and_ever | a_name_that_goes_on_and_on_without_any_end_in_sight_for_eve…",
            })
    void templateArgumentsAndParametersAreLeftOut(String name, String shortened) {
        assertThat(KernelName.shortened(name)).isEqualTo(shortened);
    }
}
