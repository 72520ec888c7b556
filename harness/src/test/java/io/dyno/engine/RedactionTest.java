package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HF_TOKEN",
                "OPENAI_API_KEY",
                "VLLM_API_KEY",
                "AWS_SECRET_ACCESS",
                "DB_PASSWORD",
                "GOOGLE_APPLICATION_CREDENTIALS",
                "VLLM_DISAGG_KEYS",
                "CLIENT_SECRETS",
                "hf_token"
            })
    void valuesOfVariablesThatMayHoldSecretsAreReplaced(String name) {
        assertThat(Redaction.environment(Map.of(name, "s3cret", "PATH", "/bin")))
                .isEqualTo(Map.of(name, "redacted", "PATH", "/bin"));
    }

    @Test
    void secretsAreLookedForAsAnEngineWouldPrintThem() {
        assertThat(Redaction.secrets(Map.of(
                        "VLLM_API_KEY", " sk-0123456789\n",
                        "HF_TOKEN_PATH", "/home/somebody/.cache/huggingface/token",
                        "SHORT_KEY", "none",
                        "HOME", "/home/somebody")))
                .containsExactly("sk-0123456789");
    }

    @Test
    void keysInAnArgvAreReplacedAndNothingElseIs() {
        assertThat(Redaction.argv(List.of(
                        "vllm",
                        "serve",
                        "m",
                        "--api-key",
                        "a",
                        "b",
                        "--tokenizer",
                        "t",
                        "--max-num-batched-tokens",
                        "8",
                        "--api_key=c",
                        "--port",
                        "1",
                        "--hf-token",
                        "d")))
                .containsExactly(
                        "vllm",
                        "serve",
                        "m",
                        "--api-key",
                        "redacted",
                        "redacted",
                        "--tokenizer",
                        "t",
                        "--max-num-batched-tokens",
                        "8",
                        "--api_key=redacted",
                        "--port",
                        "1",
                        "--hf-token",
                        "redacted");
    }
}
