package com.acme;

import io.dyno.Load;
import io.dyno.VllmBenchmark;

@VllmBenchmark(tp = {1, 2, 1}) // error: DYNO-104 at <1}> says <tp = 1 stands twice in the sweep; keep one>
@Load(requestRate = {0.5, 1.0, 0.50}) // error: DYNO-104 at <0.50> says <requestRate = 0.5 stands twice>
class ValueTwice {}
