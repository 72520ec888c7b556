#!/usr/bin/env python3
"""The measurements of docs/crosscheck.md's offline part: compare/offline.py VLLM MODEL RESULTS [PAIRS]

VLLM     a virtual environment with vLLM's CPU build: what benchmarks/src/real/install-vllm.sh makes
MODEL    a small Qwen3 with its tokenizer: what benchmarks/src/real/tiny-model.sh makes
RESULTS  takes Dyno's runs and vLLM's files
PAIRS    how often each is measured, default 5

Dyno and vLLM's own benchmark, alternately, each with an engine of its own:
 - THROUGHPUT beside `vllm bench throughput`, on the same texts: vLLM gets those that Dyno kept of its own run;
 - LATENCY beside `vllm bench latency`, on random token ids of the same lengths: the median of a run's iterations;
 - Dyno's start of an engine beside a bare program that does nothing but build the same `LLM`.
On a machine of two cores or more that does nothing else; about 25 minutes with 5 pairs. Prints a table in Markdown.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROMPTS = 200
OUTPUT = 64
BATCH, LATENCY_INPUT, LATENCY_OUTPUT, WARMUPS, ITERATIONS = 8, 32, 64, 5, 40
FLAGS = ["--max-model-len", "2048", "--enforce-eager", "--gpu-memory-utilization", "0.3", "--no-enable-prefix-caching"]
SETTINGS = ["maxModelLen=2048", "enforceEager=true", "gpuMemoryUtilization=0.3", "enablePrefixCaching=false"]
SETTINGS += ["temperature=1", "ignoreEos=true"]
ENVIRONMENT = dict(os.environ, HF_HUB_OFFLINE="1", VLLM_NO_USAGE_STATS="1", VLLM_CPU_KVCACHE_SPACE="1")
# The engine in its program's own process: vLLM's three would spin on two cores, and who gets them would be what is measured.
ENVIRONMENT.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
# One thread that computes, wherever it finds a core.
ENVIRONMENT.setdefault("VLLM_CPU_OMP_THREADS_BIND", "nobind")
ENVIRONMENT.setdefault("OMP_NUM_THREADS", "1")
START_ONLY = """
import sys, time
from vllm import LLM
from vllm.engine.arg_utils import EngineArgs
from vllm.utils.argparse_utils import FlexibleArgumentParser
parser = EngineArgs.add_cli_args(FlexibleArgumentParser())
llm = LLM(**vars(EngineArgs.from_cli_args(parser.parse_args())))
print("READY", flush=True)
"""


class Comparison:
    def __init__(self, vllm, model, results):
        self.vllm = Path(vllm)
        self.model = model
        self.results = Path(results).absolute()
        self.results.mkdir(parents=True, exist_ok=True)
        self.jar = Path(__file__).absolute().parent.parent / "benchmarks/target/benchmarks.jar"

    def dyno(self, name, benchmark, *arguments):
        """Runs Dyno with one fork; the run's folder and the one point of its results."""
        command = ["java", "-jar", str(self.jar), f"{benchmark}$", "-run", name, "-results", str(self.results)]
        command += ["-vllm", str(self.vllm), "-p", f"model={self.model}", "-f", "1", *arguments]
        for setting in SETTINGS:
            command += ["-p", setting]
        subprocess.run(command, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
        run = self.results / name
        (point,) = json.loads((run / "results.json").read_text())["benchmarks"]
        return run, point

    def bench(self, name, command, *arguments):
        """Runs a `vllm bench` command; what it wrote as JSON."""
        out = self.results / f"{name}.json"
        with open(self.results / f"{name}.log", "w", encoding="utf-8") as log:
            subprocess.run(
                [self.vllm / "bin/vllm", "bench", command, "--model", self.model, *FLAGS, *arguments, "--output-json", out],
                env=ENVIRONMENT,
                check=True,
                stdout=log,
                stderr=log,
            )
        return json.loads(out.read_text())

    def dyno_throughput(self, pair):
        run, point = self.dyno(
            f"throughput-{pair}", "OfflineThroughput", "-p", "dataset=sharegpt", "-p", f"datasetPath={self.sharegpt()}",
            "-p", f"numPrompts={PROMPTS}", "-p", f"outputLen={OUTPUT}", "-wi", "1", "-i", "1", "-keep-text",
        )  # fmt: skip
        self.start = self.ready(run)
        self.texts = self.kept(run)
        return point["metrics"]["output_throughput"]["score"]

    def vllm_throughput(self, pair):
        path = self.results / "dyno-texts.json"
        rows = [{"conversations": [{"value": text}, {"value": "an answer of some words"}]} for text in self.texts]
        path.write_text(json.dumps(rows))
        told = self.bench(
            f"vllm-throughput-{pair}", "throughput", "--dataset-name", "sharegpt", "--dataset-path", path,
            "--num-prompts", str(len(rows)), "--output-len", str(OUTPUT), "--num-warmups", str(len(rows)),
        )  # fmt: skip
        return len(rows) * OUTPUT / told["elapsed_time"]

    def sharegpt(self):
        """Conversations enough for Dyno's slices; words that no other row has."""
        path = self.results / "sharegpt.json"
        if not path.exists():
            rows = [
                {"conversations": [
                    {"from": "human", "value": " ".join(f"word {row * 1000 + i}" for i in range(20))},
                    {"from": "gpt", "value": "an answer of some words"},
                ]}
                for row in range(PROMPTS * 4)
            ]  # fmt: skip
            path.write_text(json.dumps(rows))
        return path

    @staticmethod
    def kept(run):
        (records,) = run.glob("requests/*-i0-*.jsonl.gz")
        with gzip.open(records, "rt", encoding="utf-8") as lines:
            return [json.loads(line)["texts"]["prompt"] for line in lines]

    @staticmethod
    def ready(run):
        """Seconds from the start of the engine's process until it was ready, as Dyno's journal has it."""
        for line in (run / "journal.jsonl").read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "engine":
                return event["startup"][-1]["seconds"]
        raise ValueError(f"no engine was ready in {run}")

    def dyno_latency(self, pair):
        _, point = self.dyno(
            f"latency-{pair}", "OfflineLatency", "-p", f"batchSize={BATCH}", "-p", f"inputLen={LATENCY_INPUT}",
            "-p", f"outputLen={LATENCY_OUTPUT}", "-wi", str(WARMUPS), "-i", str(ITERATIONS),
        )  # fmt: skip
        (iterations,) = point["metrics"]["batch_latency"]["raw"]
        return statistics.median(iterations)

    def vllm_latency(self, pair):
        told = self.bench(
            f"vllm-latency-{pair}", "latency", "--batch-size", str(BATCH), "--input-len", str(LATENCY_INPUT),
            "--output-len", str(LATENCY_OUTPUT), "--num-iters-warmup", str(WARMUPS), "--num-iters", str(ITERATIONS),
        )  # fmt: skip
        return statistics.median(told["latencies"]) * 1000

    def bare_start(self):
        """Seconds until a program that only builds the engine has it."""
        begin = time.monotonic()
        command = [self.vllm / "bin/python3", "-c", START_ONLY, "--model", self.model, *FLAGS]
        with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
            for line in program.stdout:
                if line.startswith("READY"):
                    return time.monotonic() - begin
        raise ValueError("the bare engine did not start")


def alternately(pair, first, second):
    """Calls both, in the other order in every second pair; their values in the order given."""
    if pair % 2 == 0:
        return first(pair), second(pair)
    b = second(pair)
    return first(pair), b


def row(name, unit, ours, theirs):
    ratio = statistics.median(ours) / statistics.median(theirs)
    cells = [name, unit, f"{statistics.median(ours):.1f}", f"{statistics.median(theirs):.1f}", f"{ratio:.3f}"]
    spread = " ".join(f"{a / b:.3f}" for a, b in zip(ours, theirs))
    print("| " + " | ".join(cells + [spread]) + " |", flush=True)


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__.splitlines()[0])
    compared = Comparison(*sys.argv[1:4])
    pairs = int(sys.argv[4]) if len(sys.argv) == 5 else 5
    print("| measurement | unit | Dyno | vLLM | ratio of medians | ratio of each pair |\n|---|---|---|---|---|---|")
    throughput, starts = [], []
    for pair in range(pairs):
        throughput.append(alternately(pair, compared.dyno_throughput, compared.vllm_throughput))
        starts.append((compared.start, compared.bare_start()))
    row("output throughput, `vllm bench throughput`", "tok/s", *zip(*throughput))
    latency = [alternately(pair, compared.dyno_latency, compared.vllm_latency) for pair in range(pairs)]
    row("batch latency, `vllm bench latency`", "ms", *zip(*latency))
    row("start to ready, the bare `LLM`", "s", *zip(*starts))


if __name__ == "__main__":
    main()
