package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark
@interface AnAnnotation {} // error: DYNO-201 says <AnAnnotation is an annotation type>
