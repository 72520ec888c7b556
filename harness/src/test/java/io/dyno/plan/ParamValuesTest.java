package io.dyno.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dyno.Endpoint;
import io.dyno.Load;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParamValuesTest {
    @Test
    void everyTypeTakesItsTexts() {
        assertThat(ParamValues.toInt("f", "-2147483648")).isEqualTo(Integer.MIN_VALUE);
        assertThat(ParamValues.toLong("f", "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(ParamValues.toShort("f", "32767")).isEqualTo(Short.MAX_VALUE);
        assertThat(ParamValues.toByte("f", "-128")).isEqualTo(Byte.MIN_VALUE);
        assertThat(ParamValues.toDouble("f", "0.5e1")).isEqualTo(5.0);
        assertThat(ParamValues.toFloat("f", ".25")).isEqualTo(0.25f);
        assertThat(ParamValues.toBoolean("f", "true")).isTrue();
        assertThat(ParamValues.toChar("f", "x")).isEqualTo('x');
        assertThat(ParamValues.toEnum("f", "CHAT", Endpoint.values())).isEqualTo(Endpoint.CHAT);
    }

    @Test
    void infIsInfinityForFractionsAndNoLimitForLimits() {
        assertThat(ParamValues.toDouble("f", "inf")).isInfinite();
        assertThat(ParamValues.toFloat("f", "inf")).isInfinite();
        assertThat(ParamValues.toLimit("f", "inf")).isEqualTo(Load.UNCAPPED);
        assertThat(ParamValues.toLimit("f", "8")).isEqualTo(8);
        assertThat(ParamValues.toLongLimit("f", "inf")).isEqualTo(Long.MAX_VALUE);
        refuses(() -> ParamValues.toInt("f", "inf"), "not an int");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1d", "0x10", "NaN", "Infinity", "1e999", "1,5", "one"})
    void noDoubleIsGuessed(String text) {
        refuses(
                () -> ParamValues.toDouble("rate", text),
                "field rate cannot hold \"" + text + "\": it is not a double");
    }

    @Test
    void rangesAreNamed() {
        refuses(() -> ParamValues.toByte("f", "128"), "beyond the range of a byte");
        refuses(() -> ParamValues.toInt("f", "2147483648"), "beyond the range of an int");
        refuses(() -> ParamValues.toFloat("f", "1e39"), "not a float");
        refuses(() -> ParamValues.toChar("f", "xy"), "not a char");
        refuses(() -> ParamValues.toBoolean("f", "True"), "true or false");
    }

    @Test
    void aMisspelledConstantIsSuggested() {
        refuses(
                () -> ParamValues.toEnum("where", "CHATS", Endpoint.values()),
                "none of COMPLETIONS, CHAT; did you mean \"CHAT\"?");
    }

    private static void refuses(ThrowingCallable parse, String message) {
        assertThatIllegalArgumentException().isThrownBy(parse).withMessageContaining(message);
    }
}
