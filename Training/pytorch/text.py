"""Text files and the chat format, as `retnet train` reads them.

A file whose first line with text begins with `U: ` or `B: ` holds conversations, a line for each turn and a blank line
between two conversations. Any other file holds passages with a blank line between them. A conversation becomes

    <s> <|user|> … <|bot|> … <|user|> … <|bot|> … </s>

and a passage `<s> … </s>`. Files may be compressed: `.xz`, `.gz`, `.bz2`, and `.zst` where a module for it is there.
"""

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

USER, REPLY = "<|user|>", "<|bot|>"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TextError(Exception):
    """What is wrong with a file, and where."""


def open_text(path: Path) -> BinaryIO:
    """The file's bytes, decompressed by its suffix."""
    openers = {".xz": lzma.open, ".gz": gzip.open, ".bz2": bz2.open, ".zst": _open_zstandard}
    return openers.get(path.suffix, open)(path, "rb")


def _open_zstandard(path: Path, mode: str) -> BinaryIO:
    try:
        from compression import zstd  # Python 3.14 and later

        return zstd.open(path, mode)
    except ImportError:
        pass
    try:
        import zstandard

        return zstandard.open(path, mode)
    except ImportError:
        raise TextError(f"{path}: reading .zst needs the package zstandard; .xz and .gz need none") from None


class Counted(io.RawIOBase):
    """A stream that counts the bytes read through it: the size of the text, however it is compressed."""

    def __init__(self, stream: BinaryIO):
        self.stream, self.count = stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


def lines(stream: BinaryIO, path: Path) -> Iterator[tuple[int, str]]:
    """Lines that hold more than spaces, with their number from 1; an empty string for a blank line."""
    for number, line in enumerate(stream, 1):
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield number, "" if not line.strip(b" \t") else line.decode()
        except UnicodeDecodeError:
            raise TextError(f"{path}:{number}: not UTF-8") from None


@dataclass
class Document:
    """Texts with the symbol that opens each; a passage is one text without a symbol (None)."""

    texts: list[str]
    symbols: list[str | None]


def documents(stream: BinaryIO, path: Path) -> Iterator[Document]:
    """The documents of a text file, in its order. Raises TextError."""
    is_dialogue, block, start = None, [], 0
    for number, line in lines(stream, path):
        if line and is_dialogue is None:
            is_dialogue = _speaker(line) is not None
        if line:
            start = start if block else number
            block.append(line)
        elif block:
            yield _document(block, is_dialogue, path, start)
            block = []
    if block:
        yield _document(block, is_dialogue, path, start)
    if is_dialogue is None:
        raise TextError(f"{path}: it holds no text")


def _document(block: list[str], is_dialogue: bool, path: Path, start: int) -> Document:
    if not is_dialogue:
        return Document(["\n".join(block)], [None])
    symbols = [_speaker(line) for line in block]
    if None in symbols:
        i = symbols.index(None)
        raise TextError(f"{path}:{start + i}: a turn begins with 'U: ' or 'B: ', found '{block[i][:20]}'")
    if symbols[0] == REPLY:
        raise TextError(f"{path}:{start}: a conversation begins with 'U: ', found a reply")
    return Document([line[3:] for line in block], symbols)


def _speaker(line: str) -> str | None:
    if line[:3] in ("U: ", "B: ") or line in ("U:", "B:"):
        return USER if line[0] == "U" else REPLY
    return None


class ChatTokenizer:
    """A SentencePiece vocabulary with the chat's symbols. Typed text never becomes a symbol."""

    def __init__(self, path: Path):
        import sentencepiece

        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.size = self.processor.get_piece_size()
        self.bos, self.eos = self.processor.bos_id(), self.processor.eos_id()
        if self.size > 1 << 16:
            raise TextError(f"{path}: {self.size} pieces; tokens are stored in 16 bits, so 65536 is the limit")
        if min(self.bos, self.eos) < 0:
            raise TextError(f"{path}: the vocabulary lacks <s> or </s>")
        self.symbols = {symbol: self._control(symbol) for symbol in (USER, REPLY)}
        self.controls = np.array([self.processor.is_control(i) for i in range(self.size)])

    def _control(self, symbol: str) -> int | None:
        token = self.processor.piece_to_id(symbol)
        return token if token != self.processor.unk_id() and self.processor.is_control(token) else None

    def encode(self, batch: list[Document]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Tokens of all documents end to end `[tokens]` uint16, their lengths, and which tokens a reply model learns.

        Learned are a reply's own tokens and the symbol that ends it, and of a passage all tokens but `<s>`.
        """
        encoded = iter(self.processor.encode([text for document in batch for text in document.texts]))
        tokens, lengths, learned = [], [], []
        for document in batch:
            start = len(tokens)
            tokens.append(self.bos)
            learned.append(False)
            is_own = document.symbols[0] is None
            for symbol, ids in zip(document.symbols, encoded):
                if symbol is not None:
                    tokens.append(self._symbol(symbol))
                    learned.append(is_own)  # the symbol ends the turn before it
                    is_own = symbol == REPLY
                ids = [token for token in ids if not self.controls[token]]
                tokens += ids
                learned += [is_own] * len(ids)
            tokens.append(self.eos)
            learned.append(is_own)
            lengths.append(len(tokens) - start)
        return np.array(tokens, np.uint16), np.array(lengths, np.int64), np.array(learned, bool)

    def _symbol(self, symbol: str) -> int:
        token = self.symbols[symbol]
        if token is None:
            raise TextError(f"the vocabulary has no control symbol {symbol}, which conversations need")
        return token
