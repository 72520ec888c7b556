package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.plan.BenchmarkDefinition;
import io.dyno.plan.BenchmarkDescriptor;
import io.dyno.plan.ParamValues;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.annotation.processing.Generated;

/**
 * The definition of {@link ParamKinds}.
 */
@Generated("io.dyno.processor.DynoProcessor")
@SuppressWarnings("auxiliaryclass")
public final class ParamKinds_Definition implements BenchmarkDefinition {
    private static final BenchmarkDescriptor DESCRIPTOR = new BenchmarkDescriptor(
            "com.acme.ParamKinds",
            List.of(),
            List.of(
                    new BenchmarkDescriptor.ParamField("anInt", null, "int", List.of("-1", "+7")),
                    new BenchmarkDescriptor.ParamField("aLong", null, "long", List.of("1", "9223372036854775807")),
                    new BenchmarkDescriptor.ParamField("aShort", null, "short", List.of("32767")),
                    new BenchmarkDescriptor.ParamField("aByte", null, "byte", List.of("-128")),
                    new BenchmarkDescriptor.ParamField("aDouble", null, "double", List.of("0.5", "inf")),
                    new BenchmarkDescriptor.ParamField("aFloat", null, "float", List.of(".25e-3")),
                    new BenchmarkDescriptor.ParamField("aBoolean", null, "boolean", List.of("false", "true")),
                    new BenchmarkDescriptor.ParamField("aChar", null, "char", List.of("x", "\"", "\n")),
                    new BenchmarkDescriptor.ParamField("text", null, "java.lang.String", List.of("", "a,b", "{\"k\": [1, 2]}", "$$ \\ \t")),
                    new BenchmarkDescriptor.ParamField("shape", null, "com.acme.ParamKinds.Shape", List.of("SHORT", "LONG"), List.of("SHORT", "LONG")),
                    new BenchmarkDescriptor.ParamField("oneShape", null, "com.acme.ParamKinds.Shape", List.of("LONG"), List.of("SHORT", "LONG")),
                    new BenchmarkDescriptor.ParamField("libraryEnum", null, "java.util.concurrent.TimeUnit", List.of("SECONDS", "DAYS"), List.of("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS")),
                    new BenchmarkDescriptor.ParamField("boxedInt", null, "java.lang.Integer", List.of("1")),
                    new BenchmarkDescriptor.ParamField("boxedLong", null, "java.lang.Long", List.of("2")),
                    new BenchmarkDescriptor.ParamField("boxedShort", null, "java.lang.Short", List.of("3")),
                    new BenchmarkDescriptor.ParamField("boxedByte", null, "java.lang.Byte", List.of("4")),
                    new BenchmarkDescriptor.ParamField("boxedDouble", null, "java.lang.Double", List.of("5.5")),
                    new BenchmarkDescriptor.ParamField("boxedFloat", null, "java.lang.Float", List.of("6.5")),
                    new BenchmarkDescriptor.ParamField("boxedBoolean", null, "java.lang.Boolean", List.of("true")),
                    new BenchmarkDescriptor.ParamField("boxedChar", null, "java.lang.Character", List.of("c")),
                    new BenchmarkDescriptor.ParamField("maxConcurrency", "maxConcurrency", "int", List.of("8", "inf")),
                    new BenchmarkDescriptor.ParamField("requestRate", "requestRate", "double", List.of("1", "inf")),
                    new BenchmarkDescriptor.ParamField("sequences", "maxNumSeqs", "int", List.of("256", "1024")),
                    new BenchmarkDescriptor.ParamField("enableChunkedPrefill", "enable-chunked-prefill", "boolean", List.of("false", "true")),
                    new BenchmarkDescriptor.ParamField("endpoint", "endpoint", "java.lang.String", List.of("COMPLETIONS", "CHAT"))),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            true,
            Set.of(),
            Set.of());

    /**
     * For {@link java.util.ServiceLoader}.
     */
    public ParamKinds_Definition() {
    }

    @Override
    public BenchmarkDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Object newInstance() {
        return new ParamKinds();
    }

    @Override
    public void set(Object instance, String field, String value) {
        ParamKinds benchmark = (ParamKinds) instance;
        switch (field) {
            case "anInt" -> benchmark.anInt = ParamValues.toInt(field, value);
            case "aLong" -> benchmark.aLong = ParamValues.toLong(field, value);
            case "aShort" -> benchmark.aShort = ParamValues.toShort(field, value);
            case "aByte" -> benchmark.aByte = ParamValues.toByte(field, value);
            case "aDouble" -> benchmark.aDouble = ParamValues.toDouble(field, value);
            case "aFloat" -> benchmark.aFloat = ParamValues.toFloat(field, value);
            case "aBoolean" -> benchmark.aBoolean = ParamValues.toBoolean(field, value);
            case "aChar" -> benchmark.aChar = ParamValues.toChar(field, value);
            case "text" -> benchmark.text = value;
            case "shape" -> benchmark.shape = ParamValues.toEnum(field, value, ParamKinds.Shape.values());
            case "oneShape" -> benchmark.oneShape = ParamValues.toEnum(field, value, ParamKinds.Shape.values());
            case "libraryEnum" -> benchmark.libraryEnum = ParamValues.toEnum(field, value, TimeUnit.values());
            case "boxedInt" -> benchmark.boxedInt = ParamValues.toInt(field, value);
            case "boxedLong" -> benchmark.boxedLong = ParamValues.toLong(field, value);
            case "boxedShort" -> benchmark.boxedShort = ParamValues.toShort(field, value);
            case "boxedByte" -> benchmark.boxedByte = ParamValues.toByte(field, value);
            case "boxedDouble" -> benchmark.boxedDouble = ParamValues.toDouble(field, value);
            case "boxedFloat" -> benchmark.boxedFloat = ParamValues.toFloat(field, value);
            case "boxedBoolean" -> benchmark.boxedBoolean = ParamValues.toBoolean(field, value);
            case "boxedChar" -> benchmark.boxedChar = ParamValues.toChar(field, value);
            case "maxConcurrency" -> benchmark.maxConcurrency = ParamValues.toLimit(field, value);
            case "requestRate" -> benchmark.requestRate = ParamValues.toDouble(field, value);
            case "sequences" -> benchmark.sequences = ParamValues.toInt(field, value);
            case "enableChunkedPrefill" -> benchmark.enableChunkedPrefill = ParamValues.toBoolean(field, value);
            case "endpoint" -> benchmark.endpoint = value;
            default -> throw new IllegalArgumentException("com.acme.ParamKinds has no @Param field \"" + field + "\"");
        }
    }

    @Override
    public Iterable<Prompt> prompts(Object instance, PromptRequest request) throws Exception {
        return ((ParamKinds) instance).prompts(request);
    }
}
