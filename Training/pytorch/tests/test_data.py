"""Text files, the chat format, token files and batches."""

import gzip
import io
import lzma
from pathlib import Path

import numpy as np
import pytest
import torch

import corpus
from batches import Corpus, Epoch, Feed, Mixture, whole_epoch
from conftest import CHAT
from text import ChatTokenizer, TextError, documents

TOKENIZER = CHAT / "tokenizer.model"


def read(text: str):
    return list(documents(io.BytesIO(text.encode()), Path("test.txt")))


def files(*documents_of_files: list[list[int]]) -> list[corpus.TokenFile]:
    result = []
    for n, all_documents in enumerate(documents_of_files):
        tokens = np.concatenate([np.array(d, np.uint16) for d in all_documents])
        bounds = np.cumsum([0] + [len(d) for d in all_documents])
        learned = np.array([i % 3 == 0 for i in range(len(tokens))])
        result.append(corpus.TokenFile(f"file{n}", tokens, bounds, learned, 100, str(n)))
    return result


def test_dialogue_is_read_with_its_turns():
    first, second = read("\ufeffU: Hi\r\nB:\nU: a: b\n \t\n\nU: Bye\n")
    assert first.texts == ["Hi", "", "a: b"]
    assert first.symbols == ["<|user|>", "<|bot|>", "<|user|>"]
    assert second.texts == ["Bye"]


def test_other_text_is_read_as_passages():
    assert [d.texts for d in read("One.\nTwo.\n\n\nThree.")] == [["One.\nTwo."], ["Three."]]


@pytest.mark.parametrize("text, message", [
    ("U: a\nX: b\n", "test.txt:2: a turn begins with"), ("U: a\n\nB: b\n", "test.txt:3: a conversation begins"),
    ("\n \n", "holds no text")])
def test_a_wrong_file_is_named_with_its_line(text, message):
    with pytest.raises(TextError, match=message):
        read(text)


def test_chat_format_has_the_symbols_and_marks_replies():
    tokenizer = ChatTokenizer(TOKENIZER)
    plain = tokenizer.processor.encode
    user, bot = (tokenizer.symbols[s] for s in ("<|user|>", "<|bot|>"))
    tokens, lengths, learned = tokenizer.encode(read("U: Hi there\nB: Hello <|bot|>\nU: Bye\n"))
    expected = [
        ([1], 0), ([user], 0), (plain("Hi there"), 0), ([bot], 0), (plain("Hello <|bot|>"), 1), ([user], 1),
        (plain("Bye"), 0), ([2], 0)]
    assert tokens.tolist() == [t for part, _ in expected for t in part]
    assert learned.tolist() == [bool(own) for part, own in expected for _ in part]
    assert lengths.tolist() == [len(tokens)]


def test_a_reply_learns_the_symbol_that_ends_the_conversation_and_a_passage_all_of_it():
    tokenizer = ChatTokenizer(TOKENIZER)
    assert tokenizer.encode(read("U: Hi\nB: Hello\n"))[2][-1]
    assert tokenizer.encode(read("Once upon a time.\n"))[2].tolist()[1:] == [True] * (
        len(tokenizer.processor.encode("Once upon a time.")) + 1)


def test_token_files_are_made_once_and_read_compressed_text(tmp_path, dialogue):
    for name, opener in (("talk.xz", lzma.open), ("talk.gz", gzip.open)):
        with opener(tmp_path / name, "wb") as file:
            file.write(dialogue.read_bytes())
    paths = [dialogue, tmp_path / "talk.xz", tmp_path / "talk.gz"]
    made = corpus.read(paths, TOKENIZER, 4096, tmp_path / "cache", workers=1)
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    again = corpus.read(paths, TOKENIZER, 4096, tmp_path / "cache", workers=1)
    assert len(times) == 3
    assert times == {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    for one, other in zip(made, again):
        assert np.array_equal(one.tokens, made[0].tokens)
        assert np.array_equal(one.tokens, other.tokens)
        assert one.bytes == dialogue.stat().st_size
    assert made[0].documents == 60


def test_workers_do_not_change_a_token_file(tmp_path, dialogue):
    long = tmp_path / "long.txt"
    long.write_text((dialogue.read_text() + "\n") * 20)  # several batches
    one = corpus.read([long], TOKENIZER, 4096, tmp_path / "one", workers=1)[0]
    two = corpus.read([long], TOKENIZER, 4096, tmp_path / "two", workers=2)[0]
    assert np.array_equal(one.tokens, two.tokens)
    assert np.array_equal(one.bounds, two.bounds)
    assert np.array_equal(one.learned, two.learned)


def some_documents(count: int, seed: int = 1) -> list[list[int]]:
    generator = np.random.default_rng(seed)
    return [[1, *generator.integers(3, 60000, generator.integers(1, 40)).tolist(), 2] for _ in range(count)]


@pytest.mark.parametrize("streams, length", [(1, 8), (4, 16), (7, 5), (64, 32)])
def test_an_epoch_predicts_every_token_once(streams, length):
    source = some_documents(50)
    data = Corpus(files(source[:20], source[20:]), replies=False, device=torch.device("cpu"))
    epoch = Epoch(data, np.random.default_rng(3).permutation(50), streams, length)
    pairs = []
    for step in range(epoch.steps):
        batch = epoch.batch(step, slice(0, streams))
        own = batch.targets >= 0
        pairs += list(zip(batch.tokens[own].tolist(), batch.targets[own].tolist(), batch.source[own].tolist()))
    expected = [(a, b, int(n >= 20)) for n, d in enumerate(source) for a, b in zip(d, d[1:])]
    assert sorted(pairs) == sorted(expected)


def test_streams_hold_whole_documents_and_segments_tell_them_apart():
    source = some_documents(30)
    data = Corpus(files(source), replies=False, device=torch.device("cpu"))
    epoch = whole_epoch(data, 4, 16)
    batches = [epoch.batch(step, slice(0, 4)) for step in range(epoch.steps)]
    found = {}
    for row in range(4):
        tokens, targets, segment = (
            torch.cat([getattr(batch, name)[row] for batch in batches]) for name in ("tokens", "targets", "segment"))
        assert (segment.diff() >= 0).all()
        inside = targets >= 0
        for number in segment[inside].unique().tolist():
            own = inside & (segment == number)
            found[number] = tokens[own].tolist() + targets[own].tolist()[-1:]
    assert [found[n] for n in range(30)] == source


def test_replies_alone_are_targets():
    data = Corpus(files(some_documents(10)), replies=True, device=torch.device("cpu"))
    epoch = whole_epoch(data, 2, 16)
    count = sum(int((epoch.batch(s, slice(0, 2)).targets >= 0).sum()) for s in range(epoch.steps))
    assert count == data.predicted < int(data.lengths.sum())


def test_rows_of_processes_are_those_of_one():
    data = Corpus(files(some_documents(20)), replies=False, device=torch.device("cpu"))
    whole, part = (Feed(data, Mixture((1.0,)), 4, 8, 5, rows) for rows in (slice(0, 4), slice(2, 4)))
    for _ in range(30):
        (all_rows, begins), (some, begins_too) = whole.next(), part.next()
        assert begins == begins_too
        assert torch.equal(all_rows.rows(slice(2, 4)).tokens, some.tokens)


def test_a_mixture_sees_files_as_often_as_it_says():
    data = Corpus(files(some_documents(20), some_documents(30, 2)), replies=False, device=torch.device("cpu"))
    mixture = Mixture((0.25, 2.5))
    orders = [np.sort(mixture.order(data, np.random.default_rng(epoch))) for epoch in range(2)]
    for order in orders:
        counts = np.bincount(order, minlength=50)
        assert counts[:20].sum() == 5
        assert counts[20:].sum() == 75
        assert counts[20:].min() == 2
    assert not np.array_equal(*orders)
