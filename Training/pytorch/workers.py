"""Processes that train together (`torchrun`), or one alone: then every call here is a no-op."""

import os
import sys

import torch
import torch.distributed as dist
from torch import Tensor


class Workers:
    """This process's place among all, its device, and sums over all."""

    def __init__(self, device: str):
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        name = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        if name == "cuda":
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        self.device = torch.device(name)
        if self.count > 1:
            dist.init_process_group("nccl" if name == "cuda" else "gloo")

    @property
    def is_first(self) -> bool:
        """Whether this process writes and prints."""
        return self.rank == 0

    def rows(self, count: int) -> slice:
        """This process's share of a batch's rows."""
        if count % self.count:
            raise ValueError(f"{count} rows are not a multiple of {self.count} processes")
        share = count // self.count
        return slice(self.rank * share, (self.rank + 1) * share)

    def sum(self, x: Tensor) -> Tensor:
        """Σ over all processes, in place."""
        if self.count > 1:
            dist.all_reduce(x)
        return x

    def sum_gradients(self, parameters: list[Tensor]) -> None:
        """Gradients become their sum over all processes: one message for all of them."""
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        for gradient, total in zip(gradients, flat.split([g.numel() for g in gradients])):
            gradient.copy_(total.view_as(gradient))

    def gather(self, x: Tensor, dim: int) -> Tensor:
        """All processes' `x` side by side along `dim`, in the order of their ranks."""
        if self.count == 1:
            return x
        parts = [torch.empty_like(x) for _ in range(self.count)]
        dist.all_gather(parts, x.contiguous())
        return torch.cat(parts, dim)

    def agree(self, value):
        """The first process's value of anything that pickles, in all of them."""
        if self.count == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def wait(self) -> None:
        if self.count > 1:
            dist.barrier()

    def close(self) -> None:
        if self.count > 1:
            dist.destroy_process_group()


def memory(device: torch.device) -> int:
    """The most memory held so far, in MiB: on a GPU its own, else this process's."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() >> 20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)
