"""The PyTorch side of `compare.py`: a request a line on standard input, its answer a line of JSON.

    echo measure decode.2.eager | python measure.py --model ../../Models/chat --threads 2

What an item needs is made, compiled and warmed up when it is first asked for, outside what is timed.
"""

import argparse
import json
import platform
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F

from retnet import Config, RetNet

LENGTHS = (256, 1024, 2048, 8192)
LONGEST_PARALLEL = 4096  # memory and time of the parallel form grow with the square of the length
# Logits of the bundled model are of size 10 or so: float32 rounding, added up in another order.
TOLERANCE = 1e-4


def check(model: RetNet, file: str) -> dict:
    """Largest differences of logits: from retnet's, and of the other two forms from the parallel one."""
    reference = json.loads(Path(file).read_text())
    tokens = torch.tensor([reference["tokens"]])
    expected = torch.tensor(reference["logits"])
    with torch.inference_mode():
        parallel = model(tokens)[0]
        state = model.make_state()
        steps = [model.step(tokens[:, [n]], torch.tensor([n]), state)[0] for n in range(tokens.shape[1])]
        whole = tokens.shape[1] // model.tables.chunk * model.tables.chunk
        chunkwise = model.chunkwise(tokens[:, :whole], model.make_state())[0]
    differences = {
        "PyTorch's parallel form and retnet's": (parallel - expected).abs().max().item(),
        "PyTorch's recurrent and parallel forms": (torch.cat(steps) - parallel).abs().max().item(),
        "PyTorch's chunkwise and parallel forms": (chunkwise - parallel[:whole]).abs().max().item(),
    }
    return {"differences": differences, "tolerance": TOLERANCE}


class Repeated:
    """A rate: calls `run`, which handles `tokens` tokens, for about `seconds`, on `threads` threads."""

    def __init__(self, run, tokens: int, seconds: float, threads: int):
        self.run, self.tokens, self.seconds, self.threads = run, tokens, seconds, threads
        torch.set_num_threads(threads)
        for _ in range(2):  # compiles, and grows what is kept between calls
            run()

    def tokens_per_second(self) -> float:
        torch.set_num_threads(self.threads)
        calls, start = 0, time.perf_counter()
        while True:
            self.run()
            calls += 1
            elapsed = time.perf_counter() - start
            if elapsed >= self.seconds:
                return calls * self.tokens / elapsed


def compiled(function, compiles: bool):
    return torch.compile(function, dynamic=False) if compiles else function


def random_tokens(model: RetNet, *shape: int) -> torch.Tensor:
    return torch.randint(0, model.config.vocabulary, shape, generator=torch.Generator().manual_seed(1))


def decode(model: RetNet, compiles: bool, threads: int) -> Repeated:
    """One text, a recurrent step per token."""
    step, state = compiled(model.step, compiles), model.make_state()
    tokens, positions = random_tokens(model, 64, 1, 1).unbind(), torch.arange(64)[:, None].unbind()

    def run():
        with torch.inference_mode():
            for token, position in zip(tokens, positions):
                step(token, position, state)

    return Repeated(run, len(tokens), 1.0, threads)


def prefill(model: RetNet, form: str, length: int, compiles: bool, threads: int) -> Repeated:
    """A prompt of one text, and the logits of its last token."""
    tokens, state = random_tokens(model, 1, length), model.make_state()
    if form == "parallel":
        whole = compiled(model.forward, compiles)
        arguments = (tokens,)
    else:
        whole = compiled(model.chunkwise, compiles)
        arguments = (tokens, state)

    def run():
        with torch.inference_mode():
            state.zero_()
            whole(*arguments, last=True)

    return Repeated(run, length, 1.0, threads)


def training(config: Config, batch: int, form: str, compiles: bool, threads: int) -> Repeated:
    """Steps on texts of 256 tokens: forward, cross entropy, backward, clipping, AdamW."""
    length = 256
    torch.manual_seed(1)
    model = RetNet(config, length)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
        lr=1e-4, betas=(0.9, 0.98), fused=True)
    tokens = random_tokens(model, batch, length + 1)

    def loss(tokens):
        logits = (model if form == "parallel" else model.chunkwise)(tokens[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())

    forward = compiled(loss, compiles)

    def run():
        optimizer.zero_grad(set_to_none=True)
        forward(tokens).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return Repeated(run, batch * length, 2.0, threads)


def items(model: RetNet, threads: int) -> dict:
    """How each item is made, by name; the last part says whether its functions are compiled."""
    gated = model.config
    # Two matrices of 3/2 the width have as many weights as the gated MLP's three.
    plain = replace(gated, heads=4, gated_mlp=False, mlp_dim=gated.mlp_dim * 3 // 2)
    makers = {}
    for way in ("eager", "compile"):
        compiles = way == "compile"
        for count in sorted({1, threads}):  # a step is so little work that threads may not pay
            makers[f"decode.{count}.{way}"] = partial(decode, model, compiles, count)
        for form in ("parallel", "chunkwise"):
            for length in LENGTHS:
                if form == "parallel" and length > LONGEST_PARALLEL:
                    continue
                makers[f"prefill.{form}.{length}.{way}"] = partial(prefill, model, form, length, compiles, threads)
        for form in ("parallel", "chunkwise"):
            makers[f"training.gated8.{form}.{way}"] = partial(training, gated, 16, form, compiles, threads)
            makers[f"training.plain4.{form}.{way}"] = partial(training, plain, 8, form, compiles, threads)
    return makers


def answer(words: list[str], model: RetNet, makers: dict, made: dict) -> dict:
    """Does what one line asks for: `versions`, `items`, `check FILE`, `prepare ITEM` or `measure ITEM`."""
    match words:
        case ["versions"]:
            return {"torch": torch.__version__, "python": platform.python_version()}
        case ["items"]:
            return {"items": list(makers)}
        case ["check", file]:
            return check(model, file)
        case ["prepare" | "measure" as verb, name] if name in makers:
            start = time.perf_counter()
            if name not in made:
                made[name] = makers[name]()
            if verb == "prepare":
                return {"item": name, "seconds": time.perf_counter() - start}
            return {"item": name, "tokensPerSecond": made[name].tokens_per_second()}
        case _:
            return {"error": f"unknown request: {' '.join(words)}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    # Every shape is a graph of its own, and few functions have them all.
    torch._dynamo.config.recompile_limit = 64
    model = RetNet.load(arguments.model, max(LENGTHS))
    makers, made = items(model, arguments.threads), {}
    for line in sys.stdin:
        print(json.dumps(answer(line.split(), model, makers, made)), flush=True)


if __name__ == "__main__":
    main()
