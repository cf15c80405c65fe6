"""The files of a run's folder, each put in place whole.

    OUT/config.json, model.safetensors, tokenizer.model, generation_config.json   the model, as `retnet` reads it
    OUT/checkpoint/pytorch.pt                                                     all that a run needs to resume
    OUT/log.jsonl                                                                 a JSON line for each event
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from config import Config
from model import RetNet

CONFIG, WEIGHTS, TOKENIZER, SAMPLING = "config.json", "model.safetensors", "tokenizer.model", "generation_config.json"
CHECKPOINT, LOG = "checkpoint/pytorch.pt", "log.jsonl"
DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}
# What `retnet train` writes beside a new model.
DEFAULT_SAMPLING = {
    "do_sample": True, "min_p": 0, "repetition_penalty": 1.1, "repetition_window": 64, "seed": 1, "temperature": 0.8,
    "top_k": 40, "top_p": 0.95}
# The group norm's two names: fused with the gate, and alone.
NORM_NAMES = (".g_norm.weight", ".g_norm_swish_gate.weight")


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Has `write` write a file beside `path` and renames it: a kill leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    write(partial)
    with open(partial, "rb+") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(partial, 0o666 & ~mask)  # some writers make files that their owner alone may read
    os.replace(partial, path)


def export(model: RetNet, folder: Path, dtype: str) -> None:
    """`config.json` and `model.safetensors` of the weights as they are, rounded to `dtype` (`bf16`, `f32`)."""
    kind = DTYPES[dtype]
    tensors = {
        name if name.startswith("lm_head") else f"model.{name}": parameter.detach().to("cpu", kind).contiguous()
        for name, parameter in model.named_parameters()}
    write_whole(folder / WEIGHTS, lambda path: save_file(tensors, path, metadata={"format": "pt"}))
    write_text(folder / CONFIG, model.config.json(str(kind).removeprefix("torch.")))


def write_text(path: Path, text: str) -> None:
    write_whole(path, lambda partial: partial.write_text(text))


def copy(source: Path, target: Path) -> None:
    if source.resolve() != target.resolve():
        data = source.read_bytes()
        write_whole(target, lambda path: path.write_bytes(data))


def load_weights(model: RetNet, folder: Path) -> None:
    """Sets a model's weights from a folder's `model.safetensors`. Raises RuntimeError naming what does not fit."""
    stored = load_file(folder / WEIGHTS)
    if model.lm_head is None:
        stored.pop("lm_head.weight", None)  # the embedding again, where a tied head is stored at all
    model.load_state_dict({
        name.removeprefix("model.").replace(*NORM_NAMES): tensor.float() for name, tensor in stored.items()})


def load_model(folder: Path, **settings) -> RetNet:
    """The model of a folder; `settings` are those of `RetNet`."""
    model = RetNet(Config.read(folder / CONFIG), **settings)
    load_weights(model, folder)
    return model


def save_checkpoint(contents: dict, folder: Path) -> None:
    write_whole(folder / CHECKPOINT, lambda path: torch.save(contents, path))


def load_checkpoint(folder: Path, device: torch.device | str = "cpu") -> dict:
    """Tensors, numbers, text, lists and dictionaries alone: nothing in the file is run."""
    return torch.load(folder / CHECKPOINT, map_location=device, weights_only=True)


class Log:
    """`log.jsonl`, and the same lines on standard output."""

    def __init__(self, path: Path, kept_steps: int):
        """Keeps the lines of steps up to `kept_steps`: a resumed run writes the later ones again."""
        kept = []
        if kept_steps >= 0 and path.exists():
            for line in path.read_text().splitlines(keepends=True):
                try:
                    if not line.endswith("\n") or json.loads(line)["step"] > kept_steps:
                        break
                except (ValueError, KeyError, TypeError):
                    break
                kept.append(line)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = open(path, "w")
        self.file.writelines(kept)

    def write(self, event: dict) -> None:
        line = json.dumps(event)
        print(line, flush=True)
        self.file.write(line + "\n")
        self.file.flush()
