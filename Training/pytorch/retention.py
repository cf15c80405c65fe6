"""Retention (Sun et al. 2023, arXiv 2307.08621, Section 2) over rows in which documents lie one after another.

Per head, with q and k rotated by their position and k scaled by d_k^(−1/2) (norm 1):

    parallel    o = (Q Kᵀ ⊙ D) V,                      D_nm = γ^(n−m) for n ≥ m, else 0            (Eq. 5)
    recurrent   S_n = γ S_{n−1} + k_nᵀ v_n,            o_n = q_n S_n                               (Eq. 6)
    chunkwise   o = (Q Kᵀ ⊙ D) V + ξ ⊙ (Q R),          R' = γ^C R + Kᵀ (ζ ⊙ V) for each chunk of C (Eq. 7)
                ξ_n = γ^(n+1),  ζ_m = γ^(C−1−m),  R the state before the chunk

Every token carries the number of its document, its *segment*; numbers never fall along a row. A document begins with an
empty state, so D is set to 0 between tokens of different segments, a token reads R only where R was left by its own
document, and R' holds only the document in which the chunk ends. A row packed so gives what its documents give alone.

Products run in the autocast type; decays and the sum of states over chunks and rows stay float32.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


def gammas(heads: int) -> Tensor:
    """γ_h = 1 − 2^(−5−h) (Section 2.3), `[heads]`, float64."""
    return 1 - 2.0 ** (-5 - torch.arange(heads, dtype=torch.float64))


class Rotation(nn.Module):
    """xPos rotation of queries and keys by their position in the row (Eq. 3), half-split pairs.

        (a, b) ← (a cos nθ_i − b sin nθ_i, a sin nθ_i + b cos nθ_i),   θ_i = 10000^(−2i/d)

    Only differences of positions count in q·k, so positions need not begin at 0 with each document. Angles are float64
    until they are tables.
    """

    def __init__(self, head_dim: int, length: int):
        super().__init__()
        frequencies = 10000.0 ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
        angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies
        self.register_buffer("cos", angles.cos().float(), persistent=False)  # [length, head_dim / 2]
        self.register_buffer("sin", angles.sin().float(), persistent=False)
        back = -length * frequencies
        self.register_buffer("back_cos", back.cos().float()[:, None], persistent=False)  # [head_dim / 2, 1]
        self.register_buffer("back_sin", back.sin().float()[:, None], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """`x` is `[…, time, head_dim]`, its first token at position 0."""
        time = x.shape[-2]
        return _turn(x, self.cos[:time], self.sin[:time], dim=-1)

    def at(self, x: Tensor, position: int) -> Tensor:
        """One token `[…, 1, head_dim]` at `position`."""
        return _turn(x, self.cos[position], self.sin[position], dim=-1)

    def back(self, state: Tensor) -> Tensor:
        """The state `[…, head_dim, value_dim]` after a whole row, its keys as the next row counts positions."""
        return _turn(state, self.back_cos, self.back_sin, dim=-2)


def _turn(x: Tensor, cos: Tensor, sin: Tensor, dim: int) -> Tensor:
    a, b = x.chunk(2, dim=dim)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), dim=dim)


class Decays(nn.Module):
    """Powers of each head's γ for rows of `chunks` chunks of `chunk` tokens. The parallel form is one chunk.

        mask     D, `[heads, 1, chunk, chunk]`
        cross    ξ, `[heads, 1, chunk, 1]`
        inner    ζ, `[heads, 1, chunk, 1]`
        between  γ^(C (n − m)) from the state before chunk m to that before chunk n, `[heads, chunks + 1, chunks + 1]`
    """

    def __init__(self, heads: int, chunk: int, chunks: int):
        super().__init__()
        gamma = gammas(heads)
        steps = torch.arange(chunk, dtype=torch.float64)
        self.chunk = chunk
        self.register_buffer("gamma", gamma.float()[:, None, None], persistent=False)
        self.register_buffer("mask", _powers(gamma, chunk)[:, None], persistent=False)
        cross, inner = gamma[:, None] ** (steps + 1), gamma[:, None] ** (chunk - 1 - steps)
        self.register_buffer("cross", cross.float()[:, None, :, None], persistent=False)
        self.register_buffer("inner", inner.float()[:, None, :, None], persistent=False)
        self.register_buffer("between", _powers(gamma**chunk, chunks + 1), persistent=False)


def _powers(gamma: Tensor, length: int) -> Tensor:
    """γ^(n−m) for n ≥ m, else 0: `[heads, length, length]`."""
    n = torch.arange(length, dtype=torch.float64)
    distance = n[:, None] - n
    return torch.where(distance >= 0, gamma[:, None, None] ** distance.clamp(min=0), 0.0).float()


@dataclass
class Reach:
    """Which tokens and states belong to one document. Computed once for a batch; all layers and heads share it.

        same     tokens n and m of a chunk, `[batch, 1, chunks, chunk, chunk]`
        cross    token n and the state before its chunk, `[batch, 1, chunks, chunk, 1]`
        inner    token m and the end of its chunk, likewise
        between  the states before chunks n and m, `[batch, 1, chunks + 1, chunks + 1]`
    """

    same: Tensor
    cross: Tensor
    inner: Tensor
    between: Tensor

    @staticmethod
    def of(segment: Tensor, carried: Tensor, chunk: int) -> "Reach":
        """`segment` is `[batch, time]`, `carried` `[batch]`: the segment that left the state before the row."""
        parts = segment.unflatten(1, (-1, chunk))  # [batch, chunks, chunk]
        ends = torch.cat((carried[:, None], parts[:, :, -1]), dim=1)  # [batch, chunks + 1]
        return Reach(
            same=(parts[..., :, None] == parts[..., None, :])[:, None],
            cross=(parts == ends[:, :-1, None])[:, None, ..., None],
            inner=(parts == ends[:, 1:, None])[:, None, ..., None],
            between=(ends[:, :, None] == ends[:, None, :])[:, None])


def parallel(
    q: Tensor, k: Tensor, v: Tensor, decays: Decays, reach: Reach, state: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Eq. 5, and what a carried state adds to it.

    `q`, `k` are `[batch, heads, time, head_dim]`, `v` `[batch, heads, time, value_dim]`, `state`
    `[batch, heads, head_dim, value_dim]` or None where every row begins empty. Returns o, shaped as `v`, and the state
    after the row, without gradient.
    """
    scores = (q @ k.mT) * decays.mask[:, 0]
    output = torch.where(reach.same[:, :, 0], scores, 0.0).to(v.dtype) @ v
    if state is None:
        return output, None
    output = output + (q * (decays.cross[:, 0] * reach.cross[:, :, 0])) @ state
    with torch.no_grad():
        written = (k * (decays.inner[:, 0] * reach.inner[:, :, 0])).mT @ v
        kept = decays.between[:, 1:, :1] * reach.between[:, :, 1:, :1]  # γ^T where one document goes through the row
        return output, kept * state + written


def chunkwise(
    q: Tensor, k: Tensor, v: Tensor, decays: Decays, reach: Reach, state: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Eq. 7 for all chunks at once; shapes as in `parallel`, time a multiple of the chunk.

    The states before all chunks are one product: R_n = Σ_{m ≤ n} γ^(C (n − m)) W_m, where W_0 is the carried state and
    W_m what chunk m − 1 wrote.
    """
    q, k, v = (x.unflatten(2, (-1, decays.chunk)) for x in (q, k, v))  # [batch, heads, chunks, chunk, …]
    scores = (q @ k.mT) * decays.mask
    output = torch.where(reach.same, scores, 0.0).to(v.dtype) @ v
    written = ((k * (decays.inner * reach.inner)).mT @ v).float()
    first = torch.zeros_like(written[:, :, :1]) if state is None else state[:, :, None]
    with torch.autocast(q.device.type, enabled=False):
        weights = decays.between * reach.between
        before = (weights @ torch.cat((first, written), dim=2).flatten(3)).unflatten(3, written.shape[3:])
    output = output + (q * (decays.cross * reach.cross)) @ before[:, :, :-1]
    return output.flatten(2, 3), None if state is None else before[:, :, -1].detach()


def recurrent(q: Tensor, k: Tensor, v: Tensor, decays: Decays, state: Tensor) -> tuple[Tensor, Tensor]:
    """Eq. 6 for one token of one document: time is 1. Returns o and the next state."""
    state = decays.gamma * state + k.mT @ v
    return q @ state, state
