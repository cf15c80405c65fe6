"""The RetNet language model of this project's native (`fla`) layout in plain PyTorch.

    X_0 = E[tokens]
    M = X + MSR(RMSNorm(X)),   Y = M + MLP(RMSNorm(M))              each block (Eqs. 9 and 10)
    logits = RMSNorm(X_L) W_headᵀ,   W_head = E where the head is tied

Parameter names, with `model.` before them, are those of `model.safetensors`.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import retention
from config import Config
from retention import Decays, Reach, Rotation

FORMS = ("auto", "parallel", "chunkwise")


class State(NamedTuple):
    """What rows leave for the rows after them.

        matrices  S of each layer, `[layers, batch, heads, head_dim, value_dim]`, float32
        segment   the segment that each row ended in, `[batch]`; −1 where there was none
    """

    matrices: Tensor
    segment: Tensor


class RMSNorm(nn.Module):
    """y = w ⊙ x / √(mean(x²) + ε) over the last dimension, in float32 at least."""

    def __init__(self, dim: int, epsilon: float):
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(torch.promote_types(x.dtype, torch.float32))
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


class Retention(nn.Module):
    """Multi-scale retention (Eq. 8).

        Y = (swish(X W_g) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o
    """

    def __init__(self, config: Config):
        super().__init__()
        self.heads = config.heads
        self.scale = config.head_dim**-0.5
        self.q_proj = nn.Linear(config.dim, config.key_dim, bias=False)
        self.k_proj = nn.Linear(config.dim, config.key_dim, bias=False)
        self.v_proj = nn.Linear(config.dim, config.value_dim, bias=False)
        self.g_proj = nn.Linear(config.dim, config.value_dim, bias=False)
        self.g_norm_swish_gate = RMSNorm(config.head_value_dim, config.epsilon)
        self.o_proj = nn.Linear(config.value_dim, config.dim, bias=False)

    def forward(self, x: Tensor, rotate, form, decays: Decays, *context) -> tuple[Tensor, Tensor | None]:
        """`x` is `[batch, time, dim]`; `form` is one of `retention`'s, called with q, k, v, `decays` and `context`."""
        q, k, v = (
            project(x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj))
        retained, state = form(rotate(q), rotate(k) * self.scale, v, decays, *context)
        normed = self.g_norm_swish_gate(retained.transpose(1, 2)).flatten(2)
        return self.o_proj(F.silu(self.g_proj(x)) * normed), state


class GatedMLP(nn.Module):
    """SwiGLU: W_down (swish(W_gate x) ⊙ W_up x)."""

    def __init__(self, config: Config):
        super().__init__()
        self.gate_proj = nn.Linear(config.dim, config.mlp_dim, bias=False)
        self.up_proj = nn.Linear(config.dim, config.mlp_dim, bias=False)
        self.down_proj = nn.Linear(config.mlp_dim, config.dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """Retention and MLP, each after a norm and added to the residual stream; dropout acts on what is added."""

    def __init__(self, config: Config):
        super().__init__()
        self.attn_norm = RMSNorm(config.dim, config.epsilon)
        self.attn = Retention(config)
        self.mlp_norm = RMSNorm(config.dim, config.epsilon)
        self.mlp = GatedMLP(config)

    def forward(self, x: Tensor, dropout: float, *context) -> tuple[Tensor, Tensor | None]:
        added, state = self.attn(self.attn_norm(x), *context)
        x = x + F.dropout(added, dropout, self.training)
        return x + F.dropout(self.mlp(self.mlp_norm(x)), dropout, self.training), state


def cross_entropy(x: Tensor, head: Tensor, targets: Tensor) -> Tensor:
    """−ln softmax(x W_headᵀ)[target], `[batch, time]`, 0 where the target is −1; `x` is `[batch, time, dim]`."""
    logits = F.linear(x, head).float()
    nats = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1, reduction="none")
    return nats.view_as(targets)


class RetNet(nn.Module):
    """The language model for rows of `length` tokens.

    `form` auto is the parallel form for rows of at most 512 tokens and the chunkwise form for longer ones.
    """

    def __init__(self, config: Config, length: int = 512, form: str = "auto", chunk: int = 64, dropout: float = 0.0):
        super().__init__()
        self.config, self.length, self.dropout = config, length, dropout
        self.form = form if form != "auto" else "parallel" if length <= 512 else "chunkwise"
        chunk = length if self.form == "parallel" else chunk
        if length % chunk:
            raise ValueError(f"rows of {length} tokens are no whole number of chunks of {chunk}")
        self.embeddings = nn.Embedding(config.vocabulary, config.dim)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.dim, config.epsilon)
        self.lm_head = None if config.tied_head else nn.Linear(config.dim, config.vocabulary, bias=False)
        self.rotation = Rotation(config.head_dim, length)
        self.decays = Decays(config.heads, chunk, length // chunk)
        self.cross_entropy = cross_entropy

    @property
    def head(self) -> Tensor:
        """W_head, `[vocabulary, dim]`."""
        return self.embeddings.weight if self.lm_head is None else self.lm_head.weight

    def initialize(self, seed: int) -> None:
        """Normal weights of deviation 0.02, those that write into the residual stream smaller by √(2 · layers)."""
        generator = torch.Generator().manual_seed(seed)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                writes = name.endswith(("o_proj.weight", "down_proj.weight"))
                deviation = 0.02 / (math.sqrt(2 * self.config.layers) if writes else 1)
                with torch.no_grad():
                    parameter.copy_(torch.randn(parameter.shape, generator=generator) * deviation)

    def make_state(self, batch: int) -> State:
        """The state before the first row."""
        c, device = self.config, self.embeddings.weight.device
        return State(
            torch.zeros(c.layers, batch, c.heads, c.head_dim, c.head_value_dim, device=device),
            torch.full((batch,), -1, dtype=torch.int32, device=device))

    def hidden(self, tokens: Tensor, segment: Tensor, state: State | None = None) -> tuple[Tensor, State | None]:
        """What the head reads, `[batch, length, dim]`, and the state that the rows leave.

        `tokens` and `segment` are `[batch, length]`, `segment` of the type int32. Without a state every row begins
        empty, and none is left.
        """
        carried = torch.full_like(segment[:, 0], -1) if state is None else state.segment
        reach = Reach.of(segment, carried, self.decays.chunk)
        form = retention.parallel if self.form == "parallel" else retention.chunkwise
        before = [None] * len(self.layers) if state is None else state.matrices.unbind()
        x, left = F.dropout(self.embeddings(tokens), self.dropout, self.training), []
        for layer, own in zip(self.layers, before):
            x, after = layer(x, self.dropout, self.rotation, form, self.decays, reach, own)
            left.append(after)
        if state is not None:
            with torch.no_grad():
                state = State(self.rotation.back(torch.stack(left).float()), segment[:, -1])
        return self.norm(x), state

    def forward(self, tokens: Tensor, segment: Tensor | None = None) -> Tensor:
        """Logits `[batch, time, vocabulary]` of rows that begin empty, of any length up to `length`."""
        time = tokens.shape[1]
        if segment is None:
            segment = torch.zeros_like(tokens, dtype=torch.int32)
        pad = (0, self.length - time)  # later tokens change nothing before them
        x, _ = self.hidden(F.pad(tokens, pad), F.pad(segment, pad, value=-2))
        return F.linear(x[:, :time], self.head)

    def nats(
        self, tokens: Tensor, targets: Tensor, segment: Tensor, state: State | None = None
    ) -> tuple[Tensor, State | None]:
        """−ln p of each target, `[batch, length]`, 0 where the target is −1, and the state that the rows leave."""
        x, state = self.hidden(tokens, segment, state)
        return self.cross_entropy(x, self.head, targets), state

    def enable_compiler(self, what: str) -> None:
        """Has `torch.compile` compile, at their first call, the `blocks` or the `whole` of `nats`.

        All blocks share the code of one, so that compiling them takes a fraction of the time; little more is fused in
        the whole.
        """
        if what == "whole":
            self.nats = torch.compile(self.nats, dynamic=False)
            return
        for layer in self.layers:
            layer.compile(dynamic=False)
        self.cross_entropy = torch.compile(cross_entropy, dynamic=False)

    def step(self, token: Tensor, position: int, matrices: Tensor) -> tuple[Tensor, Tensor]:
        """The recurrent form: logits after one token `[batch, 1]` at `position`, below `length`, and the next S."""
        x, after = self.embeddings(token), []
        for layer, own in zip(self.layers, matrices.unbind()):
            x, left = layer(
                x, 0.0, lambda y: self.rotation.at(y, position), retention.recurrent, self.decays, own)
            after.append(left)
        return F.linear(self.norm(x), self.head), torch.stack(after)

    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())

    def flops_per_token(self) -> float:
        """Of a training step: 2 for each weight that multiplies a token and for each product of retention, times 3."""
        c, chunk = self.config, self.decays.chunk
        inner = c.heads * chunk * (c.head_dim + c.head_value_dim)
        cross = 0 if self.form == "parallel" else 2 * c.heads * c.head_dim * c.head_value_dim
        matrices = sum(p.numel() for name, p in self.named_parameters() if p.dim() > 1 and "embeddings" not in name)
        head = c.vocabulary * c.dim if self.lm_head is None else 0
        return 6.0 * (matrices + head + c.layers * (inner + cross))
