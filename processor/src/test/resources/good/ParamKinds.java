package com.acme;

import io.dyno.EngineArg;
import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Param;

@VllmBenchmark
class ParamKinds {
    enum Shape {
        SHORT,
        LONG {
            @Override
            public String toString() {
                return "long one";
            }
        }
    }

    @Param({"-1", "+7"})
    int anInt;

    @Param({"1", "9223372036854775807"})
    long aLong;

    @Param("32767")
    short aShort;

    @Param("-128")
    byte aByte;

    @Param({"0.5", "inf"})
    double aDouble;

    @Param(".25e-3")
    float aFloat;

    @Param
    boolean aBoolean;

    @Param({"x", "\"", "\n"})
    char aChar;

    @Param({"", "a,b", "{\"k\": [1, 2]}", "$$ \\ \t"})
    String text;

    @Param
    Shape shape;

    @Param({"LONG"})
    Shape oneShape;

    @Param({"SECONDS", "DAYS"})
    TimeUnit libraryEnum;

    @Param("1")
    Integer boxedInt;

    @Param("2")
    Long boxedLong;

    @Param("3")
    Short boxedShort;

    @Param("4")
    Byte boxedByte;

    @Param("5.5")
    Double boxedDouble;

    @Param("6.5")
    Float boxedFloat;

    @Param("true")
    Boolean boxedBoolean;

    @Param("c")
    Character boxedChar;

    @Param({"8", "inf"})
    int maxConcurrency;

    @Param({"1", "inf"})
    double requestRate;

    @Param({"256", "1024"})
    @EngineArg("max-num-seqs")
    int sequences;

    @Param
    @EngineArg
    boolean enableChunkedPrefill;

    @Param({"COMPLETIONS", "CHAT"})
    String endpoint;

    @Prompts
    List<Prompt> prompts(PromptRequest request) {
        return List.of(Prompt.of(text + anInt + aLong + aShort + aByte + aDouble + aFloat + aBoolean + aChar + shape
                + oneShape + libraryEnum + boxedInt + boxedLong + boxedShort + boxedByte + boxedDouble + boxedFloat
                + boxedBoolean + boxedChar));
    }
}
