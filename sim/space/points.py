"""Points: utilities with the outcomes that give them, the currency of the whole engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats, nondominated

__all__ = ["Points", "frozen", "joined", "pruned"]


@dataclass(frozen=True, eq=False)
class Points:
    """A set of (partial) outcomes.

    Attributes
    ----------
    utilities : ndarray, shape (n, P)
        Utility of each point to each party.
    codes : ndarray of int, shape (n, W)
        Which outcome each is (see `sim.space.codes`).
    """

    utilities: Floats
    codes: Ints

    def __len__(self) -> int:
        return len(self.utilities)

    def take(self, rows: Ints | slice) -> Points:
        """Return the points of some rows."""
        return Points(self.utilities[rows], self.codes[rows])

    def plus(self, utilities: Floats, codes: Ints) -> Points:
        """Return every point with the same utilities and codes added."""
        return Points(self.utilities + utilities, self.codes + codes)


def frozen(points: Points) -> Points:
    """Return the points with arrays made read-only."""
    points.utilities.flags.writeable = False
    points.codes.flags.writeable = False
    return points


def joined(parts: Sequence[Points]) -> Points:
    """Return all points of several sets, at least one."""
    return Points(np.concatenate([p.utilities for p in parts]), np.concatenate([p.codes for p in parts]))


def pruned(points: Points) -> Points:
    """Return the Pareto frontier of a set, by rising utility of the first party.

    Examples
    --------
    >>> u = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> pruned(Points(u, np.array([[0], [1]]))).codes.tolist()
    [[1]]
    """
    return points.take(nondominated(points.utilities, points.codes))
