package io.dyno.engine.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessExitTest {
    @ParameterizedTest
    @CsvSource({
        "0x0000, exit code 0",
        "0x0300, exit code 3",
        "0x8900, exit code 137",
        "0x0009, SIGKILL",
        "0x008b, SIGSEGV",
        "0x0023, signal 35"
    })
    void aWaitStatusSaysCodeOrSignal(String status, String text) {
        assertThat(ProcessExit.ofStatus(Integer.decode(status)).text()).isEqualTo(text);
    }
}
