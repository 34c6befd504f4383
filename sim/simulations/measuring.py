"""Margin and Nash deal at every step of every path, on one compiled space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.game.terms import Terms as AllTerms
from sim.game.terms import terms
from sim.space.zone import ideal
from sim.space.zone import margins as margins_at
from sim.sweeps.batch.batch import Compiled
from sim.sweeps.batch.solutions import Terms, pick

__all__ = ["Measured", "measured"]

Floats = NDArray[np.float64]
_PIECE = 1 << 15


@dataclass(frozen=True, eq=False)
class Measured:
    """At N leverage points: no deal and the Nash deal to the signers (N, P), its row of the frontier, the margin."""

    reservation: Floats
    deal: Floats
    row: NDArray[np.int64]
    margin: Floats


def measured(
    compiled: Compiled,
    levels: Mapping[str, Floats],
    numbers: Mapping[str, Floats],
    solution: str,
    *,
    course: bool = False,
    where: str = "on some paths",
) -> Measured:
    """Return what a deal could be at many leverage points.

    Parameters
    ----------
    compiled : Compiled
    levels : dict of str to ndarray, shape (N,)
    numbers : dict of str to ndarray, shape (N,)
        Numbers by path that replace the file's.
    solution : str
        That talks end in.
    course : bool
        Whether the war is today's, with the course that the scenario gives it.
    where : str
        Where a number is illegal, for its message.

    Raises
    ------
    RequestError
        A number is illegal at some point.
    """
    game = compiled.game
    size = len(next(iter(levels.values()))) if levels else 1
    found = Measured(
        np.empty((size, len(game.signers))),
        np.full((size, len(game.signers)), np.nan),
        np.full(size, -1, dtype=np.int64),
        np.empty(size),
    )
    for low in range(0, size, _PIECE):
        some = slice(low, low + _PIECE)
        here = {name: values[some] for name, values in levels.items()}
        own = terms(game, here, numbers={path: values[some] for path, values in numbers.items()}, course=course)
        if own.illegal:
            raise RequestError("\n".join(f"{message} {where}" for message in own.illegal))
        _fill(compiled, found, some, solution, own)
    return found


def _fill(compiled: Compiled, found: Measured, some: slice, solution: str, own: AllTerms) -> None:
    columns, count = compiled.game.columns, len(found.margin[some])
    parts = [
        np.ascontiguousarray(np.broadcast_to(getattr(own, part)[:, columns], (count, len(columns))))
        for part in ("reservation", "disagreement", "power")
    ]
    u, r = compiled.utilities, parts[0]
    found.reservation[some], found.margin[some] = r, margins_at(u, r)
    top = ideal(u, r)
    rows = np.flatnonzero(np.isfinite(top).all(axis=1))
    if len(rows):
        picked = pick(solution, compiled.frontier, Terms(*(part[rows] for part in (*parts, top))))
        found.deal[some.start + rows], found.row[some.start + rows] = picked.utilities, picked.row
