package com.acme;

import com.base.Base;
import io.dyno.VllmBenchmark;

@VllmBenchmark
class Derived extends Base {
    @Override
    protected void overriddenWithinReach() {}
}

@VllmBenchmark
class Second extends Base { // what two classes inherit is said once, but for the method that only this one cannot reach
}
