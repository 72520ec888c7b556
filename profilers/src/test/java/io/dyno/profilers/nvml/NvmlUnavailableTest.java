package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dyno.engine.GpuProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine without NVIDIA's driver. */
class NvmlUnavailableTest {
    @BeforeEach
    void hideAnyDriver() {
        System.setProperty(NvmlLibrary.PROPERTY, "libno-such-driver.so.1");
    }

    @AfterEach
    void showItAgain() {
        System.clearProperty(NvmlLibrary.PROPERTY);
    }

    @Test
    void openingSaysInOneLineWhatIsMissing() {
        assertThatExceptionOfType(NvmlException.class)
                .isThrownBy(Nvml::open)
                .satisfies(e -> assertThat(e.code()).isEqualTo(NvmlConstants.NVML_ERROR_LIBRARY_NOT_FOUND))
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("no NVIDIA driver's NVML here (libno-such-driver.so.1")
                        .hasLineCount(1));
    }

    @Test
    void theProbeIsPassedOverAndTheProfilerIsListedAsUnsupported() {
        assertThat(new NvmlGpuProbe().unusable()).get().asString().contains("no NVIDIA driver");
        assertThat(GpuProbe.find()).as("the next one that can look").isNotInstanceOf(NvmlGpuProbe.class);
        assertThat(new NvmlProfilerProvider().unsupported()).get().asString().contains("no NVIDIA driver");
    }
}
