"""One deal for every truth: the best of the worst margins where weights and no-deal values are not known.

A truth gives every signer i weights w_i from a polytope W_i and one of J_i no-deal values, linear in its weights:
r_i = w.a_ij + b_ij. With v_i(x) the features of an outcome (the value of each issue's level) and l_i(x) what no
weight touches (linkages), the margins are

- *robust*: max over x of min over i, w in W_i, j of w.(v_i(x) - a_ij) + l_i(x) - b_ij: one deal whatever the truth;
- *each*: min over truths of max over x of the least over i: whatever the truth, some deal; robust <= each;
- *possible*: max over truths and x of the least over i: below 0 no truth has a deal.

By linear programming duality the least over W_i is the greatest over the dual's variables, so *robust* is one
mixed-integer program; the no-deal values are added as an adversary finds them (constraint generation). *Possible* is
one program with the products of weights and choices written out, exact since choices are 0 or 1. *Each* alternates
between the truth that is worst for the deals found so far and the best deal in that truth.

Source: Ben-Tal, El Ghaoui and Nemirovski (2009), Robust Optimization (duality); Zeng and Zhao (2013), Solving
two-stage robust optimization problems using a column-and-constraint generation method; McCormick (1976) for products.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.deals import CLOSE, Deals, Found
from sim.space.truths.sides import Choices, Side, at, worst

__all__ = ["best_deal", "robust"]

_ROUNDS = 60


def robust(
    sides: Sequence[Side], among: Choices, *, fixed: tuple[int, int] | None = None, seconds: float = 30.0
) -> Found:
    """Return the deal whose worst margin over all truths is greatest.

    Parameters
    ----------
    sides : sequence of Side
        The signers.
    among : Choices
    fixed : (issue, level), optional
        Only deals with this level.
    seconds : float
        Where the programs take longer, what was found is returned with its bound and `exact` false.
    """
    deals = Deals(sides, among, fixed)
    if deals.empty:
        return Found(-np.inf, -np.inf, None, True)
    seen = [{0} for _ in sides]
    for side in sides:
        deals.dual(side, 0)
    best, bound, levels = -np.inf, np.inf, None
    for _ in range(_ROUNDS):
        solution = deals.solve(seconds)
        if solution.x is None:
            break
        bound, trial = min(bound, solution.bound), deals.levels(solution)
        found = [worst(side, *at(side, among, trial)) for side in sides]
        if (value := min(f[0] for f in found)) > best:
            best, levels = value, trial
        new = [(i, f[1]) for i, f in enumerate(found) if f[0] < bound - CLOSE and f[1] not in seen[i]]
        if best >= bound - CLOSE or not new:
            break
        for i, j in new:
            seen[i].add(j)
            deals.dual(sides[i], j)
    return Found(best, max(bound, best), levels, best >= bound - 10 * CLOSE)


def best_deal(sides: Sequence[Side], among: Choices, truth: Sequence[tuple[Floats, int]]) -> Found:
    """Return the best margin where every side's weights and no-deal value are as given."""
    deals = Deals(sides, among)
    if deals.empty:
        return Found(-np.inf, -np.inf, None, True)
    for side, (weights, j) in zip(sides, truth, strict=True):
        deals.known_weights(side, weights, j)
    solution = deals.solve()
    if solution.x is None:
        return Found(-np.inf, np.inf, None, False)
    levels = deals.levels(solution)
    value = min(_gain(side, among, levels, *each) for side, each in zip(sides, truth, strict=True))
    return Found(value, solution.bound, levels, value >= solution.bound - 10 * CLOSE)


def _gain(side: Side, among: Choices, levels: Ints, weights: Floats, j: int) -> float:
    values, fixed = at(side, among, levels)
    return float(weights @ (values - side.slopes[j]) + fixed - side.constants[j])
