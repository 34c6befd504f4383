"""What a sweep would take: points, time and memory, before any of it is spent."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass

from sim.errors import SizeError, counted
from sim.sweeps.datasets import all_variables
from sim.sweeps.plans import Plan, block_shape, forget, run_block

__all__ = ["MEMORY", "Estimate", "bytes_of", "check_size", "estimate", "sizes_of"]

MEMORY = 8 * 2**30
_PROBES = (8, 128)
_BYTES = {"f8": 8, "i4": 4, "bool": 1}


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take in one process.

    Attributes
    ----------
    points : int
    seconds : float
        From a probe of a few points.
    bytes : int
        Of the results.
    """

    points: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        return f"{counted(self.points, 'point')} would take about {_duration(self.seconds)} and {_size(self.bytes)}"


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} seconds" if seconds >= 1 else "a second"


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"


def bytes_of(plan: Plan, points: int) -> int:
    """Return the size of the results of a number of points."""
    return points * sum(_bytes_a_point(plan).values())


def sizes_of(plan: Plan) -> dict[str, int]:
    """Return the bytes of each result of a plan."""
    points = math.prod(plan.shape)
    return {name: points * size for name, size in _bytes_a_point(plan).items()}


def _bytes_a_point(plan: Plan) -> dict[str, int]:
    return {
        name: _BYTES[variable.dtype] * math.prod(len(plan.coordinates[dim]) for dim in variable.dims)
        for name, variable in all_variables(plan).items()
    }


def estimate(plan: Plan, points: int | None = None) -> Estimate:
    """Return what a plan would take in one process, from probes of a few of its points.

    Parameters
    ----------
    plan : Plan
    points : int, optional
        Points to speak of instead of the plan's own, which are then only a sample of them.
    """
    total = math.prod(plan.shape) if points is None else points
    (few, quick), (more, slow) = (_probe(plan, size) for size in _PROBES)
    each = (slow - quick) / (more - few) if more > few and slow > quick else slow / more
    once = max(0.0, quick - few * each)
    blocks = math.ceil(total / max(1, math.prod(plan.chunk)))
    return Estimate(total, total * each + blocks * once, bytes_of(plan, total))


def _probe(plan: Plan, size: int) -> tuple[int, float]:
    """Return how many points a small block has and the seconds it takes, the better of two tries."""
    probe = dataclasses.replace(plan, chunk=block_shape(plan.axes, size, compilations=4))
    seconds = []
    for _ in range(2):
        forget()
        start = time.perf_counter()
        run_block(probe, 0)
        seconds.append(time.perf_counter() - start)
    return math.prod(part.stop - part.start for part in probe.place(0)), min(seconds)


def check_size(plan: Plan, *, stored: bool) -> None:
    """Raise SizeError where the results would not fit into memory; a store holds any number of them."""
    if not stored and bytes_of(plan, math.prod(plan.shape)) > MEMORY:
        raise SizeError(
            f"{estimate(plan)}, more than the {_size(MEMORY)} that are held in memory (expected a .zarr output, fewer "
            "measures or fewer levels)"
        )
