package io.dyno.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimOptionsTest {
    @Test
    void everyOptionIsRead() {
        assertThat(SimOptions.parse("gpu=b200; gpus=4;seed=7 ;engine-cv=0.05;fault=stall@1.5s;fault-rank=1"))
                .isEqualTo(new SimOptions(
                        GpuModel.B200,
                        4,
                        7,
                        0.05,
                        Optional.of(new Fault(Fault.Kind.STALL, new Fault.When.After(1_500_000_000L))),
                        Optional.of(1)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", ";"})
    void nothingMeansTheDefault(String text) {
        assertThat(SimOptions.parse(text)).isEqualTo(SimOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpu=H100;gpus=8;seed=1;engine-cv=0.0",
                "gpu=L4;gpus=1;seed=-3;engine-cv=0.02;fault=oom@start",
                "gpu=A100;gpus=2;seed=1;engine-cv=0.0;fault=http-500@r50",
                "gpu=H200;gpus=2;seed=1;engine-cv=0.0;fault=slow-start@12s",
                "gpu=H200;gpus=2;seed=1;engine-cv=0.0;fault=cut@0.25s",
                "gpu=H200;gpus=2;seed=1;engine-cv=0.0;fault=rubbish@r2;fault-rank=1"
            })
    void theTextOfOptionsReadsAsTheSameOptions(String text) {
        assertThat(SimOptions.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu=H1000           | no simulated GPU is called "H1000"; did you mean "H100"? There are H100, H200, A100, L4, B200.
            gpu=TPU             | There are H100, H200, A100, L4, B200.
            gpus=0              | gpus=0: a simulated machine has at least 1 GPU.
            gpus=two            | gpus=two is not a whole number.
            gpus=4294967297     | gpus=4294967297 is not a whole number.
            seed=1.5            | seed=1.5 is not a whole number.
            engine-cv=x         | engine-cv=x is not a number.
            engine-cv=-0.1      | a spread between engine starts lies between 0 and 0.5
            engine-cv=NaN       | a spread between engine starts lies between 0 and 0.5
            engine_vc=0.1       | has no option "engine_vc"; did you mean "engine-cv"?
            color=red           | It has gpu, gpus, seed, engine-cv, fault, fault-rank.
            gpu                 | "gpu" has no value: write gpu=…
            fault=oom           | does not say when: write KIND@start, KIND@12s or KIND@r50.
            fault=stal@12s      | no fault is called "stal"; did you mean "stall"?
            fault=oom@noon      | a fault cannot happen at "noon"
            fault=oom@r0        | a request from r1 on
            fault=oom@1.2.3s    | a fault cannot happen at "1.2.3s"
            fault=oom@r1;fault-rank=x | fault-rank=x is no rank: processes count from 0.
            fault-rank=1        | there is no fault: add fault=KIND@WHEN.
            fault=slow-start@r3 | no request comes before the start
            """)
    void aMistakeIsNamedWithWhatWouldBeRight(String text, String message) {
        assertThatThrownBy(() -> SimOptions.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theDocumentationHasEveryFaultAndOption() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "simulator.md"));
        assertThat(Fault.kinds()).allSatisfy(kind -> assertThat(page).contains("| `" + kind + "` | "));
        assertThat(SimOptions.KEYS).allSatisfy(key -> assertThat(page).contains("| `" + key + "` | "));
    }
}
