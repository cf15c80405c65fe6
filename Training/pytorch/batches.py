"""Batches of fixed shape from documents of any length, made by indexing on the device that holds all tokens.

An epoch is an order of documents, from seed and epoch alone. It is cut, between documents, into as many streams of
about equal length as a batch has rows; step s of the epoch reads tokens s · length … (s + 1) · length of every stream.
A row so holds the end of one document, whole ones, and the beginning of another, and goes on where the row before it
ended:

    row b of step 0   <s> … </s> <s> … </s> <s> …
    row b of step 1   … </s> <s> … </s> …

`segment` numbers the documents, so that the model keeps them apart. Every token but a document's first is predicted
once; nothing is padded but the ends of streams, once an epoch.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from corpus import TokenFile


@dataclass
class Batch:
    """One step's rows, `[rows, length]` each: inputs, the token that each predicts or −1, document, and source."""

    tokens: Tensor
    targets: Tensor
    segment: Tensor
    source: Tensor

    def rows(self, rows: slice) -> "Batch":
        return Batch(self.tokens[rows], self.targets[rows], self.segment[rows], self.source[rows])


class Corpus:
    """All sources' tokens on one device."""

    def __init__(self, files: list[TokenFile], replies: bool, device: torch.device):
        self.names = [file.name for file in files]
        self.bytes = [file.bytes for file in files]
        tokens = np.concatenate([file.tokens for file in files])
        learned = np.concatenate([file.learned for file in files]) if replies else np.ones(len(tokens), bool)
        offsets = np.cumsum([0] + [len(file.tokens) for file in files])
        self.starts = np.concatenate([file.bounds[:-1] + at for file, at in zip(files, offsets)])
        self.lengths = np.concatenate([np.diff(file.bounds) for file in files])
        self.sources = np.repeat(np.arange(len(files), dtype=np.int16), [file.documents for file in files])
        # How many of a document's tokens are learned; its first is never predicted.
        counted = np.concatenate(([0], np.cumsum(learned)))
        self.learned = counted[self.starts + self.lengths] - counted[self.starts + np.minimum(self.lengths, 1)]
        # PyTorch indexes signed integers alone; a batch undoes the sign.
        self.tokens = torch.from_numpy(tokens.view(np.int16)).to(device)
        self.is_learned = torch.from_numpy(learned).to(device) if replies else None
        self.device = device

    @property
    def predicted(self) -> int:
        """Tokens that are predicted when each document is seen once."""
        return int(self.learned.sum())


@dataclass(frozen=True)
class Mixture:
    """How often an epoch sees the documents of each source: as many times as the whole part of `passes` says, and the
    fraction's share of them once more, another choice in every epoch."""

    passes: tuple[float, ...]

    def order(self, corpus: Corpus, generator: np.random.Generator) -> np.ndarray:
        """Documents of one epoch, not yet shuffled; those that predict nothing are left out."""
        chosen = []
        for source, passes in enumerate(self.passes):
            candidates = np.flatnonzero((corpus.sources == source) & (corpus.learned > 0))
            whole, fraction = int(passes), passes - int(passes)
            chosen += [candidates] * whole
            if fraction > 0 and len(candidates):
                count = min(max(round(fraction * len(candidates)), 1), len(candidates))
                chosen.append(generator.permutation(candidates)[:count])
        return np.concatenate(chosen)


class Epoch:
    """An order of documents, cut into streams, on the corpus's device."""

    def __init__(self, corpus: Corpus, order: np.ndarray, streams: int, length: int):
        if not len(order):
            raise ValueError("an epoch without documents: nothing to predict in the data")
        self.corpus, self.length = corpus, length
        inputs = corpus.lengths[order] - 1  # the last token is only predicted
        ends = np.cumsum(inputs)
        # A stream ends where the document ends in which its share of all tokens does.
        shares = np.arange(1, streams) * int(ends[-1]) // streams
        bounds = np.concatenate(([0], ends[np.searchsorted(ends, shares)], ends[-1:]))
        self.steps = int(-(-np.diff(bounds).max() // length))

        def on_device(array: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(array)).to(corpus.device)

        self.bounds = on_device(bounds)  # [streams + 1]
        self.ends = on_device(ends)  # [documents], in the order
        self.shift = on_device(corpus.starts[order] - (ends - inputs))  # from a place in the order to one in the corpus
        self.sources = on_device(corpus.sources[order])
        self.columns = torch.arange(length, device=corpus.device)

    def batch(self, step: int, rows: slice) -> Batch:
        """Step `step` of `steps`, the streams of `rows`."""
        corpus = self.corpus
        place = self.bounds[:-1][rows, None] + step * self.length + self.columns
        is_inside = place < self.bounds[1:][rows, None]
        document = torch.searchsorted(self.ends, place, right=True).clamp_(max=len(self.ends) - 1)
        index = torch.where(is_inside, place + self.shift[document], 0)
        targets = corpus.tokens[index + 1].long() & 0xFFFF
        learned = is_inside if corpus.is_learned is None else is_inside & corpus.is_learned[index + 1]
        return Batch(
            tokens=corpus.tokens[index].long() & 0xFFFF, targets=torch.where(learned, targets, -1),
            segment=document.int(), source=self.sources[document].long())


class Feed:
    """Batch after batch, epoch after epoch; `epoch` and `step` say where it is."""

    def __init__(self, corpus: Corpus, mixture: Mixture, streams: int, length: int, seed: int, rows: slice):
        self.corpus, self.mixture, self.streams, self.length = corpus, mixture, streams, length
        self.seed, self.rows = seed, rows
        self.epoch, self.step = 0, 0
        self._current: tuple[int, Epoch] | None = None

    def _plan(self) -> Epoch:
        if self._current is None or self._current[0] != self.epoch:
            generator = np.random.default_rng([self.seed, self.epoch])
            order = generator.permutation(self.mixture.order(self.corpus, generator))
            self._current = (self.epoch, Epoch(self.corpus, order, self.streams, self.length))
        return self._current[1]

    def next(self) -> tuple[Batch, bool]:
        """The next step's rows, and whether an epoch begins with it."""
        begins = self.step == 0
        plan = self._plan()
        batch = plan.batch(self.step, self.rows)
        self.step += 1
        if self.step == plan.steps:
            self.epoch, self.step = self.epoch + 1, 0
        return batch, begins


def whole_epoch(corpus: Corpus, streams: int, length: int) -> Epoch:
    """Every document once, in the order of the files: for measuring."""
    return Epoch(corpus, np.flatnonzero(corpus.learned > 0), streams, length)
