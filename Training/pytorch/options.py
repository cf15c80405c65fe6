"""The command line of `train.py`."""

import argparse
import os
import sys
from pathlib import Path

from folder import CHECKPOINT, CONFIG, DTYPES, load_checkpoint
from model import FORMS
from schedule import SHAPES

# What may differ when a run resumes: where the data lies, how long to train, and what changes no result.
FREE = {
    "data", "valid", "out", "cache", "resume", "force", "minutes", "log_every", "validate_every", "checkpoint_minutes",
    "micro_rows", "compile", "tokenizer_workers", "threads", "device", "export_type", "describe"}
UNSTORED = {"out", "cache", "resume", "force", "describe"}


class Settings(argparse.Namespace):
    """All options of a run by name."""

    def stored(self) -> dict:
        """As a checkpoint holds them."""
        plain = {name: value for name, value in vars(self).items() if name not in UNSTORED}
        return {
            name: [str(v) for v in value] if isinstance(value, list) and value and isinstance(value[0], Path)
            else str(value) if isinstance(value, Path) else value
            for name, value in plain.items()}


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="train.py", description="Trains a RetNet on conversations and texts. OUT becomes a model that `retnet` opens.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28, width=110))
    start = p.add_argument_group("start")
    start.add_argument("--init", type=Path, help="begin with the weights, tokenizer and sampling of a model folder")
    start.add_argument("--tokenizer", type=Path, help="tokenizer.model of a new model; its size is the vocabulary")
    start.add_argument("--model-dim", type=int, default=256, help="width of the residual stream (256)")
    start.add_argument("--layers", type=int, default=6, help="blocks (6)")
    start.add_argument("--heads", type=int, default=8, help="heads of a layer (8)")
    start.add_argument("--key-dim", type=int, help="queries and keys, all heads together (model-dim)")
    start.add_argument("--value-dim", type=int, help="values, all heads together (2 · model-dim)")
    start.add_argument("--feed-forward", type=int, help="width of the gated MLP (2 · model-dim)")
    start.add_argument("--untied-head", action="store_true", help="a head with weights of its own")

    data = p.add_argument_group("data")
    data.add_argument("--data", type=Path, nargs="+", help="text files to train on, or token files of corpus.py")
    data.add_argument("--passes", type=float, nargs="+", help="times an epoch sees each document of each file (1 each)")
    data.add_argument("--valid", type=Path, nargs="+", default=[], help="files to measure on, not trained on")
    data.add_argument("--loss", choices=("all", "replies"), default="all", help="tokens that are learned (all)")
    data.add_argument("--rows", type=int, default=8, help="rows of a batch, over all processes (8)")
    data.add_argument("--length", type=int, default=512, help="tokens of a row (512)")
    data.add_argument("--no-carry", action="store_true", help="begin every row with an empty state")
    data.add_argument("--micro-rows", type=int, default=0, help="rows computed at once by a process; 0 is all (0)")
    data.add_argument("--cache", type=Path, help="folder of token files (OUT/tokens)")
    data.add_argument("--tokenizer-workers", type=int, default=os.cpu_count() or 1, help="processes (all cores)")

    course = p.add_argument_group("course")
    course.add_argument("--steps", type=int, help="steps of the run")
    course.add_argument("--minutes", type=float, help="budget: without --steps, the schedule ends with it")
    course.add_argument("--optimizer", choices=("muon", "adamw"), default="muon", help="of the blocks' matrices (muon)")
    course.add_argument("--learning-rate", type=float, default=2e-3, help="highest rate (2e-3)")
    course.add_argument("--muon-rate", type=float, help="Muon's highest rate (--learning-rate)")
    course.add_argument("--schedule", choices=SHAPES, default="trapezoid", help="(trapezoid)")
    course.add_argument("--warm-up", type=int, default=100, help="steps of rising rate (100)")
    course.add_argument("--decay-share", type=float, default=0.4, help="of a trapezoid, where the rate falls (0.4)")
    course.add_argument("--final-share", type=float, default=0.0, help="share of the highest rate at the end (0)")
    course.add_argument("--betas", type=float, nargs=2, default=[0.9, 0.98], help="AdamW's (0.9 0.98)")
    course.add_argument("--momentum", type=float, default=0.95, help="Muon's (0.95)")
    course.add_argument("--weight-decay", type=float, default=0.05, help="of matrices (0.05)")
    course.add_argument("--clip", type=float, default=1.0, help="longest gradient; 0 is no limit (1)")
    course.add_argument("--dropout", type=float, default=0.0, help="(0)")
    course.add_argument("--average", type=float, default=0.0, help="decay of the moving average of weights; 0: none (0)")
    course.add_argument("--form", choices=FORMS, default="auto", help="auto: parallel for rows of at most 512 tokens")
    course.add_argument("--chunk-length", type=int, default=64, help="of the chunkwise form (64)")
    course.add_argument("--seed", type=int, default=1, help="of weights, order and dropout (1)")

    rest = p.add_argument_group("run")
    rest.add_argument("--out", type=Path, required=True, help="folder of the model and its run")
    rest.add_argument("--resume", action="store_true", help="go on with the run in --out, with its settings")
    rest.add_argument("--force", action="store_true", help="overwrite a run or model in --out")
    rest.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="(auto)")
    rest.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves it to PyTorch (0)")
    rest.add_argument(
        "--compile", choices=("blocks", "whole"), nargs="?", const="blocks",
        help="through torch.compile, where that works: each block, or all at once, which takes longer to compile")
    rest.add_argument("--log-every", type=int, default=10, help="steps between log lines (10)")
    rest.add_argument("--validate-every", type=int, default=500, help="steps between measurements; 0: at the end (500)")
    rest.add_argument("--checkpoint-minutes", type=float, default=5.0, help="between checkpoints and exports (5)")
    rest.add_argument("--export-type", choices=sorted(DTYPES), default="bf16", help="type of stored weights (bf16)")
    rest.add_argument("--describe", action="store_true", help="print size and cost of the model, and do nothing else")
    return p


def parse(arguments: list[str] | None = None) -> Settings:
    """The settings of a new run, or those of the stored run where it resumes. Exits with 64 on misuse."""
    p = parser()
    settings = p.parse_args(arguments, Settings())
    try:
        if settings.resume:
            settings = _resumed(settings, _given(p, arguments))
        _check(settings)
    except ValueError as error:
        print(f"train.py: {error}", file=sys.stderr)
        sys.exit(64)
    return settings


def _given(p: argparse.ArgumentParser, arguments: list[str] | None) -> set[str]:
    """Names of the options that stand on the command line."""
    for action in p._actions:
        action.default = argparse.SUPPRESS
    return set(vars(p.parse_args(arguments)))


def _resumed(settings: Settings, given: set[str]) -> Settings:
    if not (settings.out / CHECKPOINT).exists():
        raise ValueError(f"{settings.out} has no {CHECKPOINT} to resume")
    stored = load_checkpoint(settings.out)["settings"]
    for name in ("init", "tokenizer", "cache"):
        stored[name] = Path(stored[name]) if stored.get(name) else None
    for name in ("data", "valid"):
        stored[name] = [Path(path) for path in stored[name]]
    for name in sorted(given - FREE):
        if getattr(settings, name) != stored[name]:
            raise ValueError(f"--{name.replace('_', '-')} is {stored[name]} in the run that is resumed")
    return Settings(**{
        name: getattr(settings, name) if name in given or name in UNSTORED else stored.get(name, value)
        for name, value in vars(settings).items()})


def _check(s: Settings) -> None:
    def require(holds: bool, message: str) -> None:
        if not holds:
            raise ValueError(message)

    require(bool(s.init) != bool(s.tokenizer), "--init or --tokenizer is needed, and not both")
    require(bool(s.data) or s.describe, "--data is needed")
    require(bool(s.steps or s.minutes) or s.describe, "--steps or --minutes is needed")
    require(s.passes is None or len(s.passes) == len(s.data), "--passes has a number for each --data file")
    require(all(0 < passes <= 1000 for passes in s.passes or []), "--passes are above 0 and at most 1000")
    for name in ("rows", "length", "chunk_length", "layers", "heads", "model_dim", "log_every"):
        require(getattr(s, name) > 0, f"--{name.replace('_', '-')} is 1 or more")
    require(0 <= s.dropout < 1, "--dropout lies from 0 to below 1")
    require(0 <= s.average < 1, "--average lies from 0 to below 1")
    require(0 < s.decay_share <= 1, "--decay-share lies above 0 and at most at 1")
    require(not s.steps or s.warm_up <= s.steps, "--warm-up is at most --steps")
    if not s.resume and not s.force and not s.describe:
        for name in (CHECKPOINT, CONFIG):
            require(not (s.out / name).exists(), f"{s.out / name} exists: --resume goes on, --force overwrites")
