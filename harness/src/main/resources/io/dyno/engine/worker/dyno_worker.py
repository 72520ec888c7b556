"""Dyno's offline worker: builds vLLM's LLM once and generates the batches that Dyno asks for.

    python dyno_worker.py --socket PATH --model MODEL [flags of vLLM's EngineArgs]

One process, or one a rank under torchrun. It connects to the Unix-domain socket on which Dyno listens; stdout and stderr are vLLM's. Both
directions carry one JSON object a line. Times are ns of CLOCK_MONOTONIC, which is Dyno's clock too. docs/engines.md has the protocol.
It ends at once when the socket closes: without Dyno there is nobody to work for.
"""

import json
import multiprocessing
import os
import queue
import socket
import sys
import threading
import time

PROTOCOL = 1
RANK = int(os.environ.get("RANK", "0"))
WORLD = int(os.environ.get("WORLD_SIZE", "1"))

# What is raised when a batch is not taken and the engine is none the worse for it; vLLM's own class comes with its import.
REFUSALS = (ValueError, TypeError, NotImplementedError)


def refuses(error):
    """Whether an exception is about what was asked, not about the engine."""
    exceptions = sys.modules.get("vllm.exceptions")
    own = getattr(exceptions, "VLLMClientError", None)  # some are no ValueErrors; older versions have no such class
    return isinstance(error, REFUSALS) or (own is not None and isinstance(error, own))


class Line:
    """The connection to Dyno. Its reader watches it also while the engine is at work."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        # A child that vLLM forks must not keep the connection open after our end.
        os.register_at_fork(after_in_child=lambda: os.close(self._socket.detach()))
        self._orders = queue.Queue()
        threading.Thread(target=self._read, name="dyno-line", daemon=True).start()

    def _read(self):
        try:
            with self._socket.makefile("r", encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    self._orders.put(json.loads(line))
        except OSError:
            pass  # as good as closed
        for child in multiprocessing.active_children():
            child.kill()
        os._exit(0)

    def next(self):
        return self._orders.get()

    def send(self, message):
        self._socket.sendall(json.dumps(message, separators=(",", ":")).encode() + b"\n")


def one_line(error):
    """What an exception says, in one line: its last non-empty one would often be a hint, so all of them."""
    return " ".join(str(error).split())[:2000] or type(error).__name__


def text_of(value):
    """A value of vLLM's configuration as text; an enum by its name."""
    return str(getattr(value, "name", value))


class Engine:
    """vLLM's LLM, and what is to be known of it."""

    # Sections of vLLM's configuration and their fields that Dyno compares with what was asked for.
    IN_FORCE = {
        "model_config": ("max_model_len", "dtype", "quantization", "enforce_eager", "seed"),
        "cache_config": ("block_size", "enable_prefix_caching", "gpu_memory_utilization", "num_gpu_blocks", "kv_cache_size_tokens"),
        "parallel_config": ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size", "enable_expert_parallel"),
        "scheduler_config": ("max_num_batched_tokens", "max_num_seqs", "enable_chunked_prefill", "async_scheduling"),
        "device_config": ("device",),
        "compilation_config": ("cudagraph_mode",),
    }
    # Fields that go by another name in flags and logs.
    RENAMED = {
        ("cache_config", "cache_dtype"): "kv_cache_dtype",
        ("scheduler_config", "policy"): "scheduling_policy",
        ("compilation_config", "mode"): "compilation_mode",
        ("attention_config", "backend"): "attention_backend",
    }

    def __init__(self, argv):
        import vllm
        from vllm.engine.arg_utils import EngineArgs
        from vllm.utils.argparse_utils import FlexibleArgumentParser

        parser = EngineArgs.add_cli_args(FlexibleArgumentParser(prog="dyno_worker.py"))
        # Without its statistics vLLM keeps no times of requests; for LLM they are off unless asked for.
        parser.set_defaults(disable_log_stats=False)
        arguments = EngineArgs.from_cli_args(parser.parse_args(argv))
        self.vllm = vllm
        self.tells_times = not arguments.disable_log_stats
        begin = time.monotonic()
        self.llm = vllm.LLM.from_engine_args(arguments)
        self.init_seconds = time.monotonic() - begin
        self.config = self.llm.llm_engine.vllm_config
        self.dp = self.config.parallel_config.data_parallel_size

    def describe(self):
        return {
            "version": self.vllm.__version__,
            "dpRank": RANK // (WORLD // self.dp) if WORLD > 1 else 0,
            "dpSize": self.dp if WORLD > 1 else 1,
            "maxModelLen": self.config.model_config.max_model_len,
            "vocabSize": self.config.model_config.get_vocab_size(),
            "inForce": self.in_force(),
            "seconds": self.seconds(),
        }

    def in_force(self):
        fields = {(section, name): name for section, names in self.IN_FORCE.items() for name in names} | self.RENAMED
        told = {}
        for (section, field), name in fields.items():
            value = getattr(getattr(self.config, section, None), field, None)
            if value is not None or name == "quantization":
                told[name] = text_of(value)
        return told

    def seconds(self):
        """How long the constructor took; the engine's process may be another one, then its log alone tells what it spent compiling."""
        compilation = getattr(self.config.compilation_config, "compilation_time", 0.0)
        return {"init": self.init_seconds} | ({"compilation": compilation} if compilation else {})

    def count(self, text):
        ids = self.llm.get_tokenizer().apply_chat_template(
            [{"role": "user", "content": text}], add_generation_prompt=True, tokenize=True, return_dict=False
        )
        return {"tokens": len(ids)}

    def reset_prefix_cache(self):
        return {"reset": bool(self.llm.reset_prefix_cache())}

    def metrics(self):
        """vLLM's own counters, as its server has them at /metrics."""
        if not self.tells_times:
            raise ValueError("vLLM was started with --disable-log-stats")
        from prometheus_client import REGISTRY, generate_latest

        lines = generate_latest(REGISTRY).decode().splitlines()
        return {"text": "\n".join(line for line in lines if line.startswith("vllm:"))}

    def generate(self, requests, sampling, keep_text):
        """One call of the engine: all requests are there before its first step."""
        chats = [request.get("chat", False) for request in requests]
        if any(chats) and not all(chats):
            raise ValueError("a batch is made of chat requests or of completions, not of both")
        parameters = [self.sampling(request, sampling) for request in requests]
        # vLLM stamps arrivals with the wall clock, and all else with the monotonic one.
        wall_to_monotonic = time.monotonic_ns() - time.time_ns()
        start = time.monotonic_ns()
        try:
            if all(chats):
                conversations = [[{"role": "user", "content": request["prompt"]}] for request in requests]
                outputs = self.llm.chat(conversations, parameters, use_tqdm=False)
            else:
                outputs = self.llm.generate([self.prompt(request) for request in requests], parameters, use_tqdm=False)
        except Exception as error:
            if refuses(error):
                self.keep_step_with_other_ranks()
            raise
        end = time.monotonic_ns()
        results = [self.result(output, wall_to_monotonic, keep_text) for output in outputs]
        return {"start": start, "end": end, "results": results, "unknown": self.unknown(results)}

    def sampling(self, request, asked):
        """As the server has it: the model's own defaults below what was asked for."""
        defaults = self.config.model_config.get_diff_sampling_param()
        own = {"max_tokens": request["maxTokens"], "ignore_eos": bool(request.get("ignoreEos", False))}
        return self.vllm.SamplingParams(**(defaults | asked | own))

    @staticmethod
    def prompt(request):
        prompt = request["prompt"]
        return prompt if isinstance(prompt, str) else {"prompt_token_ids": prompt}

    def keep_step_with_other_ranks(self):
        """A rank whose batch was refused takes part in the collective steps of the others until they are done."""
        engine = self.llm.llm_engine
        if WORLD > 1:
            while engine.has_unfinished_requests():
                engine.step()

    @staticmethod
    def result(output, wall_to_monotonic, keep_text):
        def ns(seconds):  # 0.0 stands for "not yet"
            return round(seconds * 1e9) if seconds else None

        stats = output.metrics
        arrival = ns(getattr(stats, "arrival_time", None))
        result = {
            "arrival": None if arrival is None else arrival + wall_to_monotonic,
            "scheduled": ns(getattr(stats, "scheduled_ts", None)),
            "first": ns(getattr(stats, "first_token_ts", None)),
            "last": ns(getattr(stats, "last_token_ts", None)),
            "tokensIn": len(output.prompt_token_ids) if output.prompt_token_ids is not None else None,
            "tokensCached": output.num_cached_tokens,
            "tokensOut": sum(len(completion.token_ids) for completion in output.outputs),
            "finishReason": output.outputs[0].finish_reason if output.outputs else None,
            "error": None if output.finished else "vLLM gave the request back unfinished",
        }
        if keep_text:
            result["text"] = output.outputs[0].text if output.outputs else ""
        return result

    def unknown(self, results):
        """What this engine does not say of any request, with the reason."""
        off = "vLLM was started with --disable-log-stats"
        silent = f"vLLM {self.vllm.__version__} does not tell"
        return {
            name: silent if name == "tokensCached" or self.tells_times else off
            for name in ("arrival", "scheduled", "first", "last", "tokensCached")
            if results and all(result[name] is None for result in results)
        }


def answer(engine, order):
    """Does what an order says; what comes back is the answer's content."""
    op = order["op"]
    if op == "generate":
        return engine.generate(order["requests"], order.get("sampling", {}), order.get("keepText", False))
    if op == "describe":
        return engine.describe()
    if op == "count":
        return engine.count(order["text"])
    if op == "resetPrefixCache":
        return engine.reset_prefix_cache()
    if op == "metrics":
        return engine.metrics()
    if op == "startProfile":
        engine.llm.start_profile()
        return {}
    if op == "stopProfile":
        engine.llm.stop_profile()
        return {}
    raise ValueError(f"there is no op {op!r}")


def serve(engine, line):
    while True:
        order = line.next()
        if order["op"] == "stop":
            line.send({"id": order["id"], "ok": {}})
            return
        try:
            reply = {"ok": answer(engine, order)}
        except Exception as error:
            if order["op"] == "generate" and not refuses(error):
                raise  # not the batch's fault: an engine in an unknown state serves nothing more
            reply = {"error": {"type": type(error).__name__, "message": one_line(error)}}
        line.send({"id": order["id"]} | reply)


def main(argv):
    if len(argv) < 2 or argv[0] != "--socket":
        sys.exit("usage: dyno_worker.py --socket PATH --model MODEL [flags of vLLM]")
    line = Line(argv[1])
    line.send({"event": "hello", "protocol": PROTOCOL, "rank": RANK, "world": WORLD, "pid": os.getpid()})
    try:
        engine = Engine(argv[2:])
        ready = engine.describe()
    except Exception as error:
        line.send({"event": "failed", "type": type(error).__name__, "message": one_line(error)})
        raise
    line.send({"event": "ready"} | ready)
    serve(engine, line)


if __name__ == "__main__":  # vLLM's own processes import this file anew
    main(sys.argv[1:])
