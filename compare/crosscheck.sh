#!/usr/bin/env bash
# The measurements of docs/crosscheck.md: compare/crosscheck.sh VLLM MODEL RESULTS
#
# VLLM     a virtual environment with vLLM and its extra "bench"
# MODEL    a folder or name that it can serve; small, where there are few cores
# RESULTS  takes one run a measurement
#
# On a machine that does nothing else. The engine computes on core 0 and nowhere else, so that clients and API server have the other cores: the same for both
# clients. About 15 minutes on two cores.
set -euo pipefail

vllm=${1:?usage: compare/crosscheck.sh VLLM MODEL RESULTS} model=${2:?} results=${3:?}
jar=$(cd "$(dirname "$0")/.." && pwd)/benchmarks/target/benchmarks.jar

dyno() { # NAME BENCHMARK ARGUMENTS…
  java -jar "$jar" "$2" -run "$1" -results "$results" -vllm "$vllm" -p "model=$model" -f 1 \
    -p maxModelLen=2048 -p enforceEager=true -p 'env=["VLLM_CPU_OMP_THREADS_BIND=0"]' "${@:3}"
}

# Dyno beside vllm bench serve, five alternating pairs of 100 requests each.
dyno closed-loop ChatCapacity -p maxConcurrency=4 -p inputLen=64 -p outputLen=32 \
  -p drained=true -p numPrompts=100 -wi 1 -i 1 -crosscheck || true
dyno open-loop RateSweep -p requestRate=10 -p inputLen=64 -p outputLen=32 \
  -p drained=true -p numPrompts=100 -wi 1 -i 1 -crosscheck || true

# What draining does: isolated runs and windows of one continuous load, of the same number of requests, on the same engine.
dyno draining ChatCapacity -p maxConcurrency=8 -p inputLen=256 -p outputLen=32 \
  -p drained=true,false -p numPrompts=100 -wi 1 -i 5 || true
