#!/usr/bin/env python3
"""Trains a plain Transformer on conversations, as a yardstick for `retnet train`: the same parameters, tokenizer, text,
number of tokens and schedule. Writes the log of `retnet train`: a JSON line for each step and measurement.

The model is what is common today: pre-norm blocks with RMSNorm, rotary positions, causal softmax attention of PyTorch's
own kernel, a gated MLP as wide as the parameters allow, tied head.
"""

import argparse
import json
import math
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    dim: int = 256
    layers: int = 6
    heads: int = 8
    mlp_dim: int = 854  # 6,560,000 parameters with 4,096 pieces; the RetNet of 6 layers has 6,557,312


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.heads
        self.attention_norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.qkv = nn.Linear(shape.dim, 3 * shape.dim, bias=False)
        self.out = nn.Linear(shape.dim, shape.dim, bias=False)
        self.mlp_norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.gate_up = nn.Linear(shape.dim, 2 * shape.mlp_dim, bias=False)
        self.down = nn.Linear(shape.mlp_dim, shape.dim, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, time_, dim = x.shape
        q, k, v = (
            part.view(batch, time_, self.heads, -1).transpose(1, 2)
            for part in self.qkv(self.attention_norm(x)).chunk(3, dim=-1))
        y = F.scaled_dot_product_attention(rotated(q, cos, sin), rotated(k, cos, sin), v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(batch, time_, dim))
        gate, up = self.gate_up(self.mlp_norm(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


class Transformer(nn.Module):
    def __init__(self, shape: Shape, length: int):
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary, shape.dim)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.dim, eps=1e-6)
        half = shape.dim // shape.heads // 2
        angles = torch.outer(torch.arange(length), 10000.0 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        for block in self.blocks:  # the residual stream's sums keep their size with depth (GPT-2)
            for projection in (block.out, block.down):
                nn.init.normal_(projection.weight, std=0.02 / math.sqrt(2 * shape.layers))

    def loss(self, tokens: Tensor) -> tuple[Tensor, int]:
        """Sum of nats and number of predicted tokens of `[batch, time + 1]`, in which −1 is no token."""
        inputs, targets = tokens[:, :-1].clamp(min=0), tokens[:, 1:]
        x = self.embedding(inputs)
        time_ = inputs.shape[1]
        for block in self.blocks:
            x = block(x, self.cos[:time_], self.sin[:time_])
        logits = F.linear(self.norm(x), self.embedding.weight)
        total = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1, reduction="sum")
        return total, int((targets >= 0).sum())


def conversations(path: Path, tokenizer: sentencepiece.SentencePieceProcessor) -> list[list[int]]:
    """Each conversation's tokens, `<s> <|user|> … <|bot|> … </s>`."""
    symbols = {"U: ": tokenizer.piece_to_id("<|user|>"), "B: ": tokenizer.piece_to_id("<|bot|>")}
    found = []
    for block in path.read_text().split("\n\n"):
        tokens = [tokenizer.bos_id()]
        for line in block.strip("\n").splitlines():
            tokens += [symbols[line[:3]]] + tokenizer.encode(line[3:])
        if len(tokens) > 1:
            found.append(tokens + [tokenizer.eos_id()])
    return found


def pieces(documents: list[list[int]], length: int) -> list[list[int]]:
    """Stretches of at most `length` predicted tokens; each predicts all of its tokens but the first."""
    return [
        document[start:start + length + 1] for document in documents for start in range(0, len(document) - 1, length)]


def batches(stretches: list[list[int]], tokens: int) -> list[list[list[int]]]:
    """Stretches of like length together, at most `tokens` places a batch with their padding."""
    result, batch = [], []
    for stretch in sorted(stretches, key=len):
        if batch and (len(batch) + 1) * (len(stretch) - 1) > tokens:
            result.append(batch)
            batch = []
        batch.append(stretch)
    return result + [batch] if batch else result


def tensor(batch: list[list[int]]) -> Tensor:
    longest = max(map(len, batch))
    return torch.tensor([stretch + [-1] * (longest - len(stretch)) for stretch in batch])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", type=Path, required=True, help="dialogue files to train on")
    parser.add_argument("--valid", nargs="+", type=Path, required=True, help="dialogue files to measure on")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.model")
    parser.add_argument("--out", type=Path, required=True, help="log to write, JSON lines")
    parser.add_argument("--tokens", type=int, default=5_000_000, help="tokens to predict in all")
    parser.add_argument("--batch-tokens", type=int, default=3072)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=150, help="steps")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--validate-every", type=int, default=250, help="steps")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    order = random.Random(options.seed)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(options.tokenizer))
    trained = pieces([d for path in options.data for d in conversations(path, tokenizer)], options.length)
    measured = {path: pieces(conversations(path, tokenizer), options.length) for path in options.valid}
    for path, stretches in measured.items():
        predicted = sum(len(stretch) - 1 for stretch in stretches)
        print(f"{path}: {predicted} tokens, {path.stat().st_size} bytes", file=sys.stderr)
    model = Transformer(Shape(tokenizer.vocab_size()), options.length)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", file=sys.stderr)
    matrices = [p for p in model.parameters() if p.dim() == 2]
    rest = [p for p in model.parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": options.weight_decay}, {"params": rest, "weight_decay": 0.0}],
        lr=options.learning_rate, betas=(0.9, 0.98), fused=True)

    def measure() -> dict[str, float]:
        """Bits per byte of each file and together."""
        bits, size = {}, 0
        with torch.inference_mode():
            for path, stretches in measured.items():
                nats = sum(float(model.loss(tensor(batch))[0]) for batch in batches(stretches, 8192))
                bits[str(path)] = nats / math.log(2)
                size += path.stat().st_size
        together = sum(bits.values()) / size
        return {path: total / Path(path).stat().st_size for path, total in bits.items()} | {"together": together}

    step, seen, start, queue = 0, 0, time.time(), []
    with options.out.open("w") as log:
        def write(line: dict) -> None:
            log.write(json.dumps(line) + "\n")
            log.flush()

        while seen < options.tokens:
            if not queue:
                order.shuffle(trained)
                # Like lengths within a shuffled window: little padding, batches in random order.
                for window in range(0, len(trained), 1024):
                    queue += batches(trained[window:window + 1024], options.batch_tokens)
                order.shuffle(queue)
            # The schedule follows tokens: a step has as many as its stretches have.
            done = seen / options.tokens
            rise = min(1.0, (step + 1) / options.warm_up)
            rate = options.learning_rate * rise * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done)))
            for group in optimizer.param_groups:
                group["lr"] = rate
            total, predicted = model.loss(tensor(queue.pop()))
            (total / predicted).backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step, seen = step + 1, seen + predicted
            write({
                "step": step, "epoch": 0, "tokens": seen, "loss": total.item() / predicted, "learningRate": rate,
                "gradientNorm": norm.item(), "tokensPerSecond": seen / (time.time() - start),
                "seconds": time.time() - start})
            if step % options.validate_every == 0 or seen >= options.tokens:
                write({"step": step, "validation": measure()})


if __name__ == "__main__":
    main()
