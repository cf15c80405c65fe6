#!/usr/bin/env python3
"""Runs llama.cpp and `retnet bench` side by side and prints retnet's speed as a multiple of llama.cpp's.

The models differ, a Llama and a RetNet, but have about as many weights. The two take turns, section by section, round
by round, so that a machine that is busy for a while slows both. Exit code: 0, 1 where llama.cpp's calls do not continue
a text as its server does, 2 where something is missing.
"""

import argparse
import importlib.util
import json
import os
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECTIONS = ("decode", "prefill")
# Types of weights that have about the same number of bits, llama.cpp's first.
PAIRS = (("f32", "f32"), ("f16", "bf16"), ("f16", "f16"), ("q8_0", "int8"), ("q4_0", "int4"))


def pytorch_comparison():
    """The program beside this one, for what both need: commands, `retnet bench`, how busy the machine is."""
    specification = importlib.util.spec_from_file_location("pytorch_comparison", HERE.parent / "pytorch" / "compare.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


common = pytorch_comparison()
Failure, say, run = common.Failure, common.say, common.run


def models(python: Path, model: Path) -> tuple[Path, dict]:
    """The folder of llama.cpp's models, written anew, and the sizes of both."""
    folder = ROOT / ".build" / "llamacpp-models"
    sizes = json.loads(
        run([python, HERE / "make_model.py", "--model", model, "--out", folder], "writing llama.cpp's models"))
    difference = sizes["llamaWeights"] / sizes["retnetWeights"] - 1
    say(f"weights read per token: retnet {sizes['retnetWeights']:,}, llama.cpp {sizes['llamaWeights']:,} "
        f"({difference:+.1%})")
    return folder, sizes


def check(llama: common.Peer) -> dict:
    """The calls that are timed must continue a text as llama.cpp's own server does; raises where they do not."""
    found = llama.ask("check")
    different = [kind for kind, agrees in found["agree"].items() if not agrees]
    if different:
        raise Failure(
            f"the calls and llama.cpp's server continue a text differently in {', '.join(different)}: "
            "nothing was measured", 1)
    rates = ", ".join(f"{kind} {rate:,.0f}" for kind, rate in found["serverTokensPerSecond"].items())
    say(f"continues a text as llama.cpp's server, which decodes, by its own clock, in tokens/s: {rates}")
    return found


def measure(llama: common.Peer, retnet: Path, items: list, sections: list, arguments: argparse.Namespace):
    """Tokens per second of every round, llama.cpp's by item, retnet's as `bench` has them, and how busy the machine
    was before each."""
    for item in items:
        llama.ask(f"prepare {item}")
    theirs, ours, busy = {item: [] for item in items}, {}, []
    for number in range(arguments.rounds):
        busy.append(common.busy_share())
        note = "" if busy[-1] is None else f", other processes use {busy[-1]:.0%} of the machine"
        say(f"round {number + 1} of {arguments.rounds}{note}")
        for section in sections:
            own = [item for item in items if item.startswith(section)]
            for item in own:
                rate = llama.ask(f"measure {item} {arguments.seconds / len(own)}")["tokensPerSecond"]
                theirs[item].append(rate)
            rates = common.bench(retnet, arguments.model, section, arguments.threads, arguments.seconds)
            for key, rate in rates.items():
                ours.setdefault(key, []).append(rate)
    return theirs, ours, busy


def title(item: str) -> str:
    section, number, _ = item.split(".")
    if section == "decode":
        return f"decode, {number} thread{'s' if number != '1' else ''}"
    return f"prompt of {int(number):,} tokens"


def partners(item: str, ours: dict, rounds: int) -> list[str]:
    """What of retnet an item of llama.cpp is compared with: types of weights, or the form that reads fastest."""
    section, number, kind = item.split(".")
    key = f"{section}.{number}"
    complete = {way: rates for (other, way), rates in ours.items() if other == key and len(rates) == rounds}
    if section == "decode":
        return [own for theirs, own in PAIRS if theirs == kind and own in complete]
    return sorted(complete, key=lambda way: statistics.median(complete[way]))[-1:]


def rows(theirs: dict, ours: dict) -> list[dict]:
    """A row for each pair that both have measured: medians over the rounds, and the ratio of each round."""
    result = []
    for item, rates in theirs.items():
        section, number, kind = item.split(".")
        ways = partners(item, ours, len(rates))
        if not ways:
            say(f"retnet bench has nothing to compare {item} with; see --seconds")
        for way in ways:
            own = ours[f"{section}.{number}", way]
            ratios = [o / t for o, t in zip(own, rates)]
            result.append({
                "item": item, "title": title(item),
                "llamacpp": {"type": kind, "tokensPerSecond": statistics.median(rates), "rounds": rates},
                "retnet": {"way": way, "tokensPerSecond": statistics.median(own), "rounds": own},
                "ratio": statistics.median(ratios), "ratios": ratios})
    return sorted(result, key=lambda row: place(row["item"]))


def place(item: str) -> tuple[int, int]:
    """Where an item stands in the table: by section, then by threads or length."""
    section, number, _ = item.split(".")
    return SECTIONS.index(section), int(number)


def table(result: list[dict]) -> str:
    lines = [("item", "llama.cpp", "tokens/s", "retnet", "tokens/s", "ratio", "of rounds")]
    for row in result:
        llama, retnet = row["llamacpp"], row["retnet"]
        lines.append((
            row["title"], llama["type"], f"{llama['tokensPerSecond']:,.0f}", retnet["way"],
            f"{retnet['tokensPerSecond']:,.0f}", f"{row['ratio']:.2f}",
            f"{min(row['ratios']):.2f} – {max(row['ratios']):.2f}"))
    widths = [max(map(len, column)) for column in zip(*lines)]
    aligned = (str.ljust, str.ljust, str.rjust, str.ljust, str.rjust, str.rjust, str.rjust)
    return "\n".join(
        "  ".join(align(cell, width) for align, cell, width in zip(aligned, line, widths)).rstrip() for line in lines)


def misses_vectors(build: list[str]) -> bool:
    """Whether the processor has AVX-512 and this build of llama.cpp does not use it."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512f" in flags and "AVX512" not in build


def report(result: list[dict], versions: dict, busy: list, arguments: argparse.Namespace) -> None:
    """The table for people, with what limits its worth."""
    print(f"{common.processor()}, threads: {arguments.threads}, xllamacpp {versions['xllamacpp']} "
          f"({' '.join(versions['build'])}), rounds: {arguments.rounds}")
    print(table(result))
    if misses_vectors(versions["build"]):
        print("This llama.cpp does not use the processor's AVX-512, retnet does: see --python.")
    if any(share is not None and share > 0.1 for share in busy):
        print("Other processes were at work: repeat this on a quiet machine before you rely on it.")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retnet", type=Path, help="the program; the release build of this checkout otherwise")
    parser.add_argument(
        "--python", type=Path, help="a Python with xllamacpp and gguf, as one built for this processor; "
        "no environment is made then")
    parser.add_argument("--model", type=Path, default=ROOT / "Models" / "chat", help="the RetNet's folder")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for both; all cores otherwise")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=float, default=15, help="for each section of each program in each round, 15 if not given")
    parser.add_argument("--only", help="sections with commas between: " + ", ".join(SECTIONS))
    parser.add_argument("--check-only", action="store_true", help="compare with llama.cpp's server and measure nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    arguments.sections = arguments.only.split(",") if arguments.only else list(SECTIONS)
    if not set(arguments.sections) <= set(SECTIONS) or arguments.rounds < 1 or arguments.threads < 1:
        parser.error("--only takes " + ", ".join(SECTIONS) + "; --rounds and --threads are 1 or more")
    return arguments


def main() -> None:
    arguments = options()
    python = arguments.python or common.interpreter(
        "llama.cpp", ROOT / ".build" / "llamacpp-venv", HERE / "requirements.txt",
        options=("--only-binary", ":all:"))
    retnet = arguments.retnet or common.program()
    folder, sizes = models(python, arguments.model)
    def peer() -> common.Peer:
        return common.Peer(
            "llama.cpp", [python, HERE / "measure.py", "--models", folder, "--threads", str(arguments.threads)])

    with peer() as llama:  # a process of its own, as servers leave threads
        agreement = check(llama)
    if arguments.check_only:
        return
    with peer() as llama:
        versions, limits = llama.ask("versions"), llama.ask("sizes")
        items = [item for item in llama.ask("items")["items"] if item.split(".")[0] in arguments.sections]
        theirs, ours, busy = measure(llama, retnet, items, arguments.sections, arguments)
    result = rows(theirs, ours)
    if arguments.json:
        print(json.dumps({
            "processor": common.processor(), "threads": arguments.threads, "versions": versions,
            "sizes": sizes | limits, "check": agreement, "busyBefore": busy, "rows": result},
            indent=1, ensure_ascii=False))
    else:
        report(result, versions, busy, arguments)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        say(f"compare: {failure}")
        sys.exit(failure.code)
    except KeyboardInterrupt:
        sys.exit(130)
