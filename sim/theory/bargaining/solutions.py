"""Bargaining solutions f(S, d): the registry.

A solution picks from a set S of utility vectors, given the disagreement point d, the ideal point a (each party's
best in S) and the parties' powers. On the grid S is finite and a solution is the set of points whose `objective` is
best (within 1e-9, on the utility scale). With lotteries S is the convex hull, cut at the reservation values, and
`on_hull` gives the one point (two parties). Raiffa and Perles-Maschler exist on the hull alone.

Axioms are claimed by name, for the hull (equal powers; nobody can gain at no cost to another: the frontier runs from
u_1 = d_1 to u_2 = d_2) and for the grid (of the whole set of tied points, some point giving everybody a gain):

==========================  ============================================================================
pareto                      nothing feasible is better for one party and worse for none
weak_pareto                 nothing feasible is better for every party
symmetry                    parties exchanged, the solution is exchanged
scale_invariance            one party's utility in another unit, the same deal
translation_invariance      one party's utility from another origin, the same deal
independence                deals struck out that were not chosen: the same choice
independence_given_ideal    the same where the ideal point stays as it was
individual_monotonicity     new deals that leave the other party's ideal as it was do not hurt
strong_monotonicity         new deals hurt nobody
superadditivity             two problems settled at once give everybody at least the sum
midpoint_domination         everybody gets half of its possible gain or more
==========================  ============================================================================

Sources: named in each concept's file; for the axioms Thomson (1994), Cooperative Models of Bargaining.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining import egalitarian, equal_loss, kalai_smorodinsky, nash, perles_maschler, raiffa, utilitarian
from sim.theory.bargaining.lotteries import Rule

__all__ = [
    "SHORT_OF_BEST",
    "SHORT_OF_STAKES",
    "SOLUTIONS",
    "Objective",
    "Solution",
    "within_floor",
]

SHORT_OF_BEST = 0.01
SHORT_OF_STAKES = 0.005


class Objective(Protocol):
    """What a solution maximises: utilities (..., n, P), the rest (..., P), to (..., n)."""

    def __call__(
        self,
        utilities: NDArray[np.float64],
        *,
        disagreement: NDArray[np.float64],
        ideal: NDArray[np.float64],
        power: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Larger is better."""


def _one(span: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ones(span.shape[:-1])


def _each(span: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.full(span.shape[:-1], float(span.shape[-1]))


def _of_widest(span: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / np.maximum(span.max(axis=-1), kalai_smorodinsky.FLAT))


@dataclass(frozen=True)
class Solution:
    """One bargaining solution.

    Attributes
    ----------
    name, label : str
        The key in files and options, and the words for a reader.
    objective : callable or None
        What is maximised on a finite set; None where the solution needs a convex one.
    on_hull : callable or None
        The solution of a two-party problem with lotteries, from its frontier (k, 2).
    compares_parties : bool
        Whether it weighs one party's utility against another's, so that the units matter.
    axioms_hull, axioms_grid : frozenset of str
        The axioms it satisfies on the hull, and on the grid by the set of tied points.
    stakes : callable
        Spans ideal - d (..., P) to what the objective (...) changes by when the stakes do, the distance of 1 from a
        party's worst deal to its best: 1 where the objective is a utility, the number of parties where it is their
        sum, 1 over the widest span where it is a share of the span.
    """

    name: str
    label: str
    objective: Objective | None
    on_hull: Rule | None
    compares_parties: bool
    axioms_hull: frozenset[str]
    axioms_grid: frozenset[str]
    stakes: Callable[[NDArray[np.float64]], NDArray[np.float64]] = _one


_GRID = frozenset({"weak_pareto", "symmetry", "translation_invariance"})
_HULL = _GRID | {"pareto"}
_INDEPENDENT = frozenset({"independence", "independence_given_ideal"})

SOLUTIONS: dict[str, Solution] = {
    solution.name: solution
    for solution in (
        Solution(
            name="nash",
            label="Nash",
            objective=nash.objective,
            on_hull=nash.on_hull,
            compares_parties=False,
            axioms_hull=_HULL | _INDEPENDENT | {"scale_invariance", "midpoint_domination"},
            axioms_grid=_GRID | _INDEPENDENT | {"pareto", "scale_invariance"},
        ),
        Solution(
            name="kalai_smorodinsky",
            label="Kalai-Smorodinsky",
            objective=kalai_smorodinsky.objective,
            on_hull=kalai_smorodinsky.on_hull,
            compares_parties=False,
            axioms_hull=_HULL
            | {"scale_invariance", "independence_given_ideal", "individual_monotonicity", "midpoint_domination"},
            axioms_grid=_GRID | {"scale_invariance", "independence_given_ideal"},
            stakes=_of_widest,
        ),
        Solution(
            name="egalitarian",
            label="Egalitarian",
            objective=egalitarian.objective,
            on_hull=egalitarian.on_hull,
            compares_parties=True,
            axioms_hull=_HULL | _INDEPENDENT | {"individual_monotonicity", "strong_monotonicity", "superadditivity"},
            axioms_grid=_GRID | _INDEPENDENT,
        ),
        Solution(
            name="utilitarian",
            label="Utilitarian",
            objective=utilitarian.objective,
            on_hull=utilitarian.on_hull,
            compares_parties=True,
            axioms_hull=_HULL | {"independence_given_ideal"},
            axioms_grid=_GRID | _INDEPENDENT | {"pareto"},
            stakes=_each,
        ),
        Solution(
            name="equal_loss",
            label="Equal loss",
            objective=equal_loss.objective,
            on_hull=equal_loss.on_hull,
            compares_parties=True,
            axioms_hull=_HULL | {"independence_given_ideal", "individual_monotonicity", "superadditivity"},
            axioms_grid=_GRID | {"independence_given_ideal"},
        ),
        Solution(
            name="raiffa",
            label="Raiffa (step by step)",
            objective=None,
            on_hull=raiffa.on_hull,
            compares_parties=False,
            axioms_hull=_HULL | {"scale_invariance", "midpoint_domination"},
            axioms_grid=frozenset(),
        ),
        Solution(
            name="raiffa_continuous",
            label="Raiffa (continuous)",
            objective=None,
            on_hull=raiffa.on_hull_continuous,
            compares_parties=False,
            axioms_hull=_HULL | {"scale_invariance", "midpoint_domination"},
            axioms_grid=frozenset(),
        ),
        Solution(
            name="perles_maschler",
            label="Perles-Maschler",
            objective=None,
            on_hull=perles_maschler.on_hull,
            compares_parties=False,
            axioms_hull=_HULL | {"scale_invariance", "superadditivity", "midpoint_domination"},
            axioms_grid=frozenset(),
        ),
    )
}


def within_floor(solution: str | Solution, best: NDArray[np.float64], span: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least objective that counts as *within* reach of the best.

    It falls short of the best by at most 1 % of it or 0.005 of the stakes, whichever is more. The stakes are the
    distance from a party's worst deal to its best, 1 on the utility scale, whatever of it is left to gain over no
    deal: where little is to be gained, 1 % of the best would be finer than any input is known.

    Parameters
    ----------
    solution : str or Solution
        A solution with an objective, or its name.
    best : ndarray, shape (...)
        The best objective; for equal_loss less the least loss, so that the 1 % is of the loss.
    span : ndarray, shape (..., P)
        Each party's ideal less its disagreement value.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    KeyError
        If no solution has that name.

    Examples
    --------
    >>> import numpy as np
    >>> span = np.array([0.2, 0.4])
    >>> [within_floor("nash", np.array(best), span).round(4).item() for best in (0.8, 0.3)]
    [0.792, 0.295]
    >>> within_floor("kalai_smorodinsky", np.array(0.5), span).round(4).item()
    0.4875
    """
    record = SOLUTIONS[solution] if isinstance(solution, str) else solution
    short = np.maximum(SHORT_OF_BEST * np.abs(best), SHORT_OF_STAKES * record.stakes(span))
    return np.asarray(best - short)
