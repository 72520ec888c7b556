package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
    @Test
    void vllmsVariableComesBeforeTheCommonOne() {
        assertThat(find(Map.of("VLLM_API_KEY", "one", "OPENAI_API_KEY", "two")).orElseThrow())
                .satisfies(key -> {
                    assertThat(key.variable()).isEqualTo("VLLM_API_KEY");
                    assertThat(key.header()).isEqualTo(Map.of("Authorization", "Bearer one"));
                });
        assertThat(find(Map.of("VLLM_API_KEY", " ", "OPENAI_API_KEY", "two\n"))
                        .orElseThrow()
                        .header())
                .isEqualTo(Map.of("Authorization", "Bearer two"));
        assertThat(find(Map.of())).isEmpty();
    }

    @Test
    void itIsNotPrinted() {
        assertThat(find(Map.of("VLLM_API_KEY", "sesame")).orElseThrow()).hasToString("the key of VLLM_API_KEY");
    }

    @Test
    void aKeyThatNoHeaderCanHoldIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> find(Map.of("VLLM_API_KEY", "ses\r\nHost: evil")))
                .hasMessage("VLLM_API_KEY holds a character that no HTTP header can; set it to the key alone");
    }

    private static Optional<ApiKey> find(Map<String, String> environment) {
        return ApiKey.find(ApiKey.VARIABLES, environment::get);
    }
}
