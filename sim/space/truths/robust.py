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
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import SizeError
from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.pareto import Floats, nondominated
from sim.space.truths.mixed import Program, Solution
from sim.space.truths.polytopes import Polytope, box_least, greatest, least

__all__ = ["Choices", "Found", "Side", "best_deal", "choices", "each", "needed_values", "possible", "robust", "worst"]

CLOSE = 1e-7
_ROUNDS = 60
_MOST = 20_000


@dataclass(frozen=True, eq=False)
class Side:
    """What is known of one signer.

    Attributes
    ----------
    features : tuple of ndarray, shape (n_b, m) each
        For each block the value of every weight's issue in each combination; 0 for issues of other blocks.
    fixed : tuple of ndarray, shape (n_b,) each
        Utility that no weight touches.
    weights : Polytope
    slopes : ndarray, shape (J, m)
    constants : ndarray, shape (J,)
        No-deal values w.slopes[j] + constants[j].
    """

    features: tuple[Floats, ...]
    fixed: tuple[Floats, ...]
    weights: Polytope
    slopes: Floats
    constants: Floats


@dataclass(frozen=True, eq=False)
class Choices:
    """The combinations of each block: level numbers (n_b, own issues), and which issues these are."""

    issues: tuple[tuple[int, ...], ...]
    levels: tuple[Ints, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """A margin with the deal that has it.

    Attributes
    ----------
    margin : float
        What the deal is worth in its worst truth; -inf where the constraints leave no outcome.
    bound : float
        No deal has more; equal to `margin` within `CLOSE` where `exact`.
    levels : ndarray of int, shape (K,), or None
    exact : bool
    """

    margin: float
    bound: float
    levels: Ints | None
    exact: bool


def choices(space: Space) -> Choices:
    """Return every combination of every block that no constraint forbids.

    Raises
    ------
    SizeError
        So many issues are linked that their block is a tree, or a block has too many combinations.
    """
    for block in space.blocks:
        if block.children or len(block.levels) > _MOST:
            raise SizeError(
                f"{len(block.issues)} linked issues have too many combinations to be looked at for all truths together "
                f"(the limit is {_MOST:,}; use wider steps on them, or drop a linkage)"
            )
    return Choices(tuple(block.own for block in space.blocks), tuple(block.levels for block in space.blocks))


def _kept(sides: Sequence[Side], among: Choices, fixed: tuple[int, int] | None) -> list[Ints]:
    """Return, for each block, the combinations that none beats in every feature of every side."""
    kept = []
    for b, levels in enumerate(among.levels):
        rows = np.arange(len(levels))
        if fixed is not None and fixed[0] in among.issues[b]:
            rows = rows[levels[:, among.issues[b].index(fixed[0])] == fixed[1]]
        columns = np.hstack([part for side in sides for part in (side.features[b], side.fixed[b][:, None])])[rows]
        columns = columns[:, np.ptp(columns, axis=0) > 0] if len(rows) else columns
        if columns.shape[1] == 0:
            kept.append(rows[:1])
        elif columns.shape[1] == 1:
            kept.append(rows[[int(columns[:, 0].argmax())]])
        else:
            kept.append(rows[nondominated(columns, rows[:, None])])
    return kept


def worst(side: Side, values: Floats, fixed: float) -> tuple[float, int, Floats]:
    """Return the least that a deal is worth to a side over all truths: the gain, the no-deal value, the weights.

    Parameters
    ----------
    side : Side
    values : ndarray, shape (m,)
        Its features at the deal.
    fixed : float
        Utility that no weight touches.
    """
    directions = values - side.slopes
    cheap = _relaxed(side.weights, directions) + fixed - side.constants
    best, at, weights = np.inf, 0, np.full(len(values), np.nan)
    for j in np.argsort(cheap, kind="stable"):
        if cheap[j] >= best - 1e-12:
            break
        value, found = least(side.weights, directions[[j]])
        value = value + fixed - side.constants[j]
        if value[0] < best:
            best, at, weights = float(value[0]), int(j), found[0]
    return best, at, weights


def needed_values(side: Side, *, highest: bool) -> Ints:
    """Return which no-deal values may be the highest, or the lowest, for some weights, shape (n,).

    The others are beaten by one that is left, whatever the weights.
    """
    sign = 1.0 if highest else -1.0
    left = list(range(len(side.slopes)))
    for j in range(len(side.slopes)):
        others = [k for k in left if k != j]
        # One that is nowhere below j makes j superfluous.
        directions = sign * (side.slopes[others] - side.slopes[j])
        ahead = _relaxed(side.weights, directions) + sign * (side.constants[others] - side.constants[j])
        if (ahead >= 0.0).any():
            left.remove(j)
    return np.array(left, dtype=np.int64)


def _relaxed(weights: Polytope, directions: Floats) -> Floats:
    high = np.minimum(weights.high, weights.total)
    found = box_least(weights.total, weights.low, high, directions)
    return np.asarray(np.einsum("jk,jk->j", found, directions))


def best_of(side: Side, values: Floats, fixed: float) -> tuple[float, int, Floats]:
    """Return the most that a deal is worth to a side over all truths; see `worst`."""
    mirrored = replace(side, slopes=-side.slopes, constants=-side.constants)
    value, at, weights = worst(mirrored, -values, -fixed)
    return -value, at, weights


def at(side: Side, among: Choices, levels: Ints) -> tuple[Floats, float]:
    """Return a side's features (m,) and fixed utility at an outcome given by levels (K,)."""
    values, fixed = np.zeros(side.weights.size), 0.0
    for b, own in enumerate(among.issues):
        row = int(np.flatnonzero((among.levels[b] == levels[list(own)]).all(axis=1))[0])
        values += side.features[b][row]
        fixed += float(side.fixed[b][row])
    return values, fixed


class _Deals:
    """The part that all programs share: one binary for each combination, one equality a block, and the margin z."""

    def __init__(self, sides: Sequence[Side], among: Choices, fixed: tuple[int, int] | None = None) -> None:
        self.sides, self.among = sides, among
        self.kept = _kept(sides, among, fixed)
        self.program = Program()
        self.choice = [self.program.binaries(len(rows)) for rows in self.kept]
        for variables in self.choice:
            self.program.row([(variables, np.ones(len(variables)))], low=1.0, high=1.0)
        self.margin = self.program.variables(1, -np.inf, np.inf)

    @property
    def empty(self) -> bool:
        return any(not len(rows) for rows in self.kept)

    def terms(self, part: Sequence[Floats]) -> list[tuple[Ints, Floats]]:
        """Return the coefficients of a quantity given for each block's combinations."""
        return [(v, p[rows]) for v, p, rows in zip(self.choice, part, self.kept, strict=True)]

    def levels(self, solution: Solution) -> Ints:
        assert solution.x is not None
        result = np.zeros(sum(map(len, self.among.issues)), dtype=np.int64)
        for b, rows in enumerate(self.kept):
            row = rows[int(np.argmax(solution.x[self.choice[b]]))]
            result[list(self.among.issues[b])] = self.among.levels[b][row]
        return result

    def known_weights(self, side: Side, weights: Floats, j: int) -> None:
        """Add the row z <= U - r of one truth."""
        gain = [f @ weights + c for f, c in zip(side.features, side.fixed, strict=True)]
        reservation = float(side.slopes[j] @ weights + side.constants[j])
        self.program.row([(self.margin, np.array([-1.0])), *self.terms(gain)], low=reservation)

    def dual(self, side: Side, j: int) -> None:
        """Add z <= min over the weights, for the no-deal value j, through the dual of that minimum."""
        known, program = side.weights, self.program
        if known.known:
            self.known_weights(side, known.low, j)
            return
        m, q = known.size, len(known.rows)
        level, price = program.variables(1, -np.inf, np.inf), program.variables(q, 0.0, np.inf)
        bounded = np.flatnonzero(known.high < known.total - 1e-15)
        top = program.variables(len(bounded), 0.0, np.inf)
        for k in range(m):
            row = [(level, np.array([-1.0])), *self.terms([f[:, k] for f in side.features])]
            row.append((price, known.rows[:, k]))
            row.append((top[bounded == k], np.ones(int((bounded == k).sum()))))
            program.row(row, low=float(side.slopes[j, k]))
        if q and known.rows[:, m].any():
            program.row([(price, known.rows[:, m])], low=0.0)
        low = known.low
        gain = [f @ low + c for f, c in zip(side.features, side.fixed, strict=True)]
        row = [(self.margin, np.array([-1.0])), *self.terms(gain), (level, np.array([known.total - low.sum()]))]
        row.append((price, known.rows[:, :m] @ low))
        row.append((top, low[bounded] - known.high[bounded]))
        program.row(row, low=float(side.constants[j] + side.slopes[j] @ low))

    def solve(self, seconds: float = 30.0) -> Solution:
        return self.program.maximise([(self.margin, np.ones(1))], seconds=seconds)


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
    deals = _Deals(sides, among, fixed)
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
    deals = _Deals(sides, among)
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
    weights = [_weights_in(program, side.weights) for side in sides]
    refuses = [program.binaries(len(sides)) for _ in deals]
    for deal, chosen in zip(deals, refuses, strict=True):
        program.row([(chosen, np.ones(len(sides)))], low=1.0, high=1.0)
        for i, side in enumerate(sides):
            values, fixed = at(side, among, deal)
            direction, rest = values - side.slopes[picked[i]], fixed - float(side.constants[picked[i]])
            most = float(greatest(side.weights, direction[None, :])[0][0]) + rest
            room = most + 4.0
            # z >= gain of i - room (1 - chosen_i): who refuses this deal sets its margin.
            program.row(
                [(margin, np.ones(1)), (weights[i], -direction), (chosen[[i]], np.array([-room]))], low=rest - room
            )
    program.row([(margin, np.ones(1))], low=-4.0)
    solution = program.maximise([(margin, -np.ones(1))], nodes=nodes)
    if solution.x is None:
        return -np.inf, None
    return -solution.bound, [solution.x[w] for w in weights]


def _weights_in(program: Program, known: Polytope) -> Ints:
    """Add a vector of weights that obeys every statement; return its variables."""
    weights, scale = program.variables(known.size, known.low, known.high), program.variables(1, 0.0, np.inf)
    program.row([(weights, np.ones(known.size))], low=known.total, high=known.total)
    for row in known.rows:
        program.row([(weights, row[:-1]), (scale, row[-1:])], high=0.0)
    return weights


def possible(sides: Sequence[Side], among: Choices, *, seconds: float = 30.0) -> Found:
    """Return the greatest margin that any deal has in any truth, each side's no-deal value chosen by itself."""
    deals = _Deals(sides, among)
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


def _add_best(deals: _Deals, side: Side) -> None:
    """Add z <= U - r for weights and a no-deal value of the side's own choice."""
    program, known = deals.program, side.weights
    weights = _weights_in(program, known)
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
