"""Learning-rate schedules over a run's progress, and how progress follows from steps or from a budget of time."""

import math
from dataclasses import dataclass

SHAPES = ("cosine", "linear", "trapezoid")


@dataclass(frozen=True)
class Schedule:
    """The factor of the peak rates at progress p, from 0 to 1.

        warm-up     min(1, (step + 1) / warm_up), times one of
        cosine      f + (1 − f) (1 + cos π p) / 2
        linear      f + (1 − f) (1 − p)
        trapezoid   1 up to p = 1 − decay, then in a line down to f
    """

    shape: str = "cosine"
    warm_up: int = 100
    decay: float = 0.4
    floor: float = 0.0

    def factor(self, step: int, progress: float) -> float:
        """Of step `step`, counted from 0."""
        rise = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        left = 1 - min(max(progress, 0.0), 1.0)
        if self.shape == "cosine":
            fall = (1 - math.cos(math.pi * left)) / 2
        else:
            fall = left if self.shape == "linear" else min(1.0, left / self.decay)
        return rise * (self.floor + (1 - self.floor) * fall)


class StepPace:
    """A run of a given number of steps, its progress counted from the end of the warm-up, as in `retnet train`."""

    def __init__(self, steps: int, warm_up: int):
        self.steps, self.warm_up = steps, warm_up

    def progress(self, step: int) -> float:
        return (step - self.warm_up) / max(self.steps - 1 - self.warm_up, 1)

    def is_over(self, step: int) -> bool:
        return step >= self.steps

    def advance(self) -> None:
        pass

    def measure(self, seconds_left: float, seconds_per_step: float) -> None:
        pass

    def state(self) -> dict:
        return {}

    def restore(self, state: dict) -> None:
        pass


class TimePace:
    """A run that ends with its budget of time, at progress 1.

    Every measurement of the speed says how many steps R are left. Until the next one each step advances

        p ← p + (1 − p) / R,   R ← R − 1

    so that p reaches 1 with the last step, whatever the speed was before. p waits at 0 for the first measurement.
    """

    def __init__(self):
        self.value, self.left = 0.0, None

    def progress(self, step: int) -> float:
        return self.value

    def is_over(self, step: int) -> bool:
        return self.left is not None and self.left <= 0

    def advance(self) -> None:
        if self.left is not None:
            self.value += (1 - self.value) / max(self.left, 1)
            self.left -= 1

    def measure(self, seconds_left: float, seconds_per_step: float) -> None:
        self.left = max(0, int(seconds_left / seconds_per_step))

    def state(self) -> dict:
        return {"value": self.value}

    def restore(self, state: dict) -> None:
        self.value = state["value"]  # the steps that are left are measured again
