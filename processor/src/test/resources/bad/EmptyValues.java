package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark(model = "") // error: DYNO-134 at <""> says <model is empty, and it cannot be left out in this way; remove it>
class EmptyValues {}
