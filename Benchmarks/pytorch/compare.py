#!/usr/bin/env python3
"""Runs PyTorch and `retnet bench` side by side on the same model and prints retnet's speed as a multiple of PyTorch's.

The two take turns, section by section, round by round, so that a machine that is busy for a while slows both. Exit
code: 0, 1 where the two do not compute the same logits, 2 where something is missing.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECTIONS = ("decode", "prefill", "training")
TRAINED = {"gated8": "8 heads, gated MLP, 16 × 256", "plain4": "4 heads, plain MLP, 8 × 256"}


class Failure(Exception):
    """What ends the comparison, as one line."""

    def __init__(self, message: str, code: int = 2):
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def run(command: list, what: str) -> str:
    """Standard output of a command that must succeed."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    except OSError as error:
        raise Failure(f"{what}: {error}") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it says nothing"]
        telling = next((line for line in lines if line.lower().startswith(("error", "retnet:"))), lines[-1])
        raise Failure(f"{what} ended with {done.returncode}: {telling}")
    return done.stdout


def interpreter(what: str, folder: Path, requirements: Path, note: str = "", options: tuple = ()) -> Path:
    """Python with what `requirements` pins, in a virtual environment `folder` that is made at the first call."""
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = requirements.read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {what} into {folder}{note}")
        run([sys.executable, "-m", "venv", folder], "making a virtual environment")
        run([python, "-m", "pip", "install", "--quiet", *options, "-r", requirements], f"installing {what}")
        stamp.write_text(wanted)
    return python


def program() -> Path:
    """The release build of this checkout, built where it is missing."""
    path = ROOT / ".build" / "release" / "retnet"
    if not path.exists():
        say("building retnet")
        run(["make", "-C", ROOT, "build"], "make build")
    return path


def busy_share(seconds: float = 0.5) -> float | None:
    """Share of the machine that other processes use, as this one sleeps; None where it cannot be known."""

    def times():
        numbers = [int(x) for x in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]

    try:
        before = times()
        time.sleep(seconds)
        after = times()
    except (OSError, ValueError, IndexError):
        return None
    return 1 - (after[1] - before[1]) / max(1, after[0] - before[0])


class Peer:
    """A program that answers a line of JSON to each request, and keeps its models from round to round."""

    def __init__(self, name: str, command: list):
        self.name, self.log = name, tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)

    def ask(self, request: str) -> dict:
        try:
            print(request, file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.log.seek(0)
            lines = self.log.read().strip().splitlines() or ["it says nothing"]
            raise Failure(f"{self.name} ended at '{request}': {lines[-1]}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(answer["error"])
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()


def check(torch: Peer, retnet: Path, model: Path) -> dict:
    """Both must give the same logits, and PyTorch's three forms as well; raises where they do not."""
    generator = random.Random(1)
    vocabulary = json.loads((model / "config.json").read_text())["vocab_size"]
    tokens = ",".join(str(generator.randrange(vocabulary)) for _ in range(150))  # two chunks and a part
    logits = run(
        [retnet, "logits", "--model", model, "--tokens", tokens, "--form", "parallel", "--json"], "retnet logits")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "logits.json"
        file.write_text(logits)
        found = torch.ask(f"check {file}")
    for pair, difference in found["differences"].items():
        if not difference <= found["tolerance"]:
            raise Failure(
                f"logits of {pair} differ by {difference:.2g}, more than {found['tolerance']:.0e}: "
                "nothing was measured", 1)
    return found


def bench(retnet: Path, model: Path, section: str, threads: int, seconds: float) -> dict:
    """What `retnet bench` measures in one section: tokens a second by what is measured (as `partner`) and how."""
    command = [retnet, "bench", "--json", "--only", section, "--threads", threads, "--model", model]
    text = run([*command, "--seconds", seconds], f"retnet bench --only {section}")
    try:
        report = json.loads(text)
        if section == "decode":
            return {
                (f"decode.{entry['threads']}", entry["type"]): entry["tokensPerSecond"] for entry in report["decode"]}
        if section == "prefill":
            return {
                (f"prefill.{entry['length']}", f"{entry['form']} {entry.get('chunkLength') or ''}".strip()):
                    entry["tokensPerSecond"]
                for entry in report["prefill"]}
        return {("training", "chunkwise 64"): report["training"]["tokensPerSecond"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"retnet bench --only {section} --json has not the expected form: {error!r}") from None


def partner(item: str) -> str:
    """What of retnet an item of PyTorch is compared with."""
    section, *rest = item.split(".")
    return {"decode": f"decode.{rest[0]}", "prefill": f"prefill.{rest[-2]}", "training": "training"}[section]


def title(item: str) -> tuple[str, str]:
    """The item in words, and how PyTorch ran it."""
    section, *what, way = item.split(".")
    if section == "decode":
        return f"decode, {what[0]} thread{'s' if what[0] != '1' else ''}", way
    if section == "prefill":
        return f"prompt of {what[1]} tokens", f"{what[0]}, {way}"
    return f"training, {TRAINED[what[0]]}", f"{what[1]}, {way}"


def measure(torch: Peer, retnet: Path, items: list, sections: list, arguments: argparse.Namespace):
    """Tokens a second of every round: PyTorch's by item, retnet's as `bench` has them; and how busy the machine was."""
    for item in items:
        say(f"prepared {item} in {torch.ask(f'prepare {item}')['seconds']:.0f} s")
    theirs = {item: [] for item in items}
    ours, busy = {}, []
    for number in range(arguments.rounds):
        busy.append(busy_share())
        note = "" if busy[-1] is None else f", other processes use {busy[-1]:.0%} of the machine"
        say(f"round {number + 1} of {arguments.rounds}{note}")
        for section in sections:
            for item in items:
                if item.startswith(section):
                    theirs[item].append(torch.ask(f"measure {item}")["tokensPerSecond"])
            rates = bench(retnet, arguments.model, section, arguments.threads, arguments.seconds)
            for key, rate in rates.items():
                ours.setdefault(key, []).append(rate)
    return theirs, ours, busy


def rows(theirs: dict, ours: dict) -> list:
    """A row for each item that both have measured, or one for each type of weights where the item is decode: medians
    over the rounds, and the ratio of each round."""
    result = []
    for item, rates in theirs.items():
        own = {way: own for (key, way), own in ours.items() if key == partner(item) and len(own) == len(rates)}
        if not own:
            say(f"retnet bench has nothing to compare {item} with")
            continue
        if not item.startswith("decode"):
            # A prompt may be read in any form: the fastest counts.
            own = dict([max(own.items(), key=lambda entry: statistics.median(entry[1]))])
        what, way = title(item)
        for own_way, own_rates in own.items():
            median, own_median = statistics.median(rates), statistics.median(own_rates)
            result.append({
                "item": item, "title": what, "pytorch": {"way": way, "tokensPerSecond": median, "rounds": rates},
                "retnet": {"way": own_way, "tokensPerSecond": own_median, "rounds": own_rates},
                "ratio": own_median / median, "ratios": [o / t for o, t in zip(own_rates, rates)]})
    return result


def table(result: list) -> str:
    lines = [("", "PyTorch", "tokens/s", "retnet", "tokens/s", "ratio", "of rounds")]
    for row in result:
        torch, retnet = row["pytorch"], row["retnet"]
        lines.append((
            row["title"], torch["way"], f"{torch['tokensPerSecond']:,.0f}", retnet["way"],
            f"{retnet['tokensPerSecond']:,.0f}", f"{row['ratio']:.2f}",
            f"{min(row['ratios']):.2f} – {max(row['ratios']):.2f}"))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    right = (2, 4, 5, 6)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width) for i, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines)


def processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retnet", type=Path, help="the program; the release build of this checkout otherwise")
    parser.add_argument("--python", type=Path, help="a Python with torch and safetensors; no environment is made then")
    parser.add_argument(
        "--model", type=Path, default=ROOT / "Models" / "chat", help="a folder of the bundled model's kind")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for both; all cores otherwise")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=float, default=15, help="for each section of retnet bench in each round, 15 if not given")
    parser.add_argument("--only", help="sections with commas between: " + ", ".join(SECTIONS))
    parser.add_argument("--no-compile", action="store_true", help="leave out torch.compile, which takes minutes")
    parser.add_argument("--check-only", action="store_true", help="compare logits and measure nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    sections = arguments.only.split(",") if arguments.only else list(SECTIONS)
    if not set(sections) <= set(SECTIONS) or arguments.rounds < 1 or arguments.threads < 1:
        parser.error("--only takes " + ", ".join(SECTIONS) + "; --rounds and --threads are 1 or more")

    python = arguments.python or interpreter(
        "PyTorch", ROOT / ".build" / "pytorch-venv", HERE / "requirements.txt",
        note=" (on Linux, PyPI's has several GB of GPU libraries with it)")
    retnet = arguments.retnet or program()
    command = [python, HERE / "measure.py", "--model", arguments.model, "--threads", str(arguments.threads)]
    with Peer("PyTorch", command) as torch:
        versions = torch.ask("versions")
        agreement = check(torch, retnet, arguments.model)
        say(f"PyTorch {versions['torch']}; logits agree to {max(agreement['differences'].values()):.1e}")
        if arguments.check_only:
            return
        items = [
            item for item in torch.ask("items")["items"]
            if item.split(".")[0] in sections and not (arguments.no_compile and item.endswith(".compile"))]
        theirs, ours, busy = measure(torch, retnet, items, sections, arguments)
    result = rows(theirs, ours)
    if arguments.json:
        print(json.dumps({
            "processor": processor(), "threads": arguments.threads, "versions": versions, "check": agreement,
            "busyBefore": busy, "rows": result}, indent=1, ensure_ascii=False))
    else:
        print(f"{processor()}, threads: {arguments.threads}, float32, PyTorch {versions['torch']}, "
              f"medians of {arguments.rounds} rounds")
        print(table(result))
        if any(share is not None and share > 0.1 for share in busy):
            print("Other processes were at work: repeat this on a quiet machine before you rely on it.")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        say(f"compare: {failure}")
        sys.exit(failure.code)
    except KeyboardInterrupt:
        sys.exit(130)
