#!/usr/bin/env python3
"""Writes Llama models of random weights that have as many parameters as a RetNet, in four types of weights.

    python make_model.py --model ../../Models/chat --out FOLDER

Depth, width, heads, vocabulary and weight tying are the RetNet's. The width of the MLP makes up the difference.
"""

import argparse
import json
import struct
import sys
from dataclasses import dataclass
from math import prod
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import LlamaFileType as FileType
from gguf import TokenType

TYPES = {
    "f32": (Type.F32, FileType.ALL_F32),
    "f16": (Type.F16, FileType.MOSTLY_F16),
    "q8_0": (Type.Q8_0, FileType.MOSTLY_Q8_0),
    "q4_0": (Type.Q4_0, FileType.MOSTLY_Q4_0),
}
BLOCK = 32  # numbers that share a scale in q8_0 and q4_0; a row has whole blocks
CONTEXT = 2048
TOLERANCE = 0.02  # of the number of weights
SPECIAL = ("<unk>", "<s>", "</s>")
WORDS = len(SPECIAL) + 256  # the first token that is neither special nor a byte


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama without grouped heads."""

    layers: int
    width: int
    heads: int
    mlp: int
    vocabulary: int
    tied: bool
    epsilon: float

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Shapes by the names that GGUF gives them, matrices as [outputs, inputs]."""
        shapes = {"token_embd.weight": (self.vocabulary, self.width), "output_norm.weight": (self.width,)}
        if not self.tied:
            shapes["output.weight"] = (self.vocabulary, self.width)
        for layer in range(self.layers):
            block = {f"attn_{name}": (self.width, self.width) for name in ("q", "k", "v", "output")}
            block |= {"ffn_gate": (self.mlp, self.width), "ffn_up": (self.mlp, self.width)}
            block |= {"ffn_down": (self.width, self.mlp), "attn_norm": (self.width,), "ffn_norm": (self.width,)}
            shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in block.items()}
        return shapes

    def read_per_token(self) -> int:
        """The weights that one step reads: all but an embedding that is not the head as well."""
        return weights_read(self.tensors(), "token_embd.weight", self.tied)


def weights_read(shapes: dict, embedding: str, tied: bool) -> int:
    """All numbers of the tensors, without those of an embedding of which a step reads one row only."""
    return sum(prod(shape) for name, shape in shapes.items() if tied or name != embedding)


def retnet_weights(model: Path, tied: bool) -> int:
    """The weights that one step of the RetNet reads, from the header of its checkpoint."""
    with (model / "model.safetensors").open("rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    shapes = {name: entry["shape"] for name, entry in header.items() if name != "__metadata__"}
    embedding = next((name for name in shapes if "embed" in name), "")
    return weights_read(shapes, embedding, tied)


def matching_shape(model: Path) -> tuple[Shape, int]:
    """The Llama shape nearest to the RetNet in the folder, and the number of weights the RetNet reads per token."""
    config = json.loads((model / "config.json").read_text())
    tied = bool(config.get("tie_word_embeddings"))
    target = retnet_weights(model, tied)

    def shape(mlp: int) -> Shape:
        return Shape(
            layers=config["num_hidden_layers"], width=config["hidden_size"], heads=config["num_heads"], mlp=mlp,
            vocabulary=config["vocab_size"], tied=tied, epsilon=config.get("norm_eps", 1e-6))

    empty, block = shape(0).read_per_token(), shape(BLOCK).read_per_token()
    found = shape(max(1, round((target - empty) / (block - empty))) * BLOCK)
    difference = found.read_per_token() / target - 1
    if abs(difference) > TOLERANCE:
        sys.exit(
            f"make_model: the nearest Llama has {found.read_per_token():,} weights, the RetNet in {model} {target:,}; "
            f"they may differ by {TOLERANCE:.0%}.")
    return found, target


def add_tokenizer(writer: gguf.GGUFWriter, size: int) -> None:
    """A SentencePiece vocabulary of special tokens, bytes, and filler words that no text contains."""
    special = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    words = range(size - WORDS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *(f"▁filler{n}" for n in words)])
    writer.add_token_scores([0.0] * WORDS + [-float(n) for n in words])
    writer.add_token_types(special + [TokenType.BYTE] * 256 + [TokenType.NORMAL] * len(words))
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def add_configuration(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.mlp)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)


def random_weights(shape: Shape) -> dict[str, np.ndarray]:
    """Norms of one, and matrices that keep the size of what they multiply; the same in every call."""
    generator = np.random.default_rng(1)
    weights = {}
    for name, size in shape.tensors().items():
        if len(size) == 1:
            weights[name] = np.ones(size, np.float32)
        else:
            weights[name] = generator.standard_normal(size, np.float32) / np.sqrt(np.float32(size[1]))
    return weights


def write(file: Path, shape: Shape, weights: dict[str, np.ndarray], name: str) -> None:
    """One GGUF file. Every matrix has the type, embedding and head included; norms stay in f32."""
    kind, file_type = TYPES[name]
    writer = gguf.GGUFWriter(file, "llama")
    add_configuration(writer, shape)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(writer, shape.vocabulary)
    for tensor, values in weights.items():
        own = kind if values.ndim > 1 else Type.F32
        writer.add_tensor(tensor, gguf.quants.quantize(values, own), raw_dtype=own)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="the RetNet's folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files, named after their types")
    arguments = parser.parse_args()
    shape, target = matching_shape(arguments.model)
    weights = random_weights(shape)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in TYPES:
        write(arguments.out / f"{name}.gguf", shape, weights, name)
    print(json.dumps({
        "retnetWeights": target, "llamaWeights": shape.read_per_token(), "layers": shape.layers, "width": shape.width,
        "heads": shape.heads, "mlp": shape.mlp, "vocabulary": shape.vocabulary}))


if __name__ == "__main__":
    main()
