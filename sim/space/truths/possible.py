"""The greatest margin of any deal in any truth, as one program: a weight times a choice is the weight where chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.deals import CLOSE, Deals, Found
from sim.space.truths.polytopes import greatest, least
from sim.space.truths.sides import Choices, Side, at, best_of
from sim.space.truths.weighting import weights_in

__all__ = ["possible"]


def possible(sides: Sequence[Side], among: Choices, *, seconds: float = 30.0) -> Found:
    """Return the greatest margin that any deal has in any truth, each side's no-deal value chosen by itself."""
    deals = Deals(sides, among)
    if deals.empty:
        return Found(-np.inf, -np.inf, None, True)
    for side in sides:
        _add_best(deals, side)
    solution = deals.solve(seconds)
    if solution.x is None:
        return Found(-np.inf, np.inf, None, False)
    levels = deals.levels(solution)
    value = min(best_of(side, *at(side, among, levels))[0] for side in sides)
    return Found(value, max(solution.bound, value), levels, value >= solution.bound - 10 * CLOSE)


def _add_best(deals: Deals, side: Side) -> None:
    """Add z <= U - r for weights and a no-deal value of the side's own choice."""
    program, known = deals.program, side.weights
    weights = weights_in(program, known)
    gain: list[tuple[Ints, Floats]] = list(deals.terms(side.fixed))
    for b, rows in enumerate(deals.kept):
        for k in np.flatnonzero(np.abs(side.features[b][rows]).max(axis=0, initial=0.0) > 0):
            # The product of a weight and each choice: the weight where chosen, else 0.
            product = program.variables(len(rows), 0.0, np.inf)
            program.row([(product, np.ones(len(rows))), (weights[[k]], -np.ones(1))], low=0.0, high=0.0)
            top = min(float(known.high[k]), known.total)
            program.each_below(product, deals.choice[b], top)
            gain.append((product, side.features[b][rows, k]))
    if len(side.slopes) == 1:
        row = [(deals.margin, -np.ones(1)), *gain, (weights, -side.slopes[0])]
        program.row(row, low=float(side.constants[0]))
        return
    picked = program.binaries(len(side.slopes))
    program.row([(picked, np.ones(len(picked)))], low=1.0, high=1.0)
    most = greatest(known, side.slopes)[0] + side.constants
    room = most - float((least(known, side.slopes)[0] + side.constants).min())
    for j in range(len(side.slopes)):
        row = [(deals.margin, -np.ones(1)), *gain, (weights, -side.slopes[j]), (picked[[j]], np.array([-room[j]]))]
        program.row(row, low=float(side.constants[j] - room[j]))
