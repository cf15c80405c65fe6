"""The training step and the measurement: batch, loss, gradients, clipping, update, average."""

import math
from contextlib import nullcontext

import torch
from torch import Tensor

from batches import Corpus, Feed, whole_epoch
from model import RetNet, State
from optimizers import Optimizers, WeightAverage
from workers import Workers

# Rows that a measurement computes at once: in float32, and with logits for every token.
MEASURED_ROWS = 32


class Trainer:
    """Knows no files and no clock. Losses are sums in nats; a step's loss is the mean over the tokens of all rows."""

    def __init__(
        self, model: RetNet, optimizers: Optimizers, feed: Feed, workers: Workers, *, rows: int, micro_rows: int = 0,
        carry: bool = True, clip: float = 1.0, average: float = 0.0, seed: int = 1):
        self.model, self.optimizers, self.feed, self.workers = model, optimizers, feed, workers
        self.clip, self.seed = clip, seed
        self.parameters = list(model.parameters())
        self.average = WeightAverage(model, average) if average > 0 else None
        own = rows // workers.count
        self.micro = [slice(at, min(at + (micro_rows or own), own)) for at in range(0, own, micro_rows or own)]
        self.state = model.make_state(own) if carry else None
        self.step_count = 0
        device = workers.device
        # Σ nats and number of targets, of this process: since the last log line, and of each source since the last
        # measurement.
        self.recent = torch.zeros(2, dtype=torch.float64, device=device)
        self.by_source = torch.zeros(2, len(feed.corpus.names), dtype=torch.float64, device=device)
        self.gradient_norm = torch.zeros((), device=device)

    def autocast(self):
        """bfloat16 products on a GPU; float32 on a CPU."""
        device = self.workers.device.type
        return torch.autocast(device, torch.bfloat16) if device == "cuda" else nullcontext()

    def step(self, factor: float) -> None:
        """One update with `factor` times the highest learning rates. Nothing here waits for the device."""
        batch, begins = self.feed.next()
        if begins and self.state is not None:
            self.state.segment.fill_(-1)  # documents are numbered afresh in every epoch
        if self.model.dropout > 0:
            torch.manual_seed((self.seed * 1_000_003 + self.step_count) * 1_009 + self.workers.rank)
        self.model.train()
        count = self.workers.sum((batch.targets >= 0).sum()).clamp(min=1)
        for rows in self.micro:
            part = batch.rows(rows)
            own = None if self.state is None else State(self.state.matrices[:, rows], self.state.segment[rows])
            with self.autocast():
                nats, left = self.model.nats(part.tokens, part.targets, part.segment, own)
            (nats.sum() / count).backward()
            self._carry(left, rows)
            self._add(part.targets, part.source, nats.detach())
        self.workers.sum_gradients(self.parameters)
        # A limit of infinity measures the gradient and leaves it as it is.
        self.gradient_norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.clip or math.inf)
        self.optimizers.step(factor)
        self.step_count += 1
        if self.average is not None:
            self.average.update(self.step_count)

    def _carry(self, left: State | None, rows: slice) -> None:
        """Keeps what some rows have left, once backward has read what they began with."""
        if left is None:
            return
        if len(self.micro) == 1:
            self.state = State(left.matrices, left.segment.clone())
        else:
            self.state.matrices[:, rows] = left.matrices
            self.state.segment[rows] = left.segment

    def _add(self, targets: Tensor, source: Tensor, nats: Tensor) -> None:
        both = torch.stack((nats.flatten().double(), (targets >= 0).flatten().double()))
        # A product: adding up by index would be many atomic additions to few places.
        is_of = source.flatten()[:, None] == torch.arange(self.by_source.shape[1], device=source.device)
        sums = both @ is_of.double()
        self.by_source += sums
        self.recent += sums.sum(1)

    def take_recent(self) -> tuple[float, int]:
        """Σ nats and targets of all processes since the last call."""
        nats, count = self.workers.sum(self.recent).tolist()
        self.recent.zero_()
        return nats, int(count)

    def take_sources(self) -> dict[str, float | None]:
        """Mean nats of a target for each training file since the last call; None where it had none."""
        nats, counts = self.workers.sum(self.by_source).tolist()
        self.by_source.zero_()
        return {name: n / c if c else None for name, n, c in zip(self.feed.corpus.names, nats, counts)}

    def compile(self, what: str) -> str | None:
        """Compiles the model (`RetNet.enable_compiler`) and tries it on an empty batch, forward and backward.

        Returns what failed, after which everything runs eagerly; None where all is well.
        """
        model, problem = self.model.train(), None
        try:
            model.enable_compiler(what)
            for rows in sorted({part.stop - part.start for part in self.micro}):
                zeros = torch.zeros(rows, model.length, dtype=torch.long, device=self.workers.device)
                state = None if self.state is None else model.make_state(rows)
                with self.autocast():
                    nats, _ = model.nats(zeros, zeros, zeros.int(), state)
                nats.sum().backward()
        except Exception as error:  # a compiler raises errors of many kinds
            torch.compiler.set_stance("force_eager")
            problem = f"{type(error).__name__}: {str(error).strip()}".splitlines()[0]
        for parameter in self.parameters:
            parameter.grad = None
        return problem

    def state_dict(self) -> dict:
        """All that goes on from here, after `take_recent`. Every process must ask; each gets the whole."""
        state = self.state and [self.workers.gather(self.state.matrices, 1), self.workers.gather(self.state.segment, 0)]
        return {
            "model": {name: p.detach() for name, p in self.model.named_parameters()},
            "optimizers": self.optimizers.state_dict(),
            "average": self.average and self.average.average,
            "state": state,
            "feed": [self.feed.epoch, self.feed.step],
            "by_source": self.workers.sum(self.by_source.clone()), "step": self.step_count}

    def load_state_dict(self, stored: dict) -> None:
        self.model.load_state_dict(stored["model"])
        self.optimizers.load_state_dict(stored["optimizers"])
        if self.average is not None:
            for own, other in zip(self.average.average, stored["average"], strict=True):
                own.copy_(other)
        if self.state is not None:
            matrices, segment = stored["state"]
            own = self.workers.rows(matrices.shape[1])
            self.state = State(matrices[:, own].clone(), segment[own].clone())
        self.feed.epoch, self.feed.step = stored["feed"]
        if self.workers.is_first:  # sums over all processes, kept by one
            self.by_source.copy_(stored["by_source"])
        self.step_count = stored["step"]


class Validation:
    """Bits per byte of files that are not trained on: all tokens predicted, every document whole, in float32."""

    def __init__(self, corpus: Corpus, model: RetNet, workers: Workers):
        self.corpus, self.model, self.workers = corpus, model, workers
        needed = -(-corpus.predicted // (4 * model.length))  # short streams would be mostly padding
        share = max(1, min(MEASURED_ROWS, -(-needed // workers.count)))
        self.epoch = whole_epoch(corpus, share * workers.count, model.length)
        self.rows = workers.rows(share * workers.count)

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        """By file, and of all together as `together`."""
        model = self.model.eval()
        with torch.compiler.set_stance("force_eager"):  # another compilation would take longer than it saves
            return self._measure(model)

    def _measure(self, model: RetNet) -> dict[str, float]:
        sums = torch.zeros(len(self.corpus.names), dtype=torch.float64, device=self.workers.device)
        state = model.make_state(self.rows.stop - self.rows.start)
        for step in range(self.epoch.steps):
            batch = self.epoch.batch(step, self.rows)
            nats, state = model.nats(batch.tokens, batch.targets, batch.segment, state)
            sums.index_add_(0, batch.source.flatten(), nats.flatten().double())
        bits = [nats / math.log(2) for nats in self.workers.sum(sums).tolist()]
        result = {name: b / size for name, b, size in zip(self.corpus.names, bits, self.corpus.bytes)}
        return result | {"together": sum(bits) / sum(self.corpus.bytes)}
