package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark
enum AnEnum { // error: DYNO-201 says <AnEnum is an enum>
    A
}
