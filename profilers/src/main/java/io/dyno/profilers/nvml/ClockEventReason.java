package io.dyno.profilers.nvml;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Why a GPU's clocks are what they are. */
public enum ClockEventReason {
    GPU_IDLE(0x1, "nvmlClocksEventReasonGpuIdle", "idle", Kind.NORMAL),
    APPLICATION_CLOCKS(0x2, "nvmlClocksEventReasonApplicationsClocksSetting", "clocks set by a user", Kind.NORMAL),
    SW_POWER_CAP(0x4, "nvmlClocksEventReasonSwPowerCap", "at its power limit", Kind.POWER_CAP),
    HW_SLOWDOWN(0x8, "nvmlClocksThrottleReasonHwSlowdown", "hardware slowdown", Kind.THROTTLE),
    SYNC_BOOST(0x10, "nvmlClocksEventReasonSyncBoost", "held back by its sync boost group", Kind.THROTTLE),
    SW_THERMAL(0x20, "nvmlClocksEventReasonSwThermalSlowdown", "too hot (software slowdown)", Kind.THROTTLE),
    HW_THERMAL(0x40, "nvmlClocksThrottleReasonHwThermalSlowdown", "too hot (hardware slowdown)", Kind.THROTTLE),
    HW_POWER_BRAKE(0x80, "nvmlClocksThrottleReasonHwPowerBrakeSlowdown", "braked by the power supply", Kind.THROTTLE),
    DISPLAY_CLOCKS(0x100, "nvmlClocksEventReasonDisplayClockSetting", "held back by display clocks", Kind.THROTTLE),
    BOARD_LIMIT(0x200, "nvmlClocksEventReasonBoardLimit", "held back by the board", Kind.THROTTLE),
    /** What limits a GPU at its highest clocks: nothing is wrong with it. */
    RELIABILITY(0x400, "nvmlClocksEventReasonReliability", "at its reliability limit", Kind.NORMAL);

    /** What a reason means for a measurement. */
    public enum Kind {
        /** Nothing to doubt. */
        NORMAL,
        /** The GPU would be faster with a higher power limit. */
        POWER_CAP,
        /** The GPU is slower than it should be. */
        THROTTLE
    }

    private final long bit;
    private final String constant;
    private final String text;
    private final Kind kind;

    ClockEventReason(long bit, String constant, String text, Kind kind) {
        this.bit = bit;
        this.constant = constant;
        this.text = text;
        this.kind = kind;
    }

    /** Its bit in NVML's mask. */
    public long bit() {
        return bit;
    }

    /** Its name in nvml.h. */
    String constant() {
        return constant;
    }

    /** In a few words. */
    public String text() {
        return text;
    }

    /** What it means for a measurement. */
    public Kind kind() {
        return kind;
    }

    /** Those in a mask; bits of a newer NVML are passed over. */
    static Set<ClockEventReason> of(long mask) {
        Set<ClockEventReason> reasons = EnumSet.noneOf(ClockEventReason.class);
        Arrays.stream(values()).filter(reason -> (mask & reason.bit) != 0).forEach(reasons::add);
        return reasons;
    }
}
