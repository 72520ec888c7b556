package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark
record ARecord(int tp) {} // error: DYNO-201 says <ARecord is a record>
