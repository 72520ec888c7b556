package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark
interface AnInterface {} // error: DYNO-201 says <AnInterface is an interface, but Dyno makes instances and sets their fields; make it a class>
