"""The model against the reference vectors and `retnet`, and its forms against each other."""

import json
import random
import subprocess
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

import folder
import retention
from config import Config
from conftest import CHAT, REFERENCE
from model import RetNet, State
from retention import Decays, Reach

SMALL = Config(vocabulary=50, dim=32, layers=2, heads=4, key_dim=32, value_dim=64, mlp_dim=48)


def small(length: int, form: str, chunk: int = 8, seed: int = 3) -> RetNet:
    model = RetNet(SMALL, length, form, chunk).eval()
    model.initialize(seed)
    with torch.no_grad():  # larger than a new model's, so that retention shows in the logits
        for p in model.parameters():
            p.mul_(5) if p.dim() > 1 else p.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(p.numel()))
    return model


def same_weights(model: RetNet, length: int, form: str, chunk: int = 8) -> RetNet:
    other = RetNet(model.config, length, form, chunk).eval()
    other.load_state_dict(model.state_dict())
    return other


def tokens(batch: int, length: int, seed: int = 1, vocabulary: int = 50) -> torch.Tensor:
    return torch.randint(0, vocabulary, (batch, length), generator=torch.Generator().manual_seed(seed))


def difference(found: torch.Tensor, expected: torch.Tensor) -> float:
    """Of the largest magnitude, as a share of it."""
    return ((found.double() - expected.double()).abs().max() / expected.double().abs().max()).item()


@pytest.mark.parametrize("name", ["fla-f32", "fla-bf16-tied"])
@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_logits_equal_the_reference_vectors(name, form):
    cases = load_file(REFERENCE / name / "cases.safetensors")
    model = folder.load_model(REFERENCE / name, length=96, form=form, chunk=16).eval()
    with torch.no_grad():
        assert difference(model(cases["tokens"]), cases["logits"]) < 1e-4  # float32 against float64


def test_retention_equals_the_equations_summed_in_float64():
    cases = load_file(REFERENCE / "core-small" / "cases.safetensors")
    q, k, v = (cases[name] for name in "qkv")
    time, expected, state = q.shape[2], cases["out.qk1.row0.score-off"], cases["state.S"]
    segment = torch.zeros(q.shape[0], time, dtype=torch.int32)
    zero = torch.zeros_like(state)
    assert torch.equal(cases["gamma"], retention.gammas(4))
    for form, chunk in ((retention.parallel, time), (retention.chunkwise, 8), (retention.chunkwise, 1)):
        reach = Reach.of(segment, segment[:, 0], chunk)
        output, left = form(
            q.float(), k.float() * 8**-0.5, v.float(), Decays(4, chunk, time // chunk), reach, zero.float())
        assert difference(output, expected) < 1e-5
        assert difference(left, state) < 1e-5


def test_parallel_chunkwise_and_recurrent_forms_agree():
    model, x = small(48, "parallel"), tokens(2, 48)
    with torch.no_grad():
        parallel = model(x)
        for chunk in (1, 8, 16, 48):
            assert difference(same_weights(model, 48, "chunkwise", chunk)(x), parallel) < 1e-5
        matrices, steps = model.make_state(2).matrices, []
        for n in range(48):
            logits, matrices = model.step(x[:, n:n + 1], n, matrices)
            steps.append(logits)
        assert difference(torch.cat(steps, 1), parallel) < 1e-5


@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_packed_documents_give_what_each_gives_alone(form):
    model = small(64, form)
    lengths = [5, 17, 8, 1, 33]  # ends inside chunks, at the end of one, and one whole chunk
    documents = [tokens(1, n, seed=n) for n in lengths]
    segment = torch.repeat_interleave(torch.arange(5), torch.tensor(lengths))[None].int()
    with torch.no_grad():
        packed = model(torch.cat(documents, 1), segment)
        alone = torch.cat([model(document) for document in documents], 1)
    assert difference(packed, alone) < 1e-5


@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_a_packed_document_sends_no_gradient_to_its_neighbours(form):
    model = RetNet(replace(SMALL, tied_head=False), 32, form, 8)  # only inputs reach the embedding
    model.initialize(3)
    x = tokens(1, 32, vocabulary=40)
    x[0, :20] = 45
    segment = torch.tensor([[0] * 20 + [1] * 12], dtype=torch.int32)
    nats, _ = model.nats(x, torch.where(segment == 1, x, -1), segment)
    nats.sum().backward()
    assert model.embeddings.weight.grad[45].abs().max() == 0
    assert model.embeddings.weight.grad[x[0, 25]].abs().max() > 0


@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_rows_with_carried_states_equal_one_long_row(form):
    whole, rows = small(96, "parallel"), 3
    part = same_weights(whole, 32, form)
    x = tokens(2, 96)
    # Documents that end at a row's end, inside a row, and go through a whole row.
    segment = torch.tensor([[0] * 32 + [1] * 64, [0] * 10 + [1] * 80 + [2] * 6], dtype=torch.int32)
    targets = x.roll(-1, 1)
    with torch.no_grad():
        expected, _ = whole.nats(x, targets, segment)
        state, found = part.make_state(2), []
        for n in range(rows):
            here = slice(32 * n, 32 * n + 32)
            nats, state = part.nats(x[:, here], targets[:, here], segment[:, here], state)
            found.append(nats)
    assert difference(torch.cat(found, 1), expected) < 1e-5


@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_gradients_equal_central_differences(form):
    model = small(16, form, chunk=4).double()
    x, targets = tokens(2, 16), tokens(2, 16, seed=2)
    segment = torch.tensor([[0] * 6 + [1] * 10, [0] * 16], dtype=torch.int32)
    state = State(model.make_state(2).matrices.double().normal_(generator=torch.Generator().manual_seed(4)),
                  torch.zeros(2, dtype=torch.int32))

    def loss() -> torch.Tensor:
        return model.nats(x, targets, segment, state)[0].sum()

    loss().backward()
    # The tables and the loss are float32: differences are formed over a step that float32 resolves.
    for name in ("layers.0.attn.q_proj.weight", "layers.0.attn.k_proj.weight", "layers.1.attn.v_proj.weight"):
        p = model.get_parameter(name)
        direction = torch.randn(p.shape, generator=torch.Generator().manual_seed(7), dtype=p.dtype)
        with torch.no_grad():
            p.add_(direction, alpha=1e-3)
            above = loss()
            p.sub_(direction, alpha=2e-3)
            below = loss()
            p.add_(direction, alpha=1e-3)
        slope = (p.grad * direction).sum()
        assert abs((above - below) / 2e-3 - slope) < 2e-2 * abs(slope) + 2e-2


def test_logits_equal_those_of_retnet(retnet):
    generator = random.Random(1)
    x = [generator.randrange(4096) for _ in range(150)]
    command = [retnet, "logits", "--model", CHAT, "--tokens", ",".join(map(str, x)), "--form", "parallel", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = torch.tensor(json.loads(done.stdout)["logits"])
    for form in ("parallel", "chunkwise"):
        model = folder.load_model(CHAT, length=192, form=form).eval()
        with torch.no_grad():
            found = model(torch.tensor([x]))[0]
        assert (found - expected).abs().max() < 1e-4  # logits are of size 10: float32 in another order


@pytest.mark.parametrize("form", ["parallel", "chunkwise"])
def test_bfloat16_products_keep_the_state_in_float32_and_the_losses_near(form):
    model, x = small(32, form), tokens(2, 32)
    segment = torch.tensor([[0] * 20 + [1] * 12, [0] * 32], dtype=torch.int32)
    losses = []
    for low in (False, True):
        state = model.make_state(2)
        for _ in range(2):
            with torch.autocast("cpu", torch.bfloat16, enabled=low):
                nats, state = model.nats(x, x.roll(-1, 1), segment, state)
        nats.sum().backward()
        assert state.matrices.dtype == torch.float32
        losses.append(nats.mean().item())
    assert losses[1] == pytest.approx(losses[0], rel=2e-2)  # 8 bits of a product
