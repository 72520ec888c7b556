package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark(
        env = {
            "OK=yes",
            "NCCL_DEBUG", // error: DYNO-116 at <"NCCL_DEBUG"> says <env: "NCCL_DEBUG" is no NAME=value>
            "1A=2", // error: DYNO-116 at <"1A=2"> says <"1A=2" is no NAME=value>
            "OK=no" // error: DYNO-116 at <"OK=no"> says <env sets OK twice; keep one>
        })
class EnvSyntax {}
