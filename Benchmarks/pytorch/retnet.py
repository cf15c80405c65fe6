"""A RetNet (arXiv 2307.08621) in plain PyTorch: the model of this project's `fla` layout, in all three forms.

It is what `compare.py` measures `retnet` against, so it is written as one would for speed with PyTorch's own
operators: products batched over heads and chunks, decays and rotations from tables, the state updated in place, no loop
over heads or chunks.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    """The shape of a model. `key_dim` and `value_dim` are of all heads together, as in `config.json`."""

    vocabulary: int = 4096
    dim: int = 256
    layers: int = 6
    heads: int = 8
    key_dim: int = 256
    value_dim: int = 512
    mlp_dim: int = 512
    gated_mlp: bool = True
    epsilon: float = 1e-6

    @staticmethod
    def read(folder: Path) -> "Config":
        """Reads `config.json`; raises ValueError for what this file does not compute."""
        raw = json.loads((folder / "config.json").read_text())
        norms = raw.get("retention_norms") or {}
        expected = {
            "retention_norms.norm1": (norms.get("norm1", True), True),
            "retention_norms.norm2": (norms.get("norm2", False), False),
            "retention_norms.norm3": (norms.get("norm3", "off"), "off"),
            "num_kv_heads": (raw.get("num_kv_heads") or raw["num_heads"], raw["num_heads"]),
            "elementwise_affine": (raw.get("elementwise_affine", True), True),
            "use_output_gate": (raw.get("use_output_gate", True), True),
            "tie_word_embeddings": (raw.get("tie_word_embeddings", False), True),
            "intermediate_size": (raw.get("intermediate_size") is not None, True),
        }
        for key, (found, needed) in expected.items():
            if found != needed:
                raise ValueError(f"{folder}/config.json: {key} is not as in the bundled model")
        dim = raw["hidden_size"]
        return Config(
            vocabulary=raw["vocab_size"], dim=dim, layers=raw["num_hidden_layers"], heads=raw["num_heads"],
            key_dim=round(dim * raw["expand_k"]), value_dim=round(dim * raw["expand_v"]),
            mlp_dim=raw["intermediate_size"], epsilon=raw["norm_eps"])


class Tables:
    """What depends on positions alone: rotations, and powers of each head's γ. From float64, rounded once."""

    def __init__(self, config: Config, length: int, chunk: int = 64):
        head_dim = config.key_dim // config.heads
        frequencies = 10000.0 ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
        angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies
        self.cos, self.sin = angles.cos().float(), angles.sin().float()  # [length, head_dim / 2]
        gamma = 1 - 2.0 ** (-5 - torch.arange(config.heads, dtype=torch.float64))
        self.gamma = gamma.float().view(-1, 1, 1)
        self.mask = self._powers(gamma, length)  # D of Eq. 5, [heads, length, length]
        # Eq. 7: D inside a chunk, ξ for what comes from before it, ζ for what is left at its end, and between chunks
        # γ^(chunk · …) from the state before chunk m to that before chunk n.
        self.chunk = chunk
        steps = torch.arange(chunk, dtype=torch.float64)
        self.inner_mask = self._powers(gamma, chunk)[:, None]  # [heads, 1, chunk, chunk]
        self.cross = (gamma[:, None] ** (steps + 1)).float()[:, None, :, None]  # [heads, 1, chunk, 1]
        self.left = (gamma[:, None] ** (chunk - 1 - steps)).float()[:, None, :, None]
        self.between = self._powers(gamma**chunk, length // chunk + 1)

    @staticmethod
    def _powers(gamma: Tensor, length: int) -> Tensor:
        """γ^(n−m) for n ≥ m, else 0: `[heads, length, length]`."""
        n = torch.arange(length, dtype=torch.float64)
        distance = n[:, None] - n
        return torch.where(distance >= 0, gamma[:, None, None] ** distance.clamp(min=0), 0.0).float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """xPos: entry i of a head makes a pair with entry i + d/2. `x` is `[…, time, head_dim]`."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), dim=-1)


class RMSNorm(nn.Module):
    """y = w ⊙ x / √(mean(x²) + ε). By hand: eager nn.RMSNorm is no faster on a CPU, mostly slower."""

    def __init__(self, dim: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


class Retention(nn.Module):
    """Multi-scale retention (Eq. 8): projections, rotation, one of the three forms, group norm, gate."""

    def __init__(self, config: Config):
        super().__init__()
        self.heads = config.heads
        self.head_dim = config.key_dim // config.heads
        self.value_dim = config.value_dim // config.heads
        self.q_proj = nn.Linear(config.dim, config.key_dim, bias=False)
        self.k_proj = nn.Linear(config.dim, config.key_dim, bias=False)
        self.v_proj = nn.Linear(config.dim, config.value_dim, bias=False)
        self.g_proj = nn.Linear(config.dim, config.value_dim, bias=False)
        self.g_norm_swish_gate = RMSNorm(self.value_dim, eps=config.epsilon)
        self.o_proj = nn.Linear(config.value_dim, config.dim, bias=False)

    def _project(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """q and k rotated, k scaled by d_k^(−1/2) (norm 1), v: `[batch, heads, time, …]`."""
        batch, time, _ = x.shape
        q = self.q_proj(x).view(batch, time, self.heads, self.head_dim).transpose(1, 2)
        k = self.k_proj(x).view(batch, time, self.heads, self.head_dim).transpose(1, 2)
        v = self.v_proj(x).view(batch, time, self.heads, self.value_dim).transpose(1, 2)
        return rotate(q, cos, sin), rotate(k, cos, sin) * self.head_dim**-0.5, v

    def _finish(self, x: Tensor, retained: Tensor) -> Tensor:
        normed = self.g_norm_swish_gate(retained.transpose(1, 2)).flatten(2)
        return self.o_proj(F.silu(self.g_proj(x)) * normed)

    def parallel(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """Eq. 5: (Q Kᵀ ⊙ D) V."""
        q, k, v = self._project(x, cos, sin)
        return self._finish(x, (q @ k.mT * mask) @ v)

    def recurrent(self, x: Tensor, cos: Tensor, sin: Tensor, gamma: Tensor, state: Tensor) -> Tensor:
        """Eq. 6, one token: S ← γ S + kᵀ v, in place; o = q S. `state` is `[batch, heads, head_dim, value_dim]`."""
        q, k, v = self._project(x, cos, sin)
        state.mul_(gamma).add_(k.mT * v)
        return self._finish(x, q @ state)

    def chunkwise(self, x: Tensor, tables: Tables, cos: Tensor, sin: Tensor, state: Tensor | None) -> Tensor:
        """Eq. 7 over all chunks at once; `state` is advanced in place; None is a new text's, and is lost."""
        q, k, v = (t.unflatten(2, (-1, tables.chunk)) for t in self._project(x, cos, sin))
        inner = (q @ k.mT * tables.inner_mask) @ v
        # What each chunk adds to the state, [batch, heads, chunks, head_dim, value_dim].
        added = (k * tables.left).mT @ v
        first = torch.zeros_like(added[:, :, :1]) if state is None else state[:, :, None]
        written = torch.cat((first, added), dim=2)
        count = written.shape[2]
        states = (tables.between[:, :count, :count] @ written.flatten(3)).view_as(written)
        if state is not None:
            state.copy_(states[:, :, -1])
        cross = (q * tables.cross) @ states[:, :, :-1]
        return self._finish(x, (inner + cross).flatten(2, 3))


class GatedMLP(nn.Module):
    """SwiGLU."""

    def __init__(self, config: Config):
        super().__init__()
        self.gate_proj = nn.Linear(config.dim, config.mlp_dim, bias=False)
        self.up_proj = nn.Linear(config.dim, config.mlp_dim, bias=False)
        self.down_proj = nn.Linear(config.mlp_dim, config.dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class PlainMLP(nn.Module):
    """Two linear maps with gelu between, as in the paper."""

    def __init__(self, config: Config):
        super().__init__()
        self.up_proj = nn.Linear(config.dim, config.mlp_dim, bias=False)
        self.down_proj = nn.Linear(config.mlp_dim, config.dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.gelu(self.up_proj(x)))


class Block(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.attn_norm = RMSNorm(config.dim, eps=config.epsilon)
        self.attn = Retention(config)
        self.mlp_norm = RMSNorm(config.dim, eps=config.epsilon)
        self.mlp = (GatedMLP if config.gated_mlp else PlainMLP)(config)

    def forward(self, x: Tensor, retain) -> Tensor:
        x = x + retain(self.attn, self.attn_norm(x))
        return x + self.mlp(self.mlp_norm(x))


class RetNet(nn.Module):
    """The language model, its head tied to the embedding. `length` is the longest text that its tables serve."""

    def __init__(self, config: Config, length: int = 2048, chunk: int = 64):
        super().__init__()
        self.config = config
        self.embeddings = nn.Embedding(config.vocabulary, config.dim)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.dim, eps=config.epsilon)
        self.tables = Tables(config, length, chunk)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                writes = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * config.layers) if writes else 1))

    @staticmethod
    def load(folder: Path, length: int = 2048, chunk: int = 64) -> "RetNet":
        """Reads a model folder, widened to float32."""
        from safetensors.torch import load_file

        model = RetNet(Config.read(folder), length, chunk)
        stored = load_file(folder / "model.safetensors")
        stored.pop("lm_head.weight", None)  # the embedding again, where a tied head is stored at all
        model.load_state_dict({name.removeprefix("model."): tensor.float() for name, tensor in stored.items()})
        return model

    def make_state(self, batch: int = 1) -> Tensor:
        """The state before the first token, `[layers, batch, heads, head_dim, value_dim]`."""
        c = self.config
        return torch.zeros(c.layers, batch, c.heads, c.key_dim // c.heads, c.value_dim // c.heads)

    def _logits(self, x: Tensor) -> Tensor:
        return F.linear(self.norm(x), self.embeddings.weight)

    def forward(self, tokens: Tensor, last: bool = False) -> Tensor:
        """The parallel form. `tokens` is `[batch, time]`; logits of each token, or of the last alone."""
        time, tables = tokens.shape[1], self.tables
        cos, sin, mask = tables.cos[:time], tables.sin[:time], tables.mask[:, :time, :time]
        x = self.embeddings(tokens)
        for layer in self.layers:
            x = layer(x, lambda attn, h: attn.parallel(h, cos, sin, mask))
        return self._logits(x[:, -1:] if last else x)

    def step(self, token: Tensor, position: Tensor, state: Tensor) -> Tensor:
        """The recurrent form, one token `[batch, 1]` at `position` `[1]`; `state` is advanced in place."""
        tables = self.tables
        cos, sin = tables.cos[position], tables.sin[position]
        x = self.embeddings(token)
        for layer, own in zip(self.layers, state.unbind()):
            x = layer(x, lambda attn, h: attn.recurrent(h, cos, sin, tables.gamma, own))
        return self._logits(x)

    def chunkwise(self, tokens: Tensor, state: Tensor | None = None, position: int = 0, last: bool = False) -> Tensor:
        """The chunkwise form over whole chunks from `position` on; `state` is advanced in place, where there is one."""
        time, tables = tokens.shape[1], self.tables
        cos, sin = tables.cos[position : position + time], tables.sin[position : position + time]
        x = self.embeddings(tokens)
        for layer, own in zip(self.layers, [None] * len(self.layers) if state is None else state.unbind()):
            x = layer(x, lambda attn, h: attn.chunkwise(h, tables, cos, sin, own))
        return self._logits(x[:, -1:] if last else x)
