package io.dyno.profilers.nvml;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Needs the fake NVML, which takes a C compiler and NVIDIA's header. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EnabledIfSystemProperty(
        named = FakeNvml.FOLDER,
        matches = ".+",
        disabledReason = "runs in `mvn verify -Pnvml`: it needs a C compiler, Python and NVIDIA's nvml.h")
@interface OnFakeNvml {}
