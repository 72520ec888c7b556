package com.acme;

import io.dyno.VllmBenchmark;

class InnerClass {
    @VllmBenchmark
    class Inner {} // error: DYNO-203 at <class> says <Inner is an inner class, so an instance needs one of InnerClass; make it static>
}
