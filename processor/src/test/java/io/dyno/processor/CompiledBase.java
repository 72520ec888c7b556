package io.dyno.processor;

import org.openjdk.jmh.annotations.Param;

/** A base class that benchmarks in tests know from its class file alone. */
public class CompiledBase {
    @Param("1")
    protected int tp;
}
