package com.acme;

import io.dyno.VllmBenchmark;

/** Complete as it is: the model comes from the command line. */
@VllmBenchmark
class WithoutMembers {}
