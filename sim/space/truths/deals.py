"""The mixed-integer program that all questions about deals and truths share: one deal, and its margin z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats, nondominated
from sim.space.programs.integers import Attained
from sim.space.truths.mixed import Program
from sim.space.truths.sides import Choices, Side

__all__ = ["CLOSE", "Deals", "Found"]

CLOSE = 1e-7
_SCALE = 1e4  # so that one unit of a constraint is more than what the solver lets pass


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


class Deals:
    """The part that all programs share: one binary for each combination, one equality a block, and the margin z."""

    def __init__(self, sides: Sequence[Side], among: Choices, fixed: tuple[int, int] | None = None) -> None:
        self.sides, self.among = sides, among
        self.kept = _kept(sides, among, fixed)
        self.program = Program()
        self.choice = [self.program.binaries(len(rows)) for rows in self.kept]
        for variables in self.choice:
            self.program.row([(variables, np.ones(len(variables)))], low=1.0, high=1.0)
        for column, least in enumerate(among.least.tolist()):
            limit = self.terms([_SCALE * part[:, column] for part in among.limits])
            self.program.row(limit, low=_SCALE * least)
        self.margin = self.program.variables(1, -np.inf, np.inf)

    @property
    def empty(self) -> bool:
        """Whether some block has no combination."""
        return any(not len(rows) for rows in self.kept)

    def terms(self, part: Sequence[Floats]) -> list[tuple[Ints, Floats]]:
        """Return the coefficients of a quantity given for each block's combinations."""
        return [(v, p[rows]) for v, p, rows in zip(self.choice, part, self.kept, strict=True)]

    def levels(self, solution: Attained) -> Ints:
        """Return the levels (K,) that a solution chooses."""
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

    def solve(self, seconds: float = 30.0) -> Attained:
        """Maximise the margin."""
        return self.program.maximise([(self.margin, np.ones(1))], seconds=seconds)


def _kept(sides: Sequence[Side], among: Choices, fixed: tuple[int, int] | None) -> list[Ints]:
    """Return, for each block, the combinations that none beats in every feature of every side and every constraint."""
    kept = []
    for b, levels in enumerate(among.levels):
        rows = np.arange(len(levels))
        if fixed is not None and fixed[0] in among.issues[b]:
            rows = rows[levels[:, among.issues[b].index(fixed[0])] == fixed[1]]
        parts = [part for side in sides for part in (side.features[b], side.fixed[b][:, None])]
        columns = np.hstack([*parts, *among.limits[b : b + 1]])[rows]
        columns = columns[:, np.ptp(columns, axis=0) > 0] if len(rows) else columns
        if columns.shape[1] == 0:
            kept.append(rows[:1])
        elif columns.shape[1] == 1:
            kept.append(rows[[int(columns[:, 0].argmax())]])
        else:
            kept.append(rows[nondominated(columns, rows[:, None])])
    return kept
