"""The corners of the hull of two parties' utilities, exactly, however many outcomes there are.

A corner is the best outcome for some weighting (w, 1 - w), and the best of a sum of blocks is the sum of the blocks'
bests. So all are found by asking again and again for the best outcome across the chord of two corners that are known,
until no chord has an outcome beyond it (Aneja and Nair (1979), Bicriteria Transportation Problem). A frontier that was
thinned has lost some of them; with them back, whatever is looked for among lotteries is exact again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.space.blocks import Space
from sim.space.folds import Frontier
from sim.space.pareto import Floats
from sim.space.points import Points, joined, pruned
from sim.space.programs.supports import best_outcomes
from sim.space.programs.unknowns import Program, program

__all__ = ["corners", "with_corners"]

_BEYOND = 1e-12
_HAIR = 1e-10


def corners(program: Program) -> Points:
    """Return outcomes that span the hull of a program of two columns: its corners, by rising first utility.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.2, 0.1], [0.5, 0.0]])
    >>> corners(program(compile_space(Factors((table, 2 * table))))).utilities.tolist()
    [[0.0, 1.5], [1.5, 0.0]]
    """
    found = pruned(best_outcomes(program, np.array([[1.0, _HAIR], [_HAIR, 1.0]])))
    while len(found) > 1:
        across = _across(found.utilities)
        asked = best_outcomes(program, across)
        chord = (across * found.utilities[:-1]).sum(axis=1)
        beyond = np.flatnonzero((across * asked.utilities).sum(axis=1) > chord + _BEYOND)
        if not len(beyond):
            break
        more = pruned(joined([found, asked.take(beyond)]))
        if np.array_equal(more.utilities, found.utilities):
            break
        found = more
    return found


def _across(u: Floats) -> Floats:
    """Return the weightings (n - 1, 2) at which neighbours are equally good."""
    step = np.diff(u, axis=0)
    across = np.column_stack([-step[:, 1], step[:, 0]])
    return np.asarray(across / across.sum(axis=1, keepdims=True))


def with_corners(space: Space, whole: Frontier) -> Frontier:
    """Return a frontier of a space with the corners of its hull, where it was thinned and is of two parties."""
    if whole.resolution == 0 or space.parties != 2:
        return whole
    return replace(whole, points=pruned(joined([whole.points, corners(program(space))])))
