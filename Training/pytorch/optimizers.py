"""The optimizers: Muon for the matrices of the blocks, AdamW for all else, and the average of the weights."""

from contextlib import contextmanager

import torch
from torch import Tensor, nn

# Coefficients of the polynomial p(s) = a s + b s³ + c s⁵, which Jordan et al. chose so that repeating it takes every
# s in (0, 1] to about 1 in few steps.
POLYNOMIAL = (3.4445, -4.7750, 2.0315)


def orthogonalize(matrices: Tensor, steps: int = 5) -> Tensor:
    """Newton–Schulz: U Vᵀ of each G = U Σ Vᵀ, roughly; singular values end between about 0.7 and 1.2.

        X ← G / ‖G‖_F,   then `steps` times   X ← a X + (b A + c A²) X,   A = X Xᵀ

    An odd polynomial of X acts on singular values alone. `matrices` is `[count, rows, columns]`; on a GPU the products
    are in bfloat16, which this iteration bears.
    """
    a, b, c = POLYNOMIAL
    x = matrices.bfloat16() if matrices.is_cuda else matrices.float()
    is_tall = x.shape[-2] > x.shape[-1]
    x = x.mT if is_tall else x  # A is then the smaller of the two squares
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if is_tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalized (K. Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks").

        M ← μ M + G
        W ← (1 − η λ) W − η · 0.2 √max(rows, columns) · orthogonalize(G + μ M)      Nesterov's momentum

    With that factor an update is as large as AdamW's, so that both go with one learning rate and weight decay (Liu et al.
    2025, arXiv 2502.16982, Section 2.2). Every parameter is a matrix. Those of one shape are orthogonalized together.
    """

    def __init__(self, parameters, lr: float = 2e-3, momentum: float = 0.95, weight_decay: float = 0.0, steps: int = 5):
        super().__init__(
            parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "steps": steps})
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.dim() != 2:
                    raise ValueError(f"Muon updates matrices, found a parameter of shape {tuple(parameter.shape)}")

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[torch.Size, list[nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(parameter.shape, []).append(parameter)
            for parameters in shapes.values():
                self._update(parameters, group)

    def _update(self, parameters: list[nn.Parameter], group: dict) -> None:
        gradients = [parameter.grad for parameter in parameters]
        momenta = [self._momentum(parameter) for parameter in parameters]
        torch._foreach_mul_(momenta, group["momentum"])
        torch._foreach_add_(momenta, gradients)
        ahead = torch._foreach_add(gradients, momenta, alpha=group["momentum"])
        directions = orthogonalize(torch.stack(ahead), group["steps"]).unbind()
        torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(parameters, directions, alpha=-group["lr"] * 0.2 * max(parameters[0].shape) ** 0.5)

    def _momentum(self, parameter: nn.Parameter) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        return state["momentum"]


class Optimizers:
    """All of a model's parameters, each with its optimizer and the rate of the schedule's peak.

    With Muon the matrices of the blocks are Muon's; embedding, head and norms are AdamW's. Without it all are AdamW's.
    Weight decay is on matrices alone.
    """

    def __init__(
        self, model: nn.Module, muon: bool, learning_rate: float, muon_rate: float, betas: tuple[float, float],
        weight_decay: float, momentum: float):
        named = list(model.named_parameters())
        hidden = [p for name, p in named if muon and p.dim() == 2 and name.startswith("layers.")]
        owned = {id(p) for p in hidden}
        rest = [p for _, p in named if id(p) not in owned]
        groups = [
            {"params": [p for p in rest if p.dim() == 2], "weight_decay": weight_decay},
            {"params": [p for p in rest if p.dim() != 2], "weight_decay": 0.0}]
        fused = next(model.parameters()).is_cuda
        self.all: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(groups, lr=learning_rate, betas=betas, eps=1e-8, fused=fused)]
        if hidden:
            self.all.append(Muon(hidden, lr=muon_rate, momentum=momentum, weight_decay=weight_decay))
        self.peaks = [learning_rate, muon_rate]

    def step(self, factor: float) -> None:
        """One update at `factor` times the peak rates; gradients are gone afterwards."""
        for optimizer, peak in zip(self.all, self.peaks):
            for group in optimizer.param_groups:
                group["lr"] = peak * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        return [optimizer.state_dict() for optimizer in self.all]

    def load_state_dict(self, states: list[dict]) -> None:
        for optimizer, state in zip(self.all, states, strict=True):
            optimizer.load_state_dict(state)


class WeightAverage:
    """The exponential moving average of the weights over the updates (Polyak and Juditsky 1992).

        a ← a + (1 − d) (p − a),   d = min(decay, (1 + t) / (10 + t)) after t updates
    """

    def __init__(self, model: nn.Module, decay: float):
        self.decay = decay
        self.current = [p.detach() for p in model.parameters()]
        self.average = [p.clone() for p in self.current]

    @torch.no_grad()
    def update(self, updates: int) -> None:
        """`updates` is t, at least 1."""
        torch._foreach_lerp_(self.average, self.current, 1 - min(self.decay, (1 + updates) / (10 + updates)))

    def swap(self) -> None:
        """Exchanges weights and average in the model; a second call undoes the first."""
        for own, other in zip(self.current, self.average):
            held = own.clone()
            own.copy_(other)
            other.copy_(held)


@contextmanager
def averaged(average: WeightAverage | None):
    """The average in the model's place, where there is one."""
    if average is not None:
        average.swap()
    try:
        yield
    finally:
        if average is not None:
            average.swap()
