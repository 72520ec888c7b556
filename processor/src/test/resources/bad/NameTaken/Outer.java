package com.acme;

import io.dyno.VllmBenchmark;

class Outer {
    @VllmBenchmark
    static class Inner {} // error: DYNO-207 says <the definition of com.acme.Outer.Inner would be com.acme.Outer_Inner_Definition, and a class of that name is there already>
}
