package com.names;

import io.dyno.VllmBenchmark;

@VllmBenchmark
public class List {}
