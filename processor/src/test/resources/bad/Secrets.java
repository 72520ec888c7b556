package com.acme;

import io.dyno.VllmBenchmark;

@VllmBenchmark(
        engineArgs = {
            "--max-logprobs", "5",
            "--api-key", "sk-123" // error: DYNO-115 at <"--api-key"> says <export VLLM_API_KEY in the shell instead>
        },
        env = {
            "NCCL_DEBUG=INFO",
            "HF_TOKEN=hf_123" // error: DYNO-115 at <"HF_TOKEN=hf_123"> says <env sets HF_TOKEN, which looks like a secret>
        })
class Secrets {}
