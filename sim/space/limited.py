"""The frontier of a space some of whose constraints stand in columns of their own.

Such a column folds like a utility: a partial outcome matters where no other leaves as much of every column and is worth
as much to every party; in the end the columns must reach what the constraints ask. Thinning keeps, in each cell of all
other columns, the point best in the last one. With one such column, which stands last, that may lose some utility but
never what keeps to the constraint; with several it may, and all that is known then is how far some point is from the
best that each party can have.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.folds import Frontier, fold
from sim.space.pareto import Floats
from sim.space.points import Points, pruned
from sim.space.zone import TOLERANCE

__all__ = ["limited_frontier"]

_KEPT, _KEPT_OF_MANY, _FEW = 3_000, 300, 3  # points of up to so many columns, and of more
_ANYTHING = -1e300  # finite, so that it can be compared with what an empty part lacks


def limited_frontier(space: Space, tops: Sequence[Frontier], known: Points, most: Floats) -> Frontier:
    """Return the frontier of the outcomes whose last columns reach `space.least`, without these columns.

    Parameters
    ----------
    space : Space
        With constraints in columns of their own (`Space.wide`).
    tops : sequence of Frontier
        Of each of its blocks.
    known : Points
        Outcomes that keep to the constraints, at least one.
    most : ndarray, shape (P,)
        What no outcome exceeds.

    Returns
    -------
    Frontier
        For every outcome some point is at most `resolution` worse for anybody. That is never 0, as no other question
        about the space can be answered by folding on.
    """
    columns = space.factors.parties
    floor = np.concatenate([np.full(space.parties, _ANYTHING), space.least])
    whole = fold(tops, limit=_KEPT if columns <= _FEW else _KEPT_OF_MANY, floor=floor)
    points = _judged(space, np.concatenate([whole.points.codes, known.codes]))
    apart = float((most - points.utilities).max(axis=1).min())
    if len(space.least) == 1 or not whole.resolution:
        apart = min(apart, whole.resolution)
    return Frontier(points, max(TOLERANCE, apart))


def _judged(space: Space, codes: Ints) -> Points:
    """Return the undominated of some outcomes, by what they are worth to the parties."""
    codes = np.unique(codes, axis=0)
    utilities = space.factors.utilities(space.levels(codes))[:, : space.parties]
    return pruned(Points(np.ascontiguousarray(utilities), codes))
