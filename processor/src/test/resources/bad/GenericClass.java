package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark
class GenericClass<T> {} // error: DYNO-205 at <T> says <GenericClass has type parameters that nobody gives; move them to a base class>
