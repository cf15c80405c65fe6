"""Muon, the average and the schedules."""

import pytest
import torch
from torch import nn

from optimizers import Muon, WeightAverage, orthogonalize
from schedule import Schedule, StepPace, TimePace


@pytest.mark.parametrize("shape", [(3, 32, 32), (2, 64, 24), (2, 24, 64)])
def test_orthogonalized_matrices_have_singular_values_near_one(shape):
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    matrices[0] *= 1000  # size does not count
    values = torch.linalg.svdvals(orthogonalize(matrices, steps=10))
    assert values.min() > 0.6
    assert values.max() < 1.25


def test_orthogonalization_keeps_singular_vectors():
    matrix = torch.randn(1, 16, 40, generator=torch.Generator().manual_seed(2))
    u, _, vt = torch.linalg.svd(matrix, full_matrices=False)
    aligned = u.mT @ orthogonalize(matrix) @ vt.mT  # diagonal where the vectors are the same
    assert (aligned - torch.diag_embed(aligned.diagonal(dim1=-2, dim2=-1))).abs().max() < 1e-4


def test_muon_follows_its_equations():
    torch.manual_seed(3)
    p = nn.Parameter(torch.randn(12, 6))
    expected, momentum = p.detach().clone(), torch.zeros(12, 6)
    muon = Muon([p], lr=0.1, momentum=0.9, weight_decay=0.5)
    for _ in range(3):
        gradient = torch.randn(12, 6)
        p.grad = gradient.clone()
        muon.step()
        momentum = 0.9 * momentum + gradient
        direction = orthogonalize((gradient + 0.9 * momentum)[None])[0]
        expected = expected * (1 - 0.1 * 0.5) - 0.1 * 0.2 * 12**0.5 * direction
        assert (p - expected).abs().max() < 1e-5


def test_muon_refuses_vectors():
    with pytest.raises(ValueError, match="shape"):
        Muon([nn.Parameter(torch.zeros(3))])


def test_average_follows_its_equation_and_swaps_back():
    model = nn.Linear(2, 2, bias=False)
    average, expected = WeightAverage(model, 0.9), model.weight.detach().clone()
    for t in range(1, 30):
        with torch.no_grad():
            model.weight.add_(1.0)
        average.update(t)
        d = min(0.9, (1 + t) / (10 + t))
        expected += (1 - d) * (model.weight.detach() - expected)
    before = model.weight.detach().clone()
    average.swap()
    assert (model.weight - expected).abs().max() < 1e-5
    average.swap()
    assert torch.equal(model.weight, before)


def test_cosine_is_the_schedule_of_retnet_train():
    from math import cos, pi

    schedule, pace = Schedule("cosine", warm_up=10, floor=0.1), StepPace(100, 10)
    for step in (0, 4, 9):
        assert schedule.factor(step, pace.progress(step)) == pytest.approx((step + 1) / 10)
    for step in (10, 50, 99):
        expected = 0.1 + 0.9 * (1 + cos(pi * (step - 10) / 89)) / 2
        assert schedule.factor(step, pace.progress(step)) == pytest.approx(expected)


@pytest.mark.parametrize("shape", ["cosine", "linear", "trapezoid"])
def test_schedules_end_at_zero(shape):
    schedule = Schedule(shape, warm_up=0, decay=0.4)
    assert schedule.factor(100, 0.0) == 1
    assert schedule.factor(100, 1.0) == pytest.approx(0, abs=1e-12)
    factors = [schedule.factor(100, n / 50) for n in range(51)]
    assert factors == sorted(factors, reverse=True)


def test_trapezoid_is_flat_before_it_falls():
    schedule = Schedule("trapezoid", warm_up=0, decay=0.4)
    assert schedule.factor(9, 0.6) == 1
    assert schedule.factor(9, 0.8) == pytest.approx(0.5)


def test_progress_in_time_reaches_one_with_the_budget_at_any_speed():
    pace, clock, step, history = TimePace(), 0.0, 0, []
    while not pace.is_over(step):
        seconds = 1.0 if step < 40 else 3.0  # the machine slows down
        clock, step = clock + seconds, step + 1
        pace.advance()
        history.append(pace.progress(step))
        if step % 5 == 0:
            pace.measure(200 - clock, seconds)
    assert history == sorted(history)
    assert history[-1] == pytest.approx(1)
    assert 190 < clock <= 200
