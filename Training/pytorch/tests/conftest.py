import os
import random
import shutil
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent.parent
REFERENCE = ROOT / "Tests" / "RetNetTests" / "Reference"
CHAT = ROOT / "Models" / "chat"
sys.path.insert(0, str(FOLDER))
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def dialogue(tmp_path: Path) -> Path:
    """Some sixty short conversations, in which a name that was told is said again."""
    generator = random.Random(5)
    names = ["Anna", "Bert", "Clara", "David", "Ella"]
    blocks = []
    for _ in range(60):
        name, turns = generator.choice(names), generator.randrange(1, 5)
        lines = [f"U: Hello, my name is {name}.", f"B: Nice to meet you, {name}!"]
        for _ in range(turns):
            lines += ["U: How are you today?", f"B: I am well, {name}. " + "And you? " * generator.randrange(3)]
        blocks.append("\n".join(lines))
    path = tmp_path / "talk.train.txt"
    path.write_text("\n\n".join(blocks) + "\n")
    return path


@pytest.fixture
def retnet() -> str:
    """The program, `$RETNET_PROGRAM` or the release build of this checkout; without one the test is skipped."""
    path = os.environ.get("RETNET_PROGRAM") or str(ROOT / ".build" / "release" / "retnet")
    if not shutil.which(path):
        pytest.skip("retnet is not built")
    return path


def tiny(out: Path, data: Path, *more: str) -> list[str]:
    """Arguments of a run of a few seconds."""
    return [
        "--tokenizer", str(CHAT / "tokenizer.model"), "--data", str(data), "--out", str(out), "--model-dim", "32",
        "--layers", "2", "--heads", "2", "--rows", "4", "--length", "64", "--warm-up", "2", "--log-every", "1",
        "--device", "cpu", "--tokenizer-workers", "1", "--threads", "1", *more]
