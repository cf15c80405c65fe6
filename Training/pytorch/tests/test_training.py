"""Whole runs: they learn, resume, share their work, and leave a folder that `retnet` opens."""

import json
import subprocess
import sys

import pytest
import torch

import folder
import train
from conftest import CHAT, FOLDER, tiny


def lines(out) -> list[dict]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


def losses(out) -> list[float]:
    return [line["loss"] for line in lines(out) if "loss" in line]


def measured(out) -> float:
    """The last bits per byte of all files."""
    return [line for line in lines(out) if "validation" in line][-1]["validation"]["together"]


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
@pytest.mark.parametrize("form", [["--form", "parallel"], ["--form", "chunkwise", "--chunk-length", "16"]])
def test_ten_steps_lower_the_loss(tmp_path, dialogue, optimizer, form):
    assert train.main(tiny(tmp_path / "run", dialogue, "--steps", "10", "--optimizer", optimizer, *form)) == 0
    found = losses(tmp_path / "run")
    assert len(found) == 10
    assert 8.2 < found[0] < 8.5  # ln 4096
    assert found[-1] < found[0] - 0.3


def test_the_same_seed_gives_the_same_run_and_both_forms_the_same_losses(tmp_path, dialogue):
    for name, more in (("a", []), ("b", []), ("c", ["--form", "chunkwise", "--chunk-length", "16"])):
        assert train.main(tiny(tmp_path / name, dialogue, "--steps", "4", *more)) == 0
    a, b, c = (losses(tmp_path / name) for name in "abc")
    assert a == b
    assert a == pytest.approx(c, abs=1e-4)


def test_rows_computed_a_few_at_a_time_give_the_same_losses(tmp_path, dialogue):
    train.main(tiny(tmp_path / "whole", dialogue, "--steps", "4"))
    train.main(tiny(tmp_path / "parts", dialogue, "--steps", "4", "--micro-rows", "3"))
    assert losses(tmp_path / "whole") == pytest.approx(losses(tmp_path / "parts"), abs=1e-4)


@pytest.mark.parametrize("more", [
    ["--average", "0.9", "--dropout", "0.1"], ["--optimizer", "adamw", "--no-carry", "--loss", "replies"]])
def test_a_resumed_run_has_the_losses_of_one_that_ran_through(tmp_path, dialogue, monkeypatch, more):
    # An epoch has four steps: the run passes the end of one before it stops and of another after it.
    arguments = ["--steps", "9", "--rows", "16", "--valid", str(dialogue), "--validate-every", "4", *more]
    assert train.main(tiny(tmp_path / "whole", dialogue, *arguments)) == 0
    write_step = train.Run._write_step

    def stopping(run, step, *rest):
        run.is_signalled = step == 5
        return write_step(run, step, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(train.Run, "_write_step", stopping)
        assert train.main(tiny(tmp_path / "parts", dialogue, *arguments)) == 130
    assert len(losses(tmp_path / "parts")) == 6  # the signal came in step 5, and step 6 ends with it
    assert train.main(["--out", str(tmp_path / "parts"), "--resume"]) == 0
    assert losses(tmp_path / "parts") == losses(tmp_path / "whole")
    one, other = (folder.load_file(tmp_path / name / folder.WEIGHTS) for name in ("whole", "parts"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_resumed_run_refuses_other_settings_and_other_data(tmp_path, dialogue, capsys):
    train.main(tiny(tmp_path / "run", dialogue, "--steps", "2"))
    with pytest.raises(SystemExit):
        train.main(["--out", str(tmp_path / "run"), "--resume", "--learning-rate", "1"])
    assert "--learning-rate is 0.002" in capsys.readouterr().err
    dialogue.write_text("U: Something else\nB: entirely\n")
    assert train.main(["--out", str(tmp_path / "run"), "--resume"]) == 2


def test_a_run_is_not_overwritten_unasked(tmp_path, dialogue, capsys):
    train.main(tiny(tmp_path / "run", dialogue, "--steps", "1", "--warm-up", "0"))
    with pytest.raises(SystemExit):
        train.main(tiny(tmp_path / "run", dialogue, "--steps", "1", "--warm-up", "0"))
    assert "--force" in capsys.readouterr().err


def test_two_processes_give_the_curve_of_one(tmp_path, dialogue):
    arguments = ["--steps", "6", "--valid", str(dialogue)]
    train.main(tiny(tmp_path / "one", dialogue, *arguments))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, str(FOLDER / "train.py"), *tiny(tmp_path / "two", dialogue, *arguments)], capture_output=True,
        text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), abs=1e-4)  # sums in another order
    assert measured(tmp_path / "two") == pytest.approx(measured(tmp_path / "one"), rel=1e-4)


def test_a_budget_of_time_is_kept_and_ends_at_progress_one(tmp_path, dialogue):
    import time

    start = time.perf_counter()
    train.START = start
    assert train.main(tiny(tmp_path / "run", dialogue, "--minutes", "0.2", "--valid", str(dialogue))) == 0
    assert time.perf_counter() - start < 12
    assert [line["progress"] for line in lines(tmp_path / "run") if "progress" in line][-1] > 0.99


def test_the_exported_configuration_has_the_bytes_of_the_bundled_one():
    from config import Config

    assert Config.read(CHAT / "config.json").json("bfloat16") == (CHAT / "config.json").read_text()


def test_retnet_opens_and_measures_the_folder(tmp_path, dialogue, retnet):
    out = tmp_path / "run"
    more = ["--steps", "3", "--valid", str(dialogue), "--export-type", "f32", "--value-dim", "80"]
    assert train.main(tiny(out, dialogue, *more)) == 0

    def run(*command: str) -> str:
        done = subprocess.run([retnet, *command], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        # Warnings stand there; after a prompt also that 3 tokens were the limit.
        assert done.stderr == "" or command[0] == "-p"
        return done.stdout

    assert run("inspect", "--model", str(out), "--json")
    verified = json.loads(run("verify", "--model", str(out), "--text", "Hello, Anna.", "--json"))
    assert verified["passed"]
    evaluated = json.loads(run("evaluate", "--model", str(out), "--dialogue", str(dialogue), "--json"))
    assert evaluated["bitsPerByte"] == pytest.approx(measured(out), rel=1e-5)
    run("-p", "Hello", "--model", str(out), "--max-tokens", "3")


def test_a_compiler_that_fails_leaves_an_eager_run(tmp_path, dialogue, monkeypatch, capsys):
    def fails(*arguments, **options):
        raise RuntimeError("no compiler here")

    train.main(tiny(tmp_path / "eager", dialogue, "--steps", "2"))
    try:
        with monkeypatch.context() as patch:
            patch.setattr(torch, "compile", fails)
            patch.setattr(torch.nn.Module, "compile", fails)
            assert train.main(tiny(tmp_path / "run", dialogue, "--steps", "2", "--compile")) == 0
    finally:
        torch.compiler.set_stance("default")
    assert "no compiler here" in capsys.readouterr().err
    assert losses(tmp_path / "run") == losses(tmp_path / "eager")
