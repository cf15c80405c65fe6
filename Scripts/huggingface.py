#!/usr/bin/env python3
"""Compares the tokens of this program with those of Hugging Face's tokenizers and transformers.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.* transformers==5.* sentencepiece protobuf jinja2

    Scripts/huggingface.py fixtures                         writes the files of TokenizerJSONTests
    Scripts/huggingface.py lines --text FILE…               compares 100,000 lines, for every kind of tokenizer.json
    Scripts/huggingface.py folder FOLDER… --text FILE…      compares model folders as transformers.AutoTokenizer reads
                                                           them: texts, and conversations with the chat template

`lines` trains vocabularies on the text, so it needs no files from elsewhere. Half of its lines are from the text, half
are random characters of many scripts, spaces and emoji. --program is the retnet to run, .build/debug/retnet by default.
"""

import argparse
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/RetNetTests/Reference/tokenizers-json"
SPACE = "\u2581"


# -- SentencePiece vocabularies -----------------------------------------------------------------------------------


def train(lines, kind, size, byte_fallback, rules=None, rule_name="identity", extra_spaces=True, user_defined=()):
    """A SentencePiece model as a parsed ModelProto."""
    from sentencepiece import sentencepiece_model_pb2

    model = io.BytesIO()
    options = {"normalization_rule_tsv": rules} if rules else {"normalization_rule_name": rule_name}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type=kind, vocab_size=size,
        byte_fallback=byte_fallback, hard_vocab_limit=False, remove_extra_whitespaces=extra_spaces,
        control_symbols=["<|user|>", "<|bot|>"], user_defined_symbols=list(user_defined), num_threads=1,
        minloglevel=2, pad_id=-1, **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto


def merges(proto):
    """All pairs of normal pieces that make one, in the order of the scores, as transformers makes them."""
    normal = {p.piece: (p.score, i) for i, p in enumerate(proto.pieces) if p.type == 1}
    ranked = []
    for piece, (score, index) in normal.items():
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in normal and right in normal:
                ranked.append((-score, index, left, right))
    return [(left, right) for _, _, left, right in sorted(ranked)]


def model_of(proto):
    byte_fallback = proto.trainer_spec.byte_fallback
    if proto.trainer_spec.model_type == 2:
        vocabulary = {p.piece: i for i, p in enumerate(proto.pieces)}
        return models.BPE(
            vocabulary, merges(proto), unk_token="<unk>", fuse_unk=True, byte_fallback=byte_fallback)
    pieces = [(p.piece, p.score) for p in proto.pieces]
    return models.Unigram(pieces, unk_id=proto.trainer_spec.unk_id, byte_fallback=byte_fallback)


def with_symbols(tokenizer, proto):
    tokenizer.add_special_tokens(
        [AddedToken(p.piece, special=True, normalized=False) for p in proto.pieces if p.type in (2, 3)])
    return tokenizer


# -- The kinds of tokenizer.json ----------------------------------------------------------------------------------


def byte_decoder(strips):
    steps = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    return decoders.Sequence(steps + ([decoders.Strip(" ", 1, 0)] if strips else []))


def llama(proto):
    """Llama 2 and Mistral: the normalizer adds the space."""
    tokenizer = Tokenizer(model_of(proto))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tokenizer.decoder = byte_decoder(True)
    return with_symbols(tokenizer, proto)


def metaspace(proto, scheme="first", split=False):
    """transformers since version 5, and unigram vocabularies without a normalizer."""
    tokenizer = Tokenizer(model_of(proto))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, scheme, split)
    tokenizer.decoder = byte_decoder(scheme != "never")
    return with_symbols(tokenizer, proto)


def gemma(proto):
    """No space at the start."""
    tokenizer = Tokenizer(model_of(proto))
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = byte_decoder(False)
    return with_symbols(tokenizer, proto)


def t5(proto):
    """T5, XLM-R: a character map, spaces removed, divided before each space."""
    tokenizer = Tokenizer(model_of(proto))
    steps = [normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), SPACE)]
    if proto.normalizer_spec.precompiled_charsmap:
        steps = [normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)] + steps
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, "always", True)
    tokenizer.decoder = decoders.Metaspace(SPACE, "always", True)
    return with_symbols(tokenizer, proto)


def generic(proto):
    """A SentencePiece file that transformers converts without a class of its own."""
    from transformers.convert_slow_tokenizer import SpmConverter

    if proto.trainer_spec.model_type == 2:
        vocabulary = {p.piece: i for i, p in enumerate(proto.pieces)}
    else:
        vocabulary = [(p.piece, p.score) for p in proto.pieces]
    return with_symbols(SpmConverter.build_tokenizer_from_spm_proto(proto, vocabulary), proto)


def with_added(tokenizer, normalized):
    """Two tokens more, which are found in the text."""
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=normalized) for text in ("<sep>", "<se")])
    return tokenizer


def kinds(lines, size, rules=None):
    """Every kind by name. `rules` is a small character map instead of nmt_nfkc."""
    bpe = train(lines, "bpe", size, True, extra_spaces=False)
    unigram = train(lines, "unigram", size, True, extra_spaces=False)
    mapped = train(lines, "unigram", size, False, rules=rules, rule_name="nmt_nfkc")
    return {
        "bpe-llama": llama(bpe),
        "bpe-metaspace": metaspace(bpe),
        "bpe-never": metaspace(bpe, "never"),
        "bpe-gemma": gemma(bpe),
        "bpe-added": with_added(llama(bpe), False),
        "bpe-added-normalized": with_added(llama(bpe), True),
        "bpe-metaspace-added": with_added(metaspace(bpe), True),
        "bpe-generic": generic(bpe),
        "bpe-whole": generic(train(lines, "bpe", size, True, extra_spaces=False, user_defined=["<code>", "@@"])),
        "unigram-llama": llama(unigram),
        "unigram-metaspace": metaspace(unigram, "always", True),
        "unigram-t5": t5(mapped),
        "unigram-bare": t5(train(lines, "unigram", size, False)),
        "unigram-generic": generic(mapped),
        "bpe-mapped": generic(train(lines, "bpe", size, True, rules=rules, rule_name="nmt_nfkc")),
    }


# -- Texts --------------------------------------------------------------------------------------------------------

RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x61, 0x7A), (0x09, 0x0D), (0xA0, 0x24F), (0x300, 0x340), (0x370, 0x3FF),
    (0x400, 0x45F), (0x5D0, 0x5EA), (0x620, 0x64A), (0x900, 0x94F), (0x1100, 0x1112), (0x1E00, 0x1EFF),
    (0x2000, 0x200F), (0x2010, 0x2044), (0x2100, 0x214F), (0x2460, 0x2490), (0x2580, 0x2583), (0x3000, 0x30FF),
    (0x4E00, 0x4EFF), (0xAC00, 0xAD00), (0xF900, 0xF950), (0xFB00, 0xFB06), (0xFF01, 0xFF60), (0x1F600, 0x1F64F),
]
WORDS = [" ", "  ", "   ", "<sep>", "<se", "<code>", "@@", "<0x0A>", "====", "aaaa", "ababab", "▁", "\t", "\n"]


def comparable(tokenizer, texts):
    """The texts without known differences, which docs/checkpoints.md lists."""
    description = json.loads(tokenizer.to_str())
    if description["model"]["type"] == "Unigram":
        texts = [text.replace("<0x", "<0") for text in texts]
    if "Precompiled" in json.dumps(description["normalizer"]):
        texts = [text.replace(SPACE, "_") for text in texts]
    return texts


def random_lines(count, words, seed=1):
    source = random.Random(seed)
    lines = []
    for _ in range(count):
        parts = []
        for _ in range(source.randrange(1, 16)):
            choice = source.random()
            if choice < 0.4:
                parts.append(source.choice(words) + source.choice(["", " "]))
            elif choice < 0.6:
                parts.append(source.choice(WORDS))
            else:
                first, last = source.choice(RANGES)
                parts.append("".join(chr(source.randint(first, last)) for _ in range(source.randrange(1, 6))))
        lines.append("".join(parts))
    return lines


def ids_of_program(program, folder, texts):
    """The tokens of each text. Arguments have no U+0000, and `-` alone is standard input."""
    result = []
    for start in range(0, len(texts), 4000):
        batch = texts[start:start + 4000]
        run = subprocess.run(
            [program, "tokenize", "--model", folder, "--json", "--"] + batch, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{folder}: {run.stderr}")
        result += [json.loads(line)["tokens"] for line in run.stdout.splitlines()]
    return result


def scores_of(tokenizer):
    model = json.loads(tokenizer.to_str())["model"]
    return [score for _, score in model["vocab"]] if model["type"] == "Unigram" else None


def compare(name, texts, expected, found, scores=None):
    """Lines of a unigram vocabulary may be divided in several ways with the same score, but for rounding in float32."""
    wrong = [i for i in range(len(texts)) if expected[i] != found[i]]
    equal = len(texts) - len(wrong)
    if scores:
        def score(ids):
            return sum(scores[i] if i < len(scores) else 0 for i in ids)

        wrong = [i for i in wrong if len(expected[i]) != len(found[i])
                 or abs(score(expected[i]) - score(found[i])) > 1e-5 * abs(score(expected[i]))]
    ties = len(texts) - equal - len(wrong)
    print(f"{name:24} {equal} of {len(texts)} equal" + f", {ties} with the same score" * (ties > 0)
          + f", {len(wrong)} different" * (len(wrong) > 0), flush=True)
    for i in wrong[:3]:
        print(f"    {texts[i]!r}\n      expected {expected[i]}\n      found    {found[i]}")
    return len(wrong)


def read_lines(paths):
    lines = []
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            line = line.removeprefix("U: ").removeprefix("B: ")
            if line and line != "-" and "\0" not in line:
                lines.append(line)
    return lines


# -- Commands -----------------------------------------------------------------------------------------------------


def lines(arguments):
    text = read_lines(arguments.text)
    random.Random(0).shuffle(text)
    texts = text[: arguments.count // 2]
    words = sorted({word for line in text[:2000] for word in line.split()})
    texts += random_lines(arguments.count - len(texts), words)
    texts = [text for text in texts if text != "-"]
    wrong = 0
    for name, tokenizer in kinds(text[:20_000], arguments.size).items():
        if arguments.only and name not in arguments.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.save(folder + "/tokenizer.json")
            (pathlib.Path(folder) / "config.json").write_text("{}")
            these = comparable(tokenizer, texts)
            expected = [e.ids for e in tokenizer.encode_batch(these, add_special_tokens=False)]
            found = ids_of_program(arguments.program, folder, these)
            wrong += compare(name, these, expected, found, scores_of(tokenizer))
    sys.exit(1 if wrong else 0)


def folder(arguments):
    """Texts that spell control symbols are left out: here they are text, there they are the symbols."""
    from huggingface_hub import ModelCard
    from transformers import AutoTokenizer

    text = read_lines(arguments.text)
    random.Random(0).shuffle(text)
    words = sorted({word for line in text[:2000] for word in line.split()})
    texts = text[: arguments.count // 2] + random_lines(arguments.count - min(len(text), arguments.count // 2), words)
    wrong = 0
    for model in arguments.folder:
        tokenizer = AutoTokenizer.from_pretrained(model)
        card = ModelCard.load(model + "/README.md").data
        print(f"{model}: {type(tokenizer).__name__}, card {card.to_dict()}")
        if card.pipeline_tag != "text-generation" or not card.license or "retnet" not in card.tags:
            wrong += 1
            print("    the model card lacks the task, the licence or the tag")
        these = comparable(tokenizer.backend_tokenizer, texts)
        expected = [tokenizer.encode(text, add_special_tokens=False) for text in these]
        found = ids_of_program(arguments.program, model, these)
        wrong += compare(model, these, expected, found, scores_of(tokenizer.backend_tokenizer))
        if tokenizer.encode("a") != [tokenizer.bos_token_id] + tokenizer.encode("a", add_special_tokens=False):
            wrong += 1
            print("    the symbol that opens a text is missing")
        if tokenizer.chat_template:
            # With the ids of texts that are equal anyway: what is compared is the template.
            same = [i for i in range(len(these)) if expected[i] == found[i]]
            wrong += conversations(tokenizer, [these[i] for i in same], [found[i] for i in same])
        plain = [i for i in range(len(these)) if SPACE not in these[i]]
        decoded = [tokenizer.decode(found[i]) for i in plain]
        wrong += compare("  decoded", [these[i] for i in plain], [these[i] for i in plain], decoded)
    sys.exit(1 if wrong else 0)


def conversations(tokenizer, texts, ids):
    """Conversations of the texts, each a user's or the model's turn, with this program's chat format."""
    user, bot = tokenizer.convert_tokens_to_ids(["<|user|>", "<|bot|>"])
    bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
    source = random.Random(2)
    wrong = 0
    for prompts in (False, True):
        expected, found, shown = [], [], []
        for _ in range(2000):
            turns = [source.randrange(len(texts)) for _ in range(source.randrange(1, 8))]
            messages = [
                {"role": ["user", "assistant"][n % 2], "content": texts[t]} for n, t in enumerate(turns)]
            rendered = tokenizer.apply_chat_template(messages, add_generation_prompt=prompts, return_dict=False)
            found.append([bos] + [t for n, turn in enumerate(turns) for t in [[user, bot][n % 2]] + ids[turn]])
            found[-1].append(bot if prompts else eos)
            expected.append(rendered)
            shown.append(messages)
        wrong += compare("  prompts" if prompts else "  conversations", shown, expected, found)
    return wrong


def fixtures(arguments):
    sentences = [
        "The old river ran past the mill.", "A lamp of stone stood by the river.", "He counted 1987 steps to the door.",
        "déjà vu, naïve, Ünder", "the cat saw the dog and the dog saw the cat", "aa aaa aaaa ab abab ====",
        "<code> a @@ b </code>", "Where is the small house? It is past the mill.",
    ] * 20
    rules = tempfile.NamedTemporaryFile("w", suffix=".tsv")
    rules.write("FB01\t66 69\n3000\t20\nA0\t20\n9\t20\nA\t20\n65 301\tE9\nFF21\t41\n")
    rules.flush()
    FIXTURES.mkdir(exist_ok=True)
    texts = [
        "", " ", "   ", "a", " a", "  a", "The old river", " The old river ", "two  spaces   here ", "a\nb\tc", "\n",
        "déjà vu", "de\u0301ja\u0300", "ﬁne Ａ", "\u3000wide\u00a0", "😀 mill 你好", "aaaaa ababab =====", "▁x ▁▁", "x▁",
        "<sep>", "a<sep>b", "a <sep> b", "<sep> <se<sep>p>", "a<sep", "<code>", "a<code> b@@ c@@@@", "<0x0A>", "a<0x41>",
        "1987 and 20", "stone.Stone,STONE", " <sep>a", "<sep><sep>", "\u0301", "a\u0000b",
    ]
    expected = {}
    for name, tokenizer in kinds(sentences, 420, rules.name).items():
        tokenizer.save(str(FIXTURES / f"{name}.json"), pretty=False)
        these = [text for text in texts if not ("unigram" in name and "==" in text)]  # the same score twice
        expected[name] = [
            {"text": text, "tokens": tokenizer.encode(text, add_special_tokens=False).ids}
            for text in comparable(tokenizer, these)]
    (FIXTURES / "expected.json").write_text(json.dumps(expected, ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for command, function in (("fixtures", fixtures), ("lines", lines), ("folder", folder)):
        sub = commands.add_parser(command)
        sub.set_defaults(function=function)
        if command == "folder":
            sub.add_argument("folder", nargs="+")
        if command != "fixtures":
            sub.add_argument("--text", nargs="+", required=True)
            sub.add_argument("--count", type=int, default=100_000 if command == "lines" else 10_000)
            sub.add_argument("--program", default=str(ROOT / ".build/debug/retnet"))
        if command == "lines":
            sub.add_argument("--size", type=int, default=4000)
            sub.add_argument("--only", nargs="+")
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
