"""Puts VizTracer into the Python processes of an engine, idle until Dyno orders it to start.

Python imports a module of this name when it starts; Dyno puts this folder first on PYTHONPATH of a profiled engine, whose environment names

    DYNO_VIZTRACER           the folder in which Dyno leaves its orders and each process its answers and its trace
    DYNO_VIZTRACER_OPTIONS   arguments of viztracer.VizTracer, a JSON object

An order is the file `order`, whose text is a number and `start` or `stop`. A process answers with the file `PID.NUMBER`: a JSON object with
its name and whether it is traced. Only processes that have imported vLLM are. VizTracer traces the thread that starts it, so a signal takes
the order from the thread that waits for it to the main one, also when that is waiting in turn.
"""

import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import threading
import time

FOLDER = os.environ.get("DYNO_VIZTRACER")
HERE = os.path.dirname(os.path.abspath(__file__))
SIGNAL = signal.SIGUSR2  # vLLM and PyTorch have no use for it
LOOK = 0.05  # seconds between two looks for an order


def run_hidden():
    """There may be another module of this name, which would have run without us. One that fails is told as Python tells it, and costs us nothing."""
    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    try:
        spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except Exception as error:
        if sys.flags.verbose:
            sys.excepthook(*sys.exc_info())
        else:
            told = f"{type(error).__name__}: {error}"
            sys.stderr.write(f"Error in sitecustomize; set PYTHONVERBOSE for traceback:\n{told}\n")


def spinning():
    """vLLM's processes wait for each other in loops of this module that would fill a trace within a second."""
    module = sys.modules.get("vllm.distributed.device_communicators.shm_broadcast")
    return [] if module is None else [module.__file__]


def process_name():
    """MainProcess, or the name that vLLM gave its child: EngineCore, VllmWorker-1."""
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing.current_process().name if multiprocessing else "MainProcess"


class Hook:
    def __init__(self, folder):
        self.folder = folder
        self.tracer = None
        self.order = None

    def begin(self):
        """In each process once, in a forked one again: threads do not survive a fork."""
        self.tracer = None
        self.order = self.read()  # what was ordered before is not for us
        self.leave(str(os.getpid()), {})
        threading.Thread(target=self.wait, name="dyno-viztracer", daemon=True).start()

    def read(self):
        try:
            with open(os.path.join(self.folder, "order"), encoding="utf-8") as file:
                number, what = file.read().split()
                return int(number), what
        except FileNotFoundError:
            return 0, "stop"

    def wait(self):
        while True:
            time.sleep(LOOK)
            order = self.read()
            if order[0] > self.order[0]:  # not when the folder is gone, and the order with it
                self.order = order
                if self.tracer is not None or "vllm" in sys.modules:
                    signal.pthread_kill(threading.main_thread().ident, SIGNAL)
                else:
                    self.answer(traced=False)

    def obey(self, _signal, _frame):
        """On the main thread."""
        try:
            if self.order[1] == "start":
                from viztracer import VizTracer

                if self.tracer is not None:  # the stop before did not reach us
                    self.tracer.stop()
                    self.tracer.terminate()
                options = json.loads(os.environ["DYNO_VIZTRACER_OPTIONS"])
                self.tracer = VizTracer(verbose=0, process_name=process_name(), exclude_files=spinning(), **options)
                self.tracer.start()
                self.answer(traced=True)
            elif self.tracer is not None:
                self.tracer.stop()
                file = os.path.join(self.folder, f"{os.getpid()}.json")
                self.tracer.save(file)
                self.tracer.terminate()
                overflow = self.tracer.data.get("viztracer_metadata", {}).get("overflow", False)
                self.tracer = None
                self.answer(traced=True, file=file, overflow=overflow)
            else:
                self.answer(traced=False)
        except Exception as error:
            self.tracer = None
            missing = isinstance(error, ModuleNotFoundError) and error.name == "viztracer"
            remedy = f"; install it: {sys.executable} -m pip install viztracer" if missing else ""
            self.answer(traced=False, error=f"{type(error).__name__}: {error}{remedy}")

    def answer(self, **fields):
        fields |= {"name": process_name(), "rank": os.environ.get("RANK")}
        self.leave(f"{os.getpid()}.{self.order[0]}", fields)

    def leave(self, name, fields):
        """Whole or not at all."""
        path = os.path.join(self.folder, name)
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(fields, file)
        os.replace(path + ".part", path)


run_hidden()
if FOLDER and os.path.isdir(FOLDER):
    hook = Hook(FOLDER)
    signal.signal(SIGNAL, hook.obey)
    os.register_at_fork(after_in_child=hook.begin)
    hook.begin()
