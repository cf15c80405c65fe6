"""Token files: a text file tokenized once, in processes side by side, and read back whole.

    tokens    [tokens] uint16, all documents end to end
    bounds    [documents + 1] int64, where each begins and the last ends
    learned   [tokens / 8] uint8, a bit for each token: whether a model that learns replies alone is trained on it
    bytes     of the text, decompressed

A token file is named after the hash of text, tokenizer and format, so a changed text is tokenized again. Run as a
program, this writes one that `train.py --data` takes in place of the text:

    python corpus.py --tokenizer tokenizer.model --out talk.npz talk.train.txt.xz
"""

import argparse
import hashlib
import io
import multiprocessing
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from text import ChatTokenizer, Counted, TextError, documents, open_text

FORMAT = 1
SUFFIX = ".npz"
# Documents that a worker takes at once.
BATCH = 512


@dataclass
class TokenFile:
    """One source of text as tokens."""

    name: str
    tokens: np.ndarray
    bounds: np.ndarray
    learned: np.ndarray
    bytes: int
    fingerprint: str

    @property
    def documents(self) -> int:
        return len(self.bounds) - 1

    @staticmethod
    def read(path: Path, name: str, vocabulary: int) -> "TokenFile":
        """Raises TextError where the file is of another format or vocabulary."""
        with np.load(path, allow_pickle=False) as stored:
            if "format" not in stored or int(stored["format"]) != FORMAT:
                raise TextError(f"{path}: no token file of this version; write it again from its text")
            tokens = stored["tokens"]
            learned = np.unpackbits(stored["learned"], count=len(tokens)).astype(bool)
            result = TokenFile(
                name, tokens, stored["bounds"], learned, int(stored["bytes"]), str(stored["fingerprint"]))
        if len(tokens) and int(tokens.max()) >= vocabulary:
            raise TextError(f"{path}: token {int(tokens.max())} is outside the vocabulary of {vocabulary}")
        return result

    def write(self, path: Path, compress: bool = False) -> None:
        """Whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        with open(partial, "wb") as file:
            (np.savez_compressed if compress else np.savez)(
                file, format=FORMAT, tokens=self.tokens, bounds=self.bounds, learned=np.packbits(self.learned),
                bytes=self.bytes, fingerprint=self.fingerprint)
        os.replace(partial, path)


def read(paths: list[Path], tokenizer: Path, vocabulary: int, cache: Path, workers: int) -> list[TokenFile]:
    """Each file's tokens: read from `cache`, or made and stored there. A path that is a token file is read itself."""
    files = []
    for path in paths:
        if path.suffix == SUFFIX:
            files.append(TokenFile.read(path, str(path), vocabulary))
            continue
        fingerprint = _fingerprint(path, tokenizer)
        stored = cache / f"{path.name}-{fingerprint[:16]}{SUFFIX}"
        if not stored.exists():
            _run(path, tokenizer, workers, stored)
        files.append(TokenFile.read(stored, str(path), vocabulary))
    return files


def _run(path: Path, tokenizer: Path, workers: int, stored: Path) -> None:
    """This program on one text. Its workers start within a second, as they load no PyTorch."""
    options = ["--tokenizer", tokenizer, "--workers", workers, "--out", stored, "--plain"]
    done = subprocess.run([str(part) for part in (sys.executable, __file__, path, *options)], stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"tokenizing {path} ended with {done.returncode}"]
        raise TextError(lines[-1].removeprefix("corpus: "))
    print(done.stderr, end="", file=sys.stderr)


def tokenize(path: Path, tokenizer: Path, workers: int) -> TokenFile:
    """Reads and tokenizes one text file. Raises TextError."""
    start = time.perf_counter()
    with open_text(path) as raw:
        counted = Counted(raw)
        batches = _batches(documents(io.BufferedReader(counted, 1 << 20), path))
        if workers > 1:
            with multiprocessing.get_context("spawn").Pool(workers, _prepare, (tokenizer,)) as pool:
                parts = list(pool.imap(_encode, batches))
        else:
            _prepare(tokenizer)
            parts = [_encode(batch) for batch in batches]
        size = counted.count
    tokens, lengths, learned = (np.concatenate(arrays) for arrays in zip(*parts))
    seconds = time.perf_counter() - start
    print(f"{path}: {len(lengths)} documents, {len(tokens)} tokens in {seconds:.1f} s", file=sys.stderr)
    bounds = np.concatenate(([0], np.cumsum(lengths)))
    return TokenFile(str(path), tokens, bounds, learned, size, _fingerprint(path, tokenizer))


def _batches(all_documents):
    batch = []
    for document in all_documents:
        batch.append(document)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


_tokenizer: ChatTokenizer | None = None  # of a worker process


def _prepare(path: Path) -> None:
    global _tokenizer
    _tokenizer = ChatTokenizer(path)


def _encode(batch):
    return _tokenizer.encode(batch)


def _fingerprint(path: Path, tokenizer: Path) -> str:
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for file in (tokenizer, path):
        with open(file, "rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a token file for each text, or one for a single text.")
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the token file, or a folder of them")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--plain", action="store_true", help="do not compress: faster to read")
    arguments = parser.parse_args()
    if arguments.out.suffix == SUFFIX and len(arguments.texts) > 1:
        parser.error("several texts need a folder as --out")
    try:
        for path in arguments.texts:
            target = arguments.out if arguments.out.suffix == SUFFIX else arguments.out / f"{path.name}{SUFFIX}"
            tokenize(path, arguments.tokenizer, arguments.workers).write(target, compress=not arguments.plain)
    except (TextError, OSError) as error:
        sys.exit(f"corpus: {error}")


if __name__ == "__main__":
    main()
