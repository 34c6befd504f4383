"""The truth in which the best deal is worst: whatever the truth, some deal is worth at least so much.

The worst truth for some deals and the best deal in that truth are found in turn, until neither changes: a truth bounds
the answer from above, the deals found so far from below (column and constraint generation; Zeng and Zhao 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.deals import CLOSE
from sim.space.truths.mixed import Program
from sim.space.truths.polytopes import greatest, least
from sim.space.truths.robust import best_deal
from sim.space.truths.sides import Choices, Side, at
from sim.space.truths.weighting import weights_in

__all__ = ["Each", "each"]


@dataclass(frozen=True, eq=False)
class Each:
    """The least over truths of the best margin, between two bounds.

    Attributes
    ----------
    low, high : float
        Equal where the truth that is worst was proven so.
    truth : tuple of (ndarray, int)
        The worst truth found: weights and no-deal value of each side.
    """

    low: float
    high: float
    truth: tuple[tuple[Floats, int], ...]


def each(
    sides: Sequence[Side],
    among: Choices,
    start: Sequence[Ints],
    *,
    picked: Sequence[int],
    rounds: int = 40,
    nodes: int | None = None,
) -> Each:
    """Return the truth in which the best deal is worst, the no-deal values of the sides being given.

    Parameters
    ----------
    sides, among
        As for `robust`.
    start : sequence of ndarray of int, shape (K,)
        Some deals to begin with, at least one.
    picked : sequence of int
        The no-deal value of each side.
    rounds, nodes : int
        How many deals are added, and how far each search for a worse truth goes; counted, not timed, so that the
        same bounds come out on every machine.
    """
    found, low, high = list(start), -np.inf, np.inf
    truth: tuple[tuple[Floats, int], ...] = ()
    for _ in range(rounds):
        bound, weights = _worst_for(sides, among, found, (picked, nodes))
        if weights is None:
            break
        low = max(low, bound)
        trial = tuple(zip(weights, picked, strict=True))
        best = best_deal(sides, among, trial)
        if best.bound < high:
            high, truth = best.bound, trial
        if high - low <= 10 * CLOSE or best.levels is None or any((best.levels == deal).all() for deal in found):
            break
        found.append(best.levels)
    return Each(min(low, high), high, truth)


def _worst_for(
    sides: Sequence[Side], among: Choices, deals: Sequence[Ints], how: tuple[Sequence[int], int | None]
) -> tuple[float, list[Floats] | None]:
    """Return a lower bound, and the weights for which the best of some deals is worst."""
    program, (picked, nodes) = Program(), how
    margin = program.variables(1, -np.inf, np.inf)
    weights = [weights_in(program, side.weights) for side in sides]
    refuses = [program.binaries(len(sides)) for _ in deals]
    rows = []
    for deal, chosen in zip(deals, refuses, strict=True):
        program.row([(chosen, np.ones(len(sides)))], low=1.0, high=1.0)
        for i, side in enumerate(sides):
            values, fixed = at(side, among, deal)
            rows.append((i, chosen[[i]], values - side.slopes[picked[i]], fixed - float(side.constants[picked[i]])))
    lowest = min(float(least(sides[i].weights, way[None, :])[0][0]) + rest for i, _, way, rest in rows)
    for i, chosen, way, rest in rows:
        room = float(greatest(sides[i].weights, way[None, :])[0][0]) + rest - lowest
        # z >= gain of i - room (1 - chosen_i): who refuses this deal sets its margin.
        program.row([(margin, np.ones(1)), (weights[i], -way), (chosen, np.array([-room]))], low=rest - room)
    program.row([(margin, np.ones(1))], low=lowest)
    solution = program.maximise([(margin, -np.ones(1))], nodes=nodes)
    if solution.x is None:
        return -np.inf, None
    return -solution.bound, [solution.x[w] for w in weights]
