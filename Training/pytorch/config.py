"""`config.json` of the native layout, read and written as `retnet` does."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """The shape of a model. `key_dim` and `value_dim` are of all heads together, as in `config.json`."""

    vocabulary: int
    dim: int = 256
    layers: int = 6
    heads: int = 8
    key_dim: int = 256
    value_dim: int = 512
    mlp_dim: int = 512
    tied_head: bool = True
    epsilon: float = 1e-6
    bos: int = 1
    eos: int = 2

    def __post_init__(self):
        if self.key_dim % (2 * self.heads) or self.value_dim % self.heads:
            raise ValueError(
                f"{self.heads} heads must share {self.key_dim} keys in even parts and {self.value_dim} values evenly")

    @property
    def head_dim(self) -> int:
        """d_k of one head."""
        return self.key_dim // self.heads

    @property
    def head_value_dim(self) -> int:
        """d_v of one head."""
        return self.value_dim // self.heads

    @staticmethod
    def read(path: Path) -> "Config":
        """Reads `config.json`; raises ValueError naming the key that this program does not compute."""
        raw = json.loads(path.read_text())
        norms = raw.get("retention_norms") or {}
        heads, dim = raw["num_heads"], raw["hidden_size"]
        needed = {
            "retention_norms.norm1": (norms.get("norm1", True), True),
            "retention_norms.norm2": (norms.get("norm2", False), False),
            "retention_norms.norm3": (norms.get("norm3", "off"), "off"),
            "num_kv_heads": (raw.get("num_kv_heads") or heads, heads),
            "elementwise_affine": (raw.get("elementwise_affine", True), True),
            "use_output_gate": (raw.get("use_output_gate", True), True),
            "use_short_conv": (raw.get("use_short_conv", False), False),
            "quantization": (raw.get("quantization"), None),
        }
        for key, (found, expected) in needed.items():
            if found != expected:
                raise ValueError(f"{path}: {key} is {found!r}, this program computes {expected!r} alone")
        return Config(
            vocabulary=raw["vocab_size"], dim=dim, layers=raw["num_hidden_layers"], heads=heads,
            key_dim=round(dim * raw.get("expand_k", 1)), value_dim=round(dim * raw.get("expand_v", 2)),
            mlp_dim=raw.get("intermediate_size") or _mlp_dim(dim, raw),
            tied_head=raw.get("tie_word_embeddings", False), epsilon=raw.get("norm_eps", 1e-6),
            bos=raw.get("bos_token_id", 1), eos=raw.get("eos_token_id", 2))

    def json(self, dtype: str) -> str:
        """`config.json` for weights of `dtype` (`bfloat16`, `float32`), as `retnet` writes it itself."""
        values = {
            "architectures": ["RetNetForCausalLM"], "model_type": "retnet", "vocab_size": self.vocabulary,
            "hidden_size": self.dim, "num_hidden_layers": self.layers, "num_heads": self.heads, "num_kv_heads": None,
            "expand_k": _ratio(self.key_dim, self.dim), "expand_v": _ratio(self.value_dim, self.dim),
            "hidden_ratio": None, "intermediate_size": self.mlp_dim, "hidden_act": "swish", "norm_eps": self.epsilon,
            "elementwise_affine": True, "fuse_norm": True, "use_output_gate": True, "use_short_conv": False,
            "tie_word_embeddings": self.tied_head, "bos_token_id": self.bos, "eos_token_id": self.eos,
            "max_position_embeddings": 2048, "pad_token_id": None, "attn_mode": "chunk", "feature_map": None,
            "attn": None, "conv_size": 4, "use_cache": True, "initializer_range": 0.02, "fuse_swiglu": True,
            "fuse_cross_entropy": True, "fuse_linear_cross_entropy": False, "use_l2warp": False, "torch_dtype": dtype,
            "retention_norms": {"norm1": True, "norm2": False, "norm3": "off"},
        }
        return json.dumps(values, indent=2, sort_keys=True, separators=(",", " : "))


def _mlp_dim(dim: int, raw: dict) -> int:
    """The layout's rule where no width is stated: ⅔ · ratio · dim, rounded up to a multiple of 256."""
    ratio = raw.get("hidden_ratio", 2)
    width = int(dim * (4 if ratio is None else ratio) * 2 / 3)
    return max(1, (width + 255) // 256) * 256


def _ratio(width: int, dim: int) -> int | float:
    return width // dim if width % dim == 0 else width / dim
