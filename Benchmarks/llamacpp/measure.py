"""The llama.cpp side of `compare.py`: a request a line on standard input, its answer a line of JSON.

    echo measure decode.2.f16 | python measure.py --models FOLDER --threads 2

`FOLDER` has the files of `make_model.py`. A model is loaded and warmed up when it is first asked for, outside what is
timed. The loops are those of llama.cpp's own `llama-bench`: `llama_decode` with random tokens and an empty cache.
"""

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

import xllamacpp

import make_model
from llama_api import Llama

TYPES = tuple(make_model.TYPES)
CONTEXT = make_model.CONTEXT
LENGTHS = (256, 1024, CONTEXT)
PROMPT = 16  # tokens before the steps that are timed
STEPS = 128
CHECKED = 32  # tokens that the server must continue a text with alike


class Models:
    """The models of a folder, each loaded once."""

    def __init__(self, folder: Path):
        self.folder, self.loaded = folder, {}

    def file(self, kind: str) -> Path:
        return self.folder / f"{kind}.gguf"

    def __getitem__(self, kind: str) -> Llama:
        if kind not in self.loaded:
            self.loaded[kind] = Llama(self.file(kind), CONTEXT)
        return self.loaded[kind]


def random_tokens(model: Llama, count: int) -> list[int]:
    generator = random.Random(1)
    return [generator.randrange(model.vocabulary) for _ in range(count)]


class Item:
    """A rate, the median of runs on `threads` threads."""

    def __init__(self, model: Llama, threads: int):
        self.model, self.threads = model, threads

    def run(self) -> float:
        """Tokens per second of one run."""
        raise NotImplementedError

    def tokens_per_second(self, seconds: float) -> dict:
        """Runs for about `seconds`, once at least, after a run that does not count."""
        self.model.set_threads(self.threads)
        self.run()
        rates, start = [], time.perf_counter()
        while not rates or time.perf_counter() - start < seconds:
            rates.append(self.run())
        return {"tokensPerSecond": statistics.median(rates), "runs": len(rates)}

    def check_length(self, expected: int) -> None:
        """Makes sure that llama.cpp has computed every token, and none that was cached."""
        if self.model.length() != expected:
            raise RuntimeError(f"llama.cpp's cache holds {self.model.length()} tokens, not {expected}")


class Decode(Item):
    """Single steps of one text after a short prompt, which is not timed."""

    def __init__(self, model: Llama, threads: int):
        super().__init__(model, threads)
        self.prompt, self.step = model.batch(random_tokens(model, PROMPT)), model.batch([0])
        self.tokens = random_tokens(model, STEPS)

    def run(self) -> float:
        model, step = self.model, self.step
        model.clear()
        model.decode(self.prompt)
        start = time.perf_counter()
        for token in self.tokens:
            step.tokens[0] = token
            model.decode(step)
        elapsed = time.perf_counter() - start
        self.check_length(PROMPT + STEPS)
        return STEPS / elapsed


class Prefill(Item):
    """A prompt of one text, and the logits of its last token."""

    def __init__(self, model: Llama, threads: int, length: int):
        super().__init__(model, threads)
        self.prompt, self.length = model.batch(random_tokens(model, length)), length

    def run(self) -> float:
        self.model.clear()
        start = time.perf_counter()
        self.model.decode(self.prompt)
        elapsed = time.perf_counter() - start
        self.check_length(self.length)
        return self.length / elapsed


def names(threads: int) -> list[str]:
    """All items: `decode.THREADS.TYPE` and `prefill.LENGTH.TYPE`."""
    decode = [f"decode.{count}.{kind}" for kind in TYPES for count in sorted({1, threads})]
    return decode + [f"prefill.{length}.{kind}" for kind in TYPES for length in LENGTHS]


def make(name: str, models: Models, threads: int) -> Item:
    section, number, kind = name.split(".")
    if section == "decode":
        return Decode(models[kind], int(number))
    return Prefill(models[kind], threads, int(number))


def greedy(model: Llama, prompt: list[int], count: int) -> list[int]:
    """The likeliest token after each, as `Decode` steps."""
    model.clear()
    model.decode(model.batch(prompt))
    step, found = model.batch([0]), []
    for _ in range(count):
        logits = model.logits()
        found.append(logits.index(max(logits)))
        step.tokens[0] = found[-1]
        model.decode(step)
    return found


def served(file: Path, threads: int, prompt: list[int], count: int) -> tuple[list[int], float]:
    """The same tokens from llama.cpp's server, and its own clock's tokens per second of decode."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx, parameters.n_parallel, parameters.verbosity = CONTEXT, 1, 0
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(parameters)
    request = {
        "prompt": prompt, "max_tokens": count, "temperature": 0, "cache_prompt": False, "ignore_eos": True}
    answer = server.handle_completions({**request, "logprobs": 1})
    tokens = [entry["id"] for entry in answer["choices"][0]["logprobs"]["content"]]
    # Without probabilities, which cost the server time.
    timings = server.handle_completions({**request, "max_tokens": STEPS})["timings"]
    if timings["cache_n"] != 0 or timings["predicted_n"] != STEPS:
        raise RuntimeError(f"llama.cpp's server has reused or left out tokens: {timings}")
    return tokens, timings["predicted_per_second"]


def words(tokens: list[int]) -> list[int]:
    """Without byte tokens: the server's answer leaves out those that are no complete character."""
    return [token for token in tokens if token >= make_model.WORDS]


def check(models: Models, threads: int) -> dict:
    """Whether the loop that is timed and llama.cpp's server continue a text alike, for each type of weights."""
    agree, rates = {}, {}
    for kind in TYPES:
        model = models[kind]
        model.set_threads(threads)
        prompt = random_tokens(model, PROMPT)
        expected, rates[kind] = served(models.file(kind), threads, prompt, CHECKED)
        agree[kind] = words(greedy(model, prompt, CHECKED)) == words(expected)
    return {"agree": agree, "serverTokensPerSecond": rates}


def versions() -> dict:
    """The release, and the vector instructions that this build of llama.cpp uses."""
    information = xllamacpp.get_system_info()
    used = [part.split("=")[0].strip() for part in information.replace("CPU :", "").split("|") if "= 1" in part]
    return {"xllamacpp": xllamacpp.__version__, "build": used}


def answer(words: list[str], models: Models, made: dict, threads: int) -> dict:
    """Does what one line asks for: `versions`, `items`, `sizes`, `check`, `prepare ITEM`, `measure ITEM [SECONDS]`."""
    match words:
        case ["versions"]:
            return versions()
        case ["items"]:
            return {"items": names(threads)}
        case ["sizes"]:
            return models[TYPES[0]].sizes()
        case ["check"]:
            return check(models, threads)
        case ["prepare" | "measure" as verb, name, *rest] if name in names(threads):
            start = time.perf_counter()
            if name not in made:
                made[name] = make(name, models, threads)
            if verb == "prepare":
                return {"item": name, "seconds": time.perf_counter() - start}
            return {"item": name, **made[name].tokens_per_second(float(rest[0]) if rest else 1.0)}
        case _:
            return {"error": f"unknown request: {' '.join(words)}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    models, made = Models(arguments.models), {}
    for line in sys.stdin:
        try:
            reply = answer(line.split(), models, made, arguments.threads)
        except RuntimeError as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
