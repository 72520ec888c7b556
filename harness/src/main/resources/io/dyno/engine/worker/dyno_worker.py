"""Dyno's offline worker: one vLLM engine, driven over a Unix-domain socket.

Started as ``python dyno_worker.py --socket PATH --model MODEL [vLLM's engine flags]``, or under torchrun, once a rank. It needs the standard
library and vLLM. Both directions of the socket carry one JSON object a line; docs/engines.md of Dyno has the protocol. Times are ns of
CLOCK_MONOTONIC. Standard output belongs to vLLM.
"""

import argparse
import json
import os
import signal
import socket
import sys
import threading
import time

PROTOCOL = 1
NS = 1_000_000_000


class Line:
    """The socket, line by line. Safe for use from several threads."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._reader = self._socket.makefile("rb")
        self._lock = threading.Lock()

    def send(self, message):
        data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._socket.sendall(data)

    def receive(self):
        """The next message, or None when Dyno has gone."""
        data = self._reader.readline()
        return json.loads(data) if data.endswith(b"\n") else None


class Inbox:
    """Reads ahead on a thread of its own, so that Dyno's end is seen while the engine is at work."""

    def __init__(self, line):
        self._line = line
        self._messages = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._read, daemon=True, name="dyno-inbox").start()

    def _read(self):
        while True:
            try:
                message = self._line.receive()
            except OSError:
                message = None
            if message is None:
                end_now()
            with self._arrived:
                self._messages.append(message)
                self._arrived.notify()

    def take(self):
        with self._arrived:
            while not self._messages:
                self._arrived.wait()
            return self._messages.pop(0)


def end_now():
    """Dyno is gone. Children that vLLM started end with their parent; whatever outlives it is the keeper's to kill."""
    for child in children(os.getpid()):
        try:
            os.kill(child, signal.SIGKILL)
        except OSError:
            pass
    os._exit(1)


def children(pid):
    found = []
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as listing:
                for child in map(int, listing.read().split()):
                    found += children(child) + [child]
        except OSError:
            pass
    return found


def one_line(error):
    return " ".join(str(error).split()) or type(error).__name__


class Engine:
    """vLLM's LLM, and what it says of itself."""

    def __init__(self, arguments):
        import vllm
        from vllm import LLM
        from vllm.engine.arg_utils import EngineArgs
        from vllm.utils.argparse_utils import FlexibleArgumentParser

        parser = EngineArgs.add_cli_args(FlexibleArgumentParser(prog="dyno_worker.py"))
        # LLM keeps no statistics unless told to; without them no request has times.
        parser.set_defaults(disable_log_stats=False)
        parsed = parser.parse_args(arguments)
        self.version = vllm.__version__
        self.statistics = not parsed.disable_log_stats
        begin = time.monotonic_ns()
        self.llm = LLM(**vars(EngineArgs.from_cli_args(parsed)))
        self.init_seconds = (time.monotonic_ns() - begin) / NS
        self.config = self.llm.llm_engine.vllm_config

    def describe(self):
        parallel = self.config.parallel_config
        model = self.config.model_config
        rank = int(os.environ.get("RANK", "0"))
        world = int(os.environ.get("WORLD_SIZE", "1"))
        replicas = parallel.data_parallel_size if world > 1 else 1
        return {
            "version": self.version,
            "dpRank": rank // (world // replicas),
            "dpSize": replicas,
            "maxModelLen": model.max_model_len,
            "vocabSize": model.get_vocab_size(),
            "inForce": self.in_force(),
            "seconds": self.seconds(),
        }

    def in_force(self):
        """What the engine really uses, as text, under Dyno's names."""
        config = self.config
        values = {
            "maxModelLen": config.model_config.max_model_len,
            "dtype": str(config.model_config.dtype).removeprefix("torch."),
            "quantization": config.model_config.quantization,
            "enforceEager": config.model_config.enforce_eager,
            "maxNumSeqs": config.scheduler_config.max_num_seqs,
            "maxNumBatchedTokens": config.scheduler_config.max_num_batched_tokens,
            "enablePrefixCaching": config.cache_config.enable_prefix_caching,
            "kvCacheDtype": config.cache_config.cache_dtype,
            "blockSize": config.cache_config.block_size,
            "num_gpu_blocks": config.cache_config.num_gpu_blocks,
            "tp": config.parallel_config.tensor_parallel_size,
            "pp": config.parallel_config.pipeline_parallel_size,
            "dp": config.parallel_config.data_parallel_size,
        }
        return {name: text(value) for name, value in values.items() if value is not None}

    def seconds(self):
        """What the start took, s. A time of 0 means that nothing was done, or that another process did it and did not tell: left out."""
        compilation = getattr(self.config.compilation_config, "compilation_time", 0) or 0
        seconds = {"init": self.init_seconds}
        if compilation > 0:
            seconds["compilation"] = compilation
        return seconds

    def generate(self, requests, sampling, keep_text):
        from vllm import SamplingParams

        prompts = [self.prompt(request) for request in requests]
        params = [
            SamplingParams(max_tokens=request["maxTokens"], ignore_eos=request.get("ignoreEos", False), **sampling)
            for request in requests
        ]
        chat = any(request.get("chat") for request in requests)
        call = self.llm.chat if chat else self.llm.generate
        wall_to_monotonic = time.monotonic_ns() - time.time_ns()
        start = time.monotonic_ns()
        outputs = call(prompts, sampling_params=params, use_tqdm=False)
        end = time.monotonic_ns()
        return {
            "start": start,
            "end": end,
            "results": [self.result(output, wall_to_monotonic, keep_text) for output in outputs],
            "unknown": {} if self.statistics else {"first": "the engine keeps no statistics (--disable-log-stats)"},
        }

    @staticmethod
    def prompt(request):
        given = request["prompt"]
        if request.get("chat"):
            return [{"role": "user", "content": given}]
        return {"prompt": given} if isinstance(given, str) else {"prompt_token_ids": given}

    @staticmethod
    def result(output, wall_to_monotonic, keep_text):
        answer = output.outputs[0]
        result = {
            "tokensIn": len(output.prompt_token_ids or []),
            "tokensCached": output.num_cached_tokens,
            "tokensOut": len(answer.token_ids),
            "finishReason": answer.finish_reason,
        }
        stats = output.metrics
        if stats is not None:
            result["arrival"] = int(stats.arrival_time * NS) + wall_to_monotonic
            result["scheduled"] = moment(stats.scheduled_ts)
            result["first"] = moment(stats.first_token_ts)
            result["last"] = moment(stats.last_token_ts)
        if keep_text:
            result["text"] = answer.text
        return result

    def count(self, content):
        messages = [{"role": "user", "content": content}]
        tokens = self.llm.get_tokenizer().apply_chat_template(messages, add_generation_prompt=True, tokenize=True)
        return len(tokens["input_ids"] if hasattr(tokens, "keys") else tokens)


def moment(seconds):
    """Monotonic seconds of vLLM in ns; 0 is what it has before the thing happened."""
    return int(seconds * NS) if seconds else None


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def answer(engine, message):
    operation = message["op"]
    if operation == "describe":
        return engine.describe()
    if operation == "generate":
        return engine.generate(message["requests"], message.get("sampling", {}), message.get("keepText", False))
    if operation == "count":
        return {"tokens": engine.count(message["text"])}
    if operation == "resetPrefixCache":
        return {"reset": bool(engine.llm.reset_prefix_cache())}
    if operation == "startProfile":
        engine.llm.start_profile()
        return {}
    if operation == "stopProfile":
        engine.llm.stop_profile()
        return {}
    raise ValueError(f"unknown op {operation}")


def serve(line, inbox, engine):
    while True:
        message = inbox.take()
        if message["op"] == "stop":
            line.send({"id": message["id"], "ok": {}})
            return
        try:
            line.send({"id": message["id"], "ok": answer(engine, message)})
        except Exception as error:
            line.send({"id": message["id"], "error": {"type": type(error).__name__, "message": one_line(error)}})
            if not isinstance(error, (ValueError, TypeError, NotImplementedError)):
                raise  # not the request's fault: an engine in an unknown state serves nothing more


def main():
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--socket", required=True)
    own, arguments = parser.parse_known_args()
    line = Line(own.socket)
    line.send(
        {
            "event": "hello",
            "protocol": PROTOCOL,
            "rank": int(os.environ.get("RANK", "0")),
            "world": int(os.environ.get("WORLD_SIZE", "1")),
            "pid": os.getpid(),
        }
    )
    inbox = Inbox(line)
    try:
        engine = Engine(arguments)
    except Exception as error:
        line.send({"event": "failed", "type": type(error).__name__, "message": one_line(error)})
        raise
    line.send({"event": "ready", **engine.describe()})
    serve(line, inbox, engine)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
