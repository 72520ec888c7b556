package io.dyno.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://host:8000,            http://host:8000",
        "http://host:8000/,           http://host:8000",
        "http://host:8000/v1,         http://host:8000",
        "http://host:8000/v1/,        http://host:8000",
        "HTTPS://host,                https://host",
        "https://host/api/v1,         https://host/api",
        "https://host/api/,           https://host/api",
        "https://host/v1beta,         https://host/v1beta",
        "http://[::1]:8000/v1,        http://[::1]:8000",
    })
    void whatStandsBeforeV1IsKept(String written, URI base) {
        assertThat(ServerUrl.parse(written)).isEqualTo(base);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host:8000               | does not begin with http:// or https://",
                "localhost               | does not begin with http:// or https://",
                "ftp://host              | does not begin with http:// or https://",
                "http://                 | is no URL",
                "http:///v1              | names no host",
                "http://vllm_1:8000      | host name with an underscore",
                "http://ho st            | is no URL",
                "https://me:pw@host      | holds a user or password",
                "me:pw@host:8000         | holds a user or password",
                "https://host/v1?key=pw  | holds a query or fragment",
                "''                      | does not begin with http:// or https://",
            })
    void whatIsNoBaseAddressIsRefusedWithoutRepeatingSecrets(String written, String message) {
        assertThatThrownBy(() -> ServerUrl.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:8000,  http://host:8000/v1/models",
        "http://host:8000/, http://host:8000/v1/models",
        "https://host/api,  https://host/api/v1/models",
    })
    void endpointsStandBehindTheBase(URI base, URI endpoint) {
        assertThat(ServerUrl.endpoint(base, "/v1/models")).isEqualTo(endpoint);
    }
}
