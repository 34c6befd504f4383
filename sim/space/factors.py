"""The terms that make up all utilities, and the constraints: what a space is compiled from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints
from sim.space.constraints import Mask, Sum
from sim.space.pareto import Floats

__all__ = ["Factors", "Pair", "with_columns"]


@dataclass(frozen=True, eq=False)
class Pair:
    """A term of two issues: table (n_k, n_l, P) of utilities."""

    issues: tuple[int, int]
    table: Floats


@dataclass(frozen=True, eq=False)
class Factors:
    """The terms that make up all utilities, and the constraints.

    Attributes
    ----------
    single : tuple of ndarray, shape (n_k, P) each
        Utility of every level of every issue to each party.
    pairs : tuple of Pair
    masks : tuple of Mask or Sum
    """

    single: tuple[Floats, ...]
    pairs: tuple[Pair, ...] = ()
    masks: tuple[Mask | Sum, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each issue has."""
        return tuple(len(table) for table in self.single)

    @property
    def parties(self) -> int:
        """How many parties have utilities here."""
        return int(self.single[0].shape[1])

    def utilities(self, levels: Ints) -> Floats:
        """Return utilities (n, P) of outcomes given as levels (n, K).

        Examples
        --------
        >>> Factors((np.array([[0.0, 1.0], [1.0, 0.0]]),)).utilities(np.array([[1]])).tolist()
        [[1.0, 0.0]]
        """
        total = np.zeros((len(levels), self.parties))
        for k, table in enumerate(self.single):
            total += table[levels[:, k]]
        for pair in self.pairs:
            total += pair.table[levels[:, pair.issues[0]], levels[:, pair.issues[1]]]
        return total

    def allowed(self, levels: Ints) -> NDArray[np.bool_]:
        """Return which outcomes, given as levels (n, K), no constraint forbids."""
        result = np.ones(len(levels), dtype=bool)
        for mask in self.masks:
            result &= mask.allows(levels)
        return result

    def mixed(self, weights: Floats) -> Factors:
        """Return the same space with utilities U @ weights, weights (P, Q)."""
        pairs = tuple(Pair(p.issues, p.table @ weights) for p in self.pairs)
        return Factors(tuple(table @ weights for table in self.single), pairs, self.masks)

    def columns(self, parties: Sequence[int]) -> Factors:
        """Return the same space seen by some of the parties."""
        rows = list(parties)
        pairs = tuple(Pair(p.issues, p.table[:, :, rows]) for p in self.pairs)
        return Factors(tuple(table[:, rows] for table in self.single), pairs, self.masks)


def with_columns(factors: Factors, single: Sequence[Floats]) -> Factors:
    """Return factors with further columns, each a sum over issues: costs, budgets, further signers.

    Parameters
    ----------
    factors : Factors
    single : sequence of ndarray, shape (n_k, Q) each
        What every level of every issue adds to the new columns. A column that must stay low is given with its sign
        turned. Tolerances are those of utilities, so columns should be of order one.

    Examples
    --------
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> with_columns(Factors((table,)), [np.array([[-1.0], [-2.0]])]).single[0].tolist()
    [[0.0, 0.5, -1.0], [0.5, 0.0, -2.0]]
    """
    more = single[0].shape[1]
    tables = tuple(np.hstack([old, new]) for old, new in zip(factors.single, single, strict=True))
    pairs = tuple(
        Pair(p.issues, np.concatenate([p.table, np.zeros((*p.table.shape[:2], more))], axis=2)) for p in factors.pairs
    )
    return Factors(tables, pairs, factors.masks)
