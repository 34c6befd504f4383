"""Deals near a deal: what changes in one block of issues, made up for in another.

From one outcome every combination of every block is tried in place of the block's own, alone and together with the best
undominated combination of one further block. Most levels that good deals have are found so in one pass, without a
program for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.goals import Goal
from sim.space.programs.unknowns import Program, allowed, seen

__all__ = ["swapped"]

_PAIRS = 1 << 18


@dataclass(frozen=True, eq=False)
class _Swaps:
    """What combinations add in place of a block's own, and which block each is of."""

    points: Points
    block: Ints


def swapped(program: Program, goal: Goal, base: Points, floor: float) -> Points:
    """Return, for every combination of every block without a tree, the best outcome found that has it.

    Outcomes that miss a hard row by rounding alone are left out.

    Parameters
    ----------
    program : Program
    goal : Goal
    base : Points
        One outcome of the program.
    floor : float
        Only outcomes whose objective reaches it are looked for.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.goals import least_goal, no_less
    >>> from sim.space.programs.supports import best_outcomes
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> whole = program(compile_space(Factors((table, table))))
    >>> goal = least_goal(np.zeros(2), np.ones(2), no_less(np.full(2, -np.inf)))
    >>> base = best_outcomes(whole, np.array([[1.0, 0.0]]))
    >>> swapped(whole, goal, base, 0.5).utilities.tolist()
    [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    """
    every = _swaps(program, base)
    if every is None:
        return base.take(slice(0))
    first, second = every
    return joined([_better(goal, base, piece, second, floor) for piece in _pieces(first, len(second.block))])


def _swaps(program: Program, base: Points) -> tuple[_Swaps, _Swaps] | None:
    """Return every combination that a block without a tree may have in place of its own, and the undominated ones.

    The latter begin with one that changes nothing.
    """
    levels, kinds, numbers = program.space.levels(base.codes)[0], [], []
    for number, (node, made) in enumerate(program.blocks):
        if isinstance(made, Points) and not node.children:
            here = np.flatnonzero((node.levels == levels[list(node.own)]).all(axis=1))
            mine = seen(node, here, program.columns)
            every = seen(node, allowed(node, program.fixed), program.columns)
            kinds.append([part.plus(-mine.utilities, -mine.codes) for part in (every, made)])
            numbers.append(number)
    if not kinds:
        return None
    first, second = (joined(parts) for parts in zip(*kinds, strict=True))
    blocks = [np.repeat(numbers, list(map(len, parts))) for parts in zip(*kinds, strict=True)]
    nothing = base.plus(-base.utilities, -base.codes)
    return _Swaps(first, blocks[0]), _Swaps(joined([nothing, second]), np.append(-1, blocks[1]))


def _pieces(every: _Swaps, each: int) -> Iterator[_Swaps]:
    step = max(1, _PAIRS // each)
    for low in range(0, len(every.block), step):
        rows = slice(low, low + step)
        yield _Swaps(every.points.take(rows), every.block[rows])


def _better(goal: Goal, base: Points, first: _Swaps, second: _Swaps, floor: float) -> Points:
    """Return the best outcome with each first swap, where one is found that reaches the floor."""
    values = np.where(first.block[:, None] != second.block[None], np.inf, -np.inf)
    rows = goal.hard.plus(goal.tangents(base.utilities))
    spare = (base.utilities + first.points.utilities) @ rows.weights - rows.least
    more = second.points.utilities @ rows.weights
    for q, slope in enumerate(rows.slope.tolist()):
        left = spare[:, q, None] + more[None, :, q]
        if slope > 0:
            np.minimum(values, left / slope, out=values)
        else:
            values[left < 0] = -np.inf
    if not goal.straight:
        values = _true(goal, (base.utilities + first.points.utilities, second.points.utilities), values, floor)
    best = values.argmax(axis=1)
    kept = np.flatnonzero(values.max(axis=1) >= floor)
    return base.plus(*_sum(first.points.take(kept), second.points.take(best[kept])))


def _true(goal: Goal, parts: tuple[Floats, Floats], values: Floats, floor: float) -> Floats:
    """Return the objective itself where its tangents reach the floor, elsewhere -inf."""
    row, column = np.nonzero(values >= floor)
    result = np.full(values.shape, -np.inf)
    result[row, column] = goal.values(parts[0][row] + parts[1][column])
    return result


def _sum(first: Points, second: Points) -> tuple[Floats, Ints]:
    return first.utilities + second.utilities, first.codes + second.codes
