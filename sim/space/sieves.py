"""A sieve for sums of three parties' utilities and more: most dominated ones are dropped before they are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import NOISE, Floats

__all__ = ["Sieve", "sieved", "through"]

_CELLS = 1 << 16
_MOST_AXES = 10


@dataclass(frozen=True, eq=False)
class Sieve:
    """For cells of the other parties' utilities, the best utility of the last party strictly beyond the cell."""

    low: Floats
    width: Floats
    beyond: Floats


def _places(u: Floats, low: Floats, width: Floats, each: int) -> tuple[Ints, ...]:
    places = np.clip((u[:, :-1] - low) / width, 0, each - 1).astype(np.int64)
    return tuple(places.T)


def sieved(u: Floats) -> Sieve | None:
    """Return the sieve of some points (n, P), None where the parties are too many for cells."""
    axes = u.shape[1] - 1
    if axes > _MOST_AXES:
        return None
    others = u[:, :axes]
    each = max(2, int(_CELLS ** (1 / axes)))
    low, high = others.min(axis=0), others.max(axis=0)
    width = np.maximum((high - low) / each, 1e-300)
    grid = np.full((each + 1,) * axes, -np.inf)
    np.maximum.at(grid, _places(u, low, width, each), u[:, -1])
    for axis in range(axes):
        grid = np.flip(np.maximum.accumulate(np.flip(grid, axis), axis=axis), axis)
    return Sieve(low, width, grid[(slice(1, None),) * axes])


def through(sieve: Sieve | None, u: Floats) -> Ints:
    """Return the rows that no point of the sieve is known to beat."""
    if sieve is None:
        return np.arange(len(u))
    places = _places(u, sieve.low, sieve.width, sieve.beyond.shape[0])
    return np.flatnonzero(u[:, -1] >= sieve.beyond[places] - NOISE)
