#!/usr/bin/env python3
"""Trains a RetNet chat model in PyTorch, on a CPU, a GPU, or several with `torchrun`. README.md has the commands."""

import time

START = time.perf_counter()  # a budget of time counts the loading of PyTorch too

import json
import math
import signal
import sys
from collections import deque
from pathlib import Path

import torch

import corpus as token_files
import folder
from batches import Corpus, Feed, Mixture
from config import Config
from model import RetNet
from options import Settings, parse
from optimizers import Optimizers, averaged
from schedule import Schedule, StepPace, TimePace
from text import ChatTokenizer, TextError
from trainer import Trainer, Validation
from workers import Workers, memory

# Seconds of a budget that nothing is planned for.
SLACK = 1.0


class Diverged(Exception):
    """The loss is no number any more."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def new_config(s: Settings) -> Config:
    """The shape that the options ask for, its vocabulary that of the tokenizer."""
    tokenizer = ChatTokenizer(s.tokenizer)
    return Config(
        vocabulary=tokenizer.size, dim=s.model_dim, layers=s.layers, heads=s.heads, key_dim=s.key_dim or s.model_dim,
        value_dim=s.value_dim or 2 * s.model_dim, mlp_dim=s.feed_forward or 2 * s.model_dim,
        tied_head=not s.untied_head, bos=tokenizer.bos, eos=tokenizer.eos)


def make_model(s: Settings, config: Config) -> RetNet:
    return RetNet(config, s.length, s.form, s.chunk_length, s.dropout)


def describe(model: RetNet, s: Settings) -> dict:
    flops = model.flops_per_token()
    return {
        "parameters": model.parameter_count(), "form": model.form, "tokensPerStep": s.rows * s.length,
        "flopsPerToken": flops, "flopsPerStep": flops * s.rows * s.length}


class Run:
    """A training run in its folder."""

    def __init__(self, s: Settings, workers: Workers):
        self.s, self.workers = s, workers
        self.tokenizer = s.out / folder.TOKENIZER if s.resume else s.tokenizer or s.init / folder.TOKENIZER
        config = self._config()
        model = make_model(s, config)
        if workers.is_first:
            say(json.dumps(describe(model, s)))
        self._prepare_folder(config)
        files, measured = self._read(s.data, config), self._read(s.valid, config)
        self.fingerprints = [file.fingerprint for file in files]
        self._start(model)
        corpus = Corpus(files, s.loss == "replies", workers.device)
        mixture = Mixture(tuple(s.passes or [1.0] * len(files)))
        feed = Feed(corpus, mixture, s.rows, s.length, s.seed, workers.rows(s.rows))
        optimizers = Optimizers(
            model, s.optimizer == "muon", s.learning_rate, s.muon_rate or s.learning_rate, tuple(s.betas), s.weight_decay,
            s.momentum)
        self.trainer = Trainer(
            model, optimizers, feed, workers, rows=s.rows, micro_rows=s.micro_rows, carry=not s.no_carry, clip=s.clip,
            average=s.average, seed=s.seed)
        self.validation = (
            Validation(Corpus(measured, False, workers.device), model, workers) if measured else None)
        self.schedule = Schedule(s.schedule, s.warm_up, s.decay_share, s.final_share)
        self.pace = StepPace(s.steps, s.warm_up) if s.steps else TimePace()
        self.tokens, self.seconds_before = 0, 0.0
        if s.resume:
            self._restore()
        kept = self.trainer.step_count if s.resume else -1
        self.log = folder.Log(s.out / folder.LOG, kept) if workers.is_first else None
        self.costs = {"validation": None, "save": 0.0}
        self.is_signalled = False
        self.stops = False  # as `is_signalled`, once all processes agree
        self.saved_step = -1

    def _config(self) -> Config:
        if self.s.resume:
            return Config.read(self.s.out / folder.CONFIG)
        return Config.read(self.s.init / folder.CONFIG) if self.s.init else new_config(self.s)

    def _start(self, model: RetNet) -> None:
        """First weights, on the device. A resumed run's come with its checkpoint."""
        if self.s.init and not self.s.resume:
            folder.load_weights(model, self.s.init)
        else:
            model.initialize(self.s.seed)
        model.to(self.workers.device)

    def _prepare_folder(self, config: Config) -> None:
        """The files that do not change, so that a folder that cannot take them is found before any training."""
        s = self.s
        if not self.workers.is_first or s.resume:
            return
        s.out.mkdir(parents=True, exist_ok=True)
        (s.out / folder.CHECKPOINT).unlink(missing_ok=True)
        folder.copy(self.tokenizer, s.out / folder.TOKENIZER)
        sampling = s.init / folder.SAMPLING if s.init else None
        if sampling and sampling.exists():
            folder.copy(sampling, s.out / folder.SAMPLING)
        else:
            text = json.dumps(folder.DEFAULT_SAMPLING, indent=2, separators=(",", " : "))
            folder.write_text(s.out / folder.SAMPLING, text)

    def _read(self, paths: list[Path], config: Config) -> list[token_files.TokenFile]:
        """Token files; the first process makes those that are missing."""
        s = self.s
        settings = (self.tokenizer, config.vocabulary, s.cache or s.out / "tokens", s.tokenizer_workers)
        files = token_files.read(paths, *settings) if self.workers.is_first else None
        self.workers.wait()
        return files if files is not None else token_files.read(paths, *settings)

    def _restore(self) -> None:
        stored = folder.load_checkpoint(self.s.out, self.workers.device)
        if stored["fingerprints"] != self.fingerprints:
            raise TextError("the data is not that of the run that is resumed")
        self.trainer.load_state_dict(stored["trainer"])
        self.pace.restore(stored["pace"])
        self.tokens, self.seconds_before = stored["tokens"], stored["seconds"]

    # Time

    def seconds(self) -> float:
        """Since the run began, the time between stop and resume left out."""
        return self.seconds_before + time.perf_counter() - START

    def _seconds_left(self, seconds_per_step: float) -> float:
        """What the budget leaves for steps: the last measurement and checkpoint come after them."""
        validation = self.costs["validation"]
        if validation is None:
            # Not measured yet: forward alone is about a third of a training step of as many tokens.
            tokens = self.validation.corpus.predicted if self.validation else 0
            validation = 0.5 * seconds_per_step * tokens / (self.s.rows * self.s.length)
        return self.s.minutes * 60 - self.seconds() - 1.1 * (validation + self.costs["save"]) - SLACK

    # Training

    def train(self) -> int:
        """Returns the exit code: 0, or 130 where a signal ended the run early."""
        t, s = self.trainer, self.s
        if s.compile:
            start = time.perf_counter()
            problem = t.compile(s.compile)
            if self.workers.is_first:
                took = f"compiled in {time.perf_counter() - start:.0f} s"
                say(f"torch.compile failed, training runs without it: {problem}" if problem else took)
        signal.signal(signal.SIGINT, self._signal)
        signal.signal(signal.SIGTERM, self._signal)
        marks: deque[tuple[float, int]] = deque(maxlen=20)  # clock and step, of which the speed is taken
        first = t.step_count
        if not s.resume:
            self.save()
            if self.validation and self.workers.device.type == "cuda":
                self._validate(0)  # a second there: what the budget must leave for the last one
        last_save = time.perf_counter()
        last_log = (last_save, self.tokens)
        while not self.pace.is_over(t.step_count) and not self.stops:
            factor = self.schedule.factor(t.step_count, self.pace.progress(t.step_count))
            t.step(factor)
            self.pace.advance()
            step, done = t.step_count, t.step_count - first
            is_over = self.pace.is_over(step)
            logs = step % s.log_every == 0 or is_over
            if logs or done in (2, 4) or (self.workers.count == 1 and self.workers.device.type == "cpu"):
                is_over |= self._measure_pace(marks, done)
            if logs or is_over or self.stops:
                last_log = self._write_step(step, factor, last_log)
            paused = time.perf_counter()
            is_due = s.validate_every and step % s.validate_every == 0
            if self.validation and (is_due or is_over or self.stops):
                self._validate(step)
            if is_over:
                break
            if logs and s.checkpoint_minutes > 0:
                if self.workers.agree(time.perf_counter() - last_save >= 60 * s.checkpoint_minutes):
                    self.save()
                    last_save = time.perf_counter()
            last_log = (last_log[0] + time.perf_counter() - paused, last_log[1])
        if self.saved_step != t.step_count:
            self.save()
        return 130 if self.stops else 0

    def _measure_pace(self, marks: deque, done: int) -> bool:
        """Notes the clock and lays the schedule over the time that is left. Whether the run ends here."""
        if self.workers.device.type == "cuda":
            torch.cuda.synchronize()
        if done < 2:
            self.stops = self.is_signalled and self.workers.count == 1
            return False
        marks.append((time.perf_counter(), done))
        if not self.s.minutes or done < 4:
            self.stops = self.workers.agree(self.is_signalled)
            return False
        seconds_per_step = (marks[-1][0] - marks[0][0]) / (marks[-1][1] - marks[0][1])
        left, seconds_per_step, self.stops = self.workers.agree(
            (self._seconds_left(seconds_per_step), seconds_per_step, self.is_signalled))
        self.pace.measure(left, seconds_per_step)
        return left < seconds_per_step

    def _signal(self, *_) -> None:
        self.is_signalled = True

    def _write_step(self, step: int, factor: float, last: tuple[float, int]) -> tuple[float, int]:
        """A log line; the clock and the tokens so far. Raises Diverged."""
        nats, count = self.trainer.take_recent()
        norm = float(self.trainer.gradient_norm)
        self.tokens += count
        now = time.perf_counter()
        loss = nats / max(count, 1)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(
                f"step {step}: loss {loss}, gradient {norm}; the checkpoint holds step {self.saved_step}. "
                "Lower --learning-rate, or raise --warm-up")
        if self.log:
            self.log.write({
                "step": step, "epoch": self.trainer.feed.epoch, "tokens": self.tokens, "loss": loss,
                "learningRate": self.s.learning_rate * factor, "gradientNorm": norm,
                "tokensPerSecond": round((self.tokens - last[1]) / max(now - last[0], 1e-9), 1),
                "seconds": round(self.seconds(), 3), "memoryMiB": memory(self.workers.device),
                "progress": round(min(max(self.pace.progress(step), 0), 1), 5)})
        return now, self.tokens

    def _validate(self, step: int) -> None:
        """Measures the model that is saved: the average, where there is one."""
        start = time.perf_counter()
        with averaged(self.trainer.average):
            bits = self.validation.measure()
        sources = self.trainer.take_sources()
        self.costs["validation"] = time.perf_counter() - start
        if self.log:
            self.log.write({"step": step, "validation": bits})
            if any(loss is not None for loss in sources.values()):
                self.log.write({"step": step, "training": sources})

    def save(self) -> None:
        """The checkpoint, then the model."""
        start = time.perf_counter()
        t = self.trainer
        contents = {
            "settings": self.s.stored(), "trainer": t.state_dict(), "pace": self.pace.state(), "tokens": self.tokens,
            "seconds": self.seconds(), "fingerprints": self.fingerprints}
        if self.workers.is_first:
            folder.save_checkpoint(contents, self.s.out)
            with averaged(self.trainer.average):
                folder.export(t.model, self.s.out, self.s.export_type)
        self.workers.wait()
        self.saved_step = t.step_count
        self.costs["save"] = time.perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    s = parse(arguments)
    if s.threads:
        torch.set_num_threads(s.threads)
    if s.describe:
        config = Config.read(s.init / folder.CONFIG) if s.init else new_config(s)
        print(json.dumps(describe(make_model(s, config), s)))
        return 0
    workers = Workers(s.device)
    try:
        return Run(s, workers).train()
    except (TextError, ValueError, OSError) as error:
        say(f"train.py: {error}")
        return 2
    except Diverged as error:
        say(f"train.py: {error}")
        return 1
    finally:
        workers.close()


if __name__ == "__main__":
    sys.exit(main())
