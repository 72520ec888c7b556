package com.acme;

import io.dyno.VllmBenchmark;

/** The next class stands in a file that is not named after it. */
class Auxiliary {}

@VllmBenchmark
class InTheFileOfAnother {}
