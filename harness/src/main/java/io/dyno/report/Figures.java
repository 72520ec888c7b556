package io.dyno.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Numbers in print, the same in every locale. Measured ones with three or four significant digits and thousands separators; simulated ones
 * with two and a {@code ~}, because four digits of a model are a lie told in formatting.
 */
public final class Figures {
    private static final Figures MEASURED = new Figures(false);
    private static final Figures SIMULATED = new Figures(true);

    private final boolean simulated;

    private Figures(boolean simulated) {
        this.simulated = simulated;
    }

    /** For numbers that were measured. */
    public static Figures measured() {
        return MEASURED;
    }

    /** For numbers that were modelled. */
    public static Figures simulated() {
        return SIMULATED;
    }

    /** A number, or {@code -} for null. Measured numbers from 1,000 on are given to the unit. */
    public String of(Double value) {
        if (value == null) {
            return "-";
        }
        if (simulated) {
            return "~" + significant(value, 2);
        }
        return Math.abs(value) >= 1000 ? String.format(Locale.ROOT, "%,.0f", value) : significant(value, 3);
    }

    private static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        BigDecimal number = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int before = number.precision() - number.scale();
        return String.format(Locale.ROOT, "%,." + Math.max(0, digits - before) + "f", number);
    }
}
