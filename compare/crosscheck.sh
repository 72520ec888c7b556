#!/usr/bin/env bash
# The measurements of docs/crosscheck.md: compare/crosscheck.sh VLLM MODEL RESULTS
#
# VLLM     a virtual environment with vLLM's CPU build and pandas: what benchmarks/src/real/install-vllm.sh makes
# MODEL    a small Qwen3 with its tokenizer: what benchmarks/src/real/tiny-model.sh makes
# RESULTS  takes one run a measurement: closed-loop, closed-loop-long-step, open-loop, draining, draining-spread
#
# On a machine of two cores or more that does nothing else; about 22 minutes. Two things keep the clients out of the engine's way, the same for both:
#  - the engine computes on core 0 only, so that clients and API server have the others;
#  - the weights are random ones of larger shapes, with which a step takes some 13 ms, and some 30 ms: a step of the tiny shape costs less than the Python around it.
set -euo pipefail

usage='usage: compare/crosscheck.sh VLLM MODEL RESULTS'
vllm=${1:?$usage} model=${2:?$usage} results=${3:?$usage}
jar=$(cd "$(dirname "$0")/.." && pwd)/benchmarks/target/benchmarks.jar
shape='{"hidden_size":512,"intermediate_size":1536,"num_hidden_layers":8,"head_dim":64,"num_attention_heads":8}'
export HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 VLLM_CPU_KVCACHE_SPACE=1

dyno() { # NAME BENCHMARK ARGUMENTS…; a suspect or failed point must not keep the others from being measured
  java -jar "$jar" "$2" -run "$1" -results "$results" -vllm "$vllm" -p "model=$model" -p load-format=dummy -p "hf-overrides=$shape" \
    -p maxModelLen=2048 -p enforceEager=true -p 'env=["VLLM_CPU_OMP_THREADS_BIND=0"]' -p numPrompts=100 -f 1 -wi 1 "${@:3}" || true
}

# Dyno beside vllm bench serve: five alternating pairs of 100 requests.
dyno closed-loop ChatCapacity -p maxConcurrency=4 -p inputLen=64 -p outputLen=32 -p drained=true -i 1 -crosscheck
long='{"hidden_size":1024,"intermediate_size":3072,"num_hidden_layers":12,"head_dim":64,"num_attention_heads":16,"num_key_value_heads":2}'
dyno closed-loop-long-step ChatCapacity -p "hf-overrides=$long" -p numPrompts=60 -p maxConcurrency=4 -p inputLen=64 -p outputLen=32 -p drained=true -i 1 -crosscheck
dyno open-loop RateSweep -p requestRate=10 -p inputLen=64 -p outputLen=16 -p drained=true -i 1 -crosscheck

# What draining does: isolated runs, and windows of one continuous load, of the same number of requests on the same engine.
dyno draining ChatCapacity -p maxConcurrency=8 -p inputLen=256 -p outputLen=32 -p drained=true,false -i 7
# The same with users who came one after the other: a warm-up by time opens the slots evenly.
dyno draining-spread ChatCapacity -p numPrompts=80 -w 12s -i 5 -r 9s -p maxConcurrency=8 -p inputLen=256 -p outputLen=32 -p drained=true,false
