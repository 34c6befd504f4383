"""What programs settle at leverage points whose frontier does not fit: existence and margin at all, the rest at some.

Margins at many points are bracketed together (`sim.space.programs.brackets`), and a program is solved only where the
bracket leaves open whether there is a zone, or how large the margin is. Ideal points, deals and levels take programs of
each point: they are solved at up to `CELLS` points of a block, evenly spread, and none is begun after `STEPS`, a
minute or two. Steps are counted, not timed, so that a sweep says the same however busy a machine is and whatever runs
it. Elsewhere what was found on the frontier stands, with its resolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.space.points import Points, joined, pruned
from sim.space.programs.brackets import Bracket, decide, sharpened
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import Program
from sim.space.trees import Folded
from sim.space.zone import TOLERANCE, margins
from sim.studies.by_program import Wanted, solve_by_program
from sim.studies.solve import Point, Solved
from sim.sweeps.batch.bounds import Floats, Ints

__all__ = ["CELLS", "STEPS", "Margins", "settled_cells", "settled_margins", "spread"]

CELLS = 200
STEPS = 6_000
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, eq=False)
class Margins:
    """The best margin at G points.

    Attributes
    ----------
    low, high : ndarray, shape (G,)
        What was found, and what no outcome exceeds; equal where it is proven.
    points : Points
        What they were found on: the frontier and outcomes of programs, by rising utility of the first party.
    """

    low: Floats
    high: Floats
    points: Points

    @property
    def doubt(self) -> Floats:
        """By how much more the margin may be, (G,); 0: it is proven."""
        with np.errstate(invalid="ignore"):
            return np.where(self.high - self.low > TOLERANCE, self.high - self.low, 0.0)


def settled_margins(whole: Program, known: Points, reservation: Floats, budget: Budget) -> Margins:
    """Return the margin at reservation values (G, P), outcomes of a thinned frontier being known."""
    state = decide(whole, reservation, budget=budget).bracket
    low = np.maximum(state.low, margins(known.utilities, reservation))
    state = Bracket(low, np.maximum(low, state.high), state.points, state.weights)
    state = sharpened(whole, reservation, state, most=CELLS, budget=budget)
    points = pruned(joined([known, state.points]))
    return Margins(margins(points.utilities, reservation), state.high, points)


def spread(rows: Ints) -> Ints:
    """Return rows in an order in which the first few, however many, lie evenly among all.

    Examples
    --------
    >>> spread(np.arange(6)).tolist()
    [0, 5, 2, 4, 1, 3]
    """
    return rows[np.argsort((np.arange(len(rows)) * _GOLDEN) % 1.0, kind="stable")]


def settled_cells(
    folded: Folded, whole: Program, points: Mapping[int, Point], wanted: Wanted, budget: Budget
) -> dict[int, Solved]:
    """Return some points, by row, solved by programs of their own; those that were not settled in time are left out.

    Parameters
    ----------
    folded : Folded
    whole : Program
        Of the same space.
    points : mapping of int to Point
        In the order in which they are to be solved.
    wanted : Wanted
    budget : Budget
    """
    found = {}
    for row, point in list(points.items())[:CELLS]:
        if budget.spent:
            break
        solved = solve_by_program(folded, point, wanted=wanted, whole=whole, budget=budget)
        if solved.exists and solved.resolution == 0 and solved.loss == 0:
            found[row] = solved
    return found
