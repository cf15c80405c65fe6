#!/usr/bin/env python3
"""Measures training steps of some variants on random text, a JSON line each: a long run may begin with the fastest.

    python speed.py --rows 256 --model-dim 512 --layers 6 --forms parallel chunkwise:64 chunkwise:128 --compile blocks
"""

import argparse
import json
import time

import numpy as np
import torch

from batches import Corpus, Feed, Mixture
from config import Config
from corpus import TokenFile
from model import RetNet
from optimizers import Optimizers
from trainer import Trainer
from workers import Workers, memory


def random_text(vocabulary: int, documents: int, seed: int = 1) -> TokenFile:
    """Documents of 20 to 300 tokens, as conversations have."""
    generator = np.random.default_rng(seed)
    bounds = np.concatenate(([0], np.cumsum(generator.integers(20, 300, documents))))
    tokens = generator.integers(3, vocabulary, bounds[-1]).astype(np.uint16)
    return TokenFile("random", tokens, bounds, np.ones(len(tokens), bool), int(bounds[-1]), "random")


def measure(arguments: argparse.Namespace, form: str, compiler: str, workers: Workers, text: TokenFile) -> dict:
    """Tokens a second of whole steps: batch, forward, backward, update."""
    a, (form, _, chunk) = arguments, form.partition(":")
    config = Config(
        vocabulary=a.vocabulary, dim=a.model_dim, layers=a.layers, heads=a.heads, key_dim=a.key_dim or a.model_dim,
        value_dim=a.value_dim or 2 * a.model_dim, mlp_dim=a.feed_forward or 2 * a.model_dim)
    model = RetNet(config, a.length, form, int(chunk or 64))
    model.initialize(1)
    model.to(workers.device)
    corpus = Corpus([text], False, workers.device)
    feed = Feed(corpus, Mixture((1.0,)), a.rows, a.length, 1, workers.rows(a.rows))
    optimizers = Optimizers(model, a.optimizer == "muon", 1e-3, 1e-3, (0.9, 0.98), 0.05, 0.95)
    trainer = Trainer(model, optimizers, feed, workers, rows=a.rows, micro_rows=a.micro_rows, average=0.99)
    result = {"form": form, "chunk": model.decays.chunk, "compile": compiler, "parameters": model.parameter_count()}
    start = time.perf_counter()
    if compiler != "off":
        result["problem"] = trainer.compile(compiler)
    for _ in range(3):
        trainer.step(0.1)
    trainer.take_recent()  # waits for the device
    result["seconds to start"] = round(time.perf_counter() - start, 1)
    if workers.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    for _ in range(a.steps):
        trainer.step(0.1)
    trainer.take_recent()
    rate = a.steps * a.rows * a.length / (time.perf_counter() - start)
    return result | {
        "tokensPerSecond": round(rate), "teraFLOPS": round(rate * model.flops_per_token() / 1e12, 3),
        "memoryMiB": memory(workers.device)}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (
            ("vocabulary", 8192), ("model-dim", 256), ("layers", 6), ("heads", 8), ("key-dim", 0), ("value-dim", 0),
            ("feed-forward", 0), ("rows", 8), ("length", 512), ("micro-rows", 0), ("steps", 20), ("threads", 0)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--forms", nargs="+", default=["parallel", "chunkwise:64"], help="parallel, or chunkwise:CHUNK")
    p.add_argument("--compile", nargs="+", default=["off"], choices=("off", "blocks", "whole"))
    p.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")
    p.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    a = p.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    workers = Workers(a.device)
    text = random_text(a.vocabulary, a.rows * a.length // 20)  # some eight steps an epoch
    for compiler in a.compile:
        for form in a.forms:
            torch.compiler.reset()
            torch.compiler.set_stance("default")
            try:
                result = measure(a, form, compiler, workers, text)
            except torch.OutOfMemoryError:
                result = {"form": form, "compile": compiler, "problem": "out of memory: set --micro-rows"}
            if workers.is_first:
                print(json.dumps(result), flush=True)
            if workers.device.type == "cuda":
                torch.cuda.empty_cache()
    workers.close()


if __name__ == "__main__":
    main()
