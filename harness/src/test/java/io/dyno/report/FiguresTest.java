package io.dyno.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest(name = "{0} is {1}, simulated {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0          | 0         | ~0",
                "7.1049     | 7.10      | ~7.1",
                "44.44      | 44.4      | ~44",
                "111.4      | 111       | ~110",
                "999.6      | 1,000     | ~1,000",
                "3520.49    | 3,520     | ~3,500",
                "10310      | 10,310    | ~10,000",
                "0.04567    | 0.0457    | ~0.046",
                "-3.14159   | -3.14     | ~-3.1",
            })
    void digitsTellHowMuchIsKnown(double value, String measured, String simulated) {
        assertThat(Figures.measured().of(value)).isEqualTo(measured);
        assertThat(Figures.simulated().of(value)).isEqualTo(simulated);
    }

    @Test
    void nothingIsADashAndNeverAZero() {
        assertThat(Figures.measured().of(null)).isEqualTo("-");
        assertThat(Figures.simulated().of(null)).isEqualTo("-");
    }

    @Test
    void theLocaleOfTheMachineChangesNothing() {
        Locale before = Locale.getDefault();
        try {
            for (String tag : new String[] {"de-DE", "ru-RU", "ar-EG"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(Figures.measured().of(1234.0)).as(tag).isEqualTo("1,234");
                assertThat(Figures.measured().of(7.5)).as(tag).isEqualTo("7.50");
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
