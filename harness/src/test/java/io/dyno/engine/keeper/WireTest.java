package io.dyno.engine.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void fieldsSurviveWhateverTheyHold() {
        List<String> fields =
                List.of("plain", "", "tab\t", "\nline\r\n", "back\\slash \\t \\\\n", "{\"json\": \"ü\"}", "");

        String line = Wire.line(fields.stream());

        assertThat(line).doesNotContain("\n", "\r");
        assertThat(Wire.fields(line)).isEqualTo(fields);
    }
}
