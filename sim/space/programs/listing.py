"""Every undominated outcome that meets some rows: a fold that drops what cannot.

A partial outcome is dropped when for some multipliers y >= 0 even the best of all other blocks leaves y . (rows) below
what they ask: for each row by itself, for the multipliers of the linear program, and for mixtures of both. What is left
is often a handful among 10^7 outcomes and more, and is exact in the plain arithmetic of sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.points import Points, pruned
from sim.space.programs.goals import Rows
from sim.space.programs.unknowns import Program

__all__ = ["MOST", "likely", "promising", "reaching"]

_NOISE = 1e-12
MOST = 200_000
_BEAM = 500
_PAIRS = 1 << 24
_ROOM = 1 << 22
_PIECE = 1 << 18
_PRUNE = 30_000
_FEW = 3
Keep = Callable[[Floats], NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class _Tests:
    """What each combination lacks of its block's best under m tests, (n, m); how much an outcome may lack, (m,)."""

    lack: Floats
    slack: Floats


def promising(program: Program, rows: Rows, multipliers: Floats) -> NDArray[np.bool_] | None:
    """Say which flat combinations (n,) may be in an outcome that meets hard rows; None where there is no outcome.

    Parameters
    ----------
    program : Program
        Without trees.
    rows : Rows
    multipliers : ndarray, shape (k, Q)
        Not negative.
    """
    found = _left(program, rows, multipliers)
    return None if found is None else found[0]


def reaching(
    program: Program, rows: Rows, multipliers: Floats, *, keep: Keep | None = None, most: int = MOST
) -> Points | None:
    """Return the undominated outcomes that meet hard rows; None where they, or the way there, are too many.

    Parameters
    ----------
    program : Program
        Where it has trees the answer is None.
    rows : Rows
    multipliers : ndarray, shape (k, Q)
        Not negative.
    keep : callable, optional
        What else is asked of utilities (n, C): (n,) of bool. It must allow whatever dominates what it allows.
    most : int
        Partial outcomes kept at once.
    """
    if program.trees:
        return None
    found = _left(program, rows, multipliers)
    if found is None:
        return _nothing(program).take(slice(0))
    partial: _Partial | None = _Partial(_nothing(program), np.zeros((1, len(found[1].slack))))
    for block in _blocks(program, found[0]):
        assert partial is not None
        partial = _extended(program, partial, block, found[1], most)
        if partial is None:
            return None
        if len(partial.points) > _PRUNE and len(program.columns) <= _FEW:  # costs more than it saves with more columns
            partial = _pruned(partial)
    assert partial is not None
    sound = partial.points.take(np.flatnonzero(rows.met(partial.points.utilities)))
    return pruned(sound if keep is None else sound.take(np.flatnonzero(keep(sound.utilities))))


def likely(program: Program, rows: Rows, multipliers: Floats, *, most: int = _BEAM) -> Points:
    """Return some outcomes near to meeting hard rows: at every step only the partial ones with most to spare are kept.

    Parameters
    ----------
    program : Program
        Without trees.
    rows : Rows
    multipliers : ndarray, shape (k, Q)
    most : int
        Partial outcomes kept at once.
    """
    alive, tests = np.ones(len(program.points), dtype=bool), _tests(program, rows, multipliers)
    partial = _Partial(_nothing(program), np.zeros((1, len(tests.slack))))
    for block in _blocks(program, alive):
        partial = _fewer(partial, tests, max(1, _ROOM // (len(block) * len(tests.slack))))
        sums = (partial.lack[:, None, :] + tests.lack[block][None]).reshape(-1, len(tests.slack))
        spare = (tests.slack - sums).min(axis=1)
        kept = np.argpartition(-spare, most)[:most] if len(spare) > most else np.arange(len(spare))
        row, column = np.divmod(kept, len(block))
        partial = _plus(program, partial, row, block[column], tests)
    return partial.points


@dataclass(frozen=True, eq=False)
class _Partial:
    """Partial outcomes, and what they lack of the best, (n, m)."""

    points: Points
    lack: Floats


def _fewer(partial: _Partial, tests: _Tests, most: int) -> _Partial:
    """Return the partial outcomes with most to spare."""
    if len(partial.points) <= most:
        return partial
    kept = np.argsort(-(tests.slack - partial.lack).min(axis=1), kind="stable")[:most]
    return _Partial(partial.points.take(kept), partial.lack[kept])


def _nothing(program: Program) -> Points:
    return Points(np.zeros((1, len(program.columns))), np.zeros((1, program.points.codes.shape[1]), dtype=np.int64))


def _blocks(program: Program, alive: NDArray[np.bool_]) -> list[Ints]:
    """Return the combinations that are left of each block, the fewest first."""
    left = np.add.reduceat(alive.astype(np.int64), program.starts)
    return sorted(np.split(np.flatnonzero(alive), np.cumsum(left)[:-1]), key=len)


def _plus(program: Program, partial: _Partial, row: Ints, column: Ints, tests: _Tests) -> _Partial:
    mine = program.points.take(column)
    return _Partial(partial.points.take(row).plus(mine.utilities, mine.codes), partial.lack[row] + tests.lack[column])


def _extended(program: Program, partial: _Partial, block: Ints, tests: _Tests, most: int) -> _Partial | None:
    pairs = _pairs(partial.lack, tests.lack[block], tests.slack, most)
    return None if pairs is None else _plus(program, partial, pairs[0], block[pairs[1]], tests)


def _pruned(partial: _Partial) -> _Partial:
    points = partial.points
    marked = Points(points.utilities, np.column_stack([points.codes, np.arange(len(points))]))
    kept = pruned(marked).codes[:, -1]
    return _Partial(points.take(kept), partial.lack[kept])


def _tests(program: Program, rows: Rows, multipliers: Floats, alive: NDArray[np.bool_] | None = None) -> _Tests:
    tests = _directions(multipliers)
    worth = program.points.utilities @ (rows.weights @ tests.T)
    need = tests @ rows.least
    left = worth if alive is None else np.where(alive[:, None], worth, -np.inf)
    best = np.maximum.reduceat(left, program.starts, axis=0)
    slack = best.sum(axis=0) - need + _NOISE * (1.0 + np.abs(best).sum(axis=0) + np.abs(need))
    return _Tests(np.repeat(best, program.sizes, axis=0) - worth, slack)


def _left(program: Program, rows: Rows, multipliers: Floats) -> tuple[NDArray[np.bool_], _Tests] | None:
    """Return which combinations pass all tests, and the tests."""
    alive = np.ones(len(program.points), dtype=bool)
    while True:
        tests = _tests(program, rows, multipliers, alive)
        still = alive & (tests.lack <= tests.slack).all(axis=1)
        if (tests.slack < 0).any() or not np.logical_or.reduceat(still, program.starts).all():
            return None
        if still.sum() == alive.sum():
            return still, tests
        alive = still


def _directions(multipliers: Floats) -> Floats:
    """Return the multipliers, each row by itself, and half and half of both."""
    units = np.eye(multipliers.shape[1])
    scale = np.maximum(multipliers.sum(axis=1), _NOISE)
    halves = (multipliers[:, None, :] + scale[:, None, None] * units[None]).reshape(-1, multipliers.shape[1])
    return np.concatenate([multipliers, halves, units])


def _pairs(lack: Floats, more: Floats, slack: Floats, most: int) -> tuple[Ints, Ints] | None:
    """Return the pairs of partial outcomes and combinations that pass all tests."""
    if len(lack) * len(more) > _PAIRS:
        return None
    nobody = np.empty(0, dtype=np.int64)
    rows, columns, total = [nobody], [nobody], 0
    step = max(1, _PIECE // len(more))
    for low in range(0, len(lack), step):
        row, column = _sound(lack[low : low + step], more, slack)
        rows.append(row + low)
        columns.append(column)
        total += len(row)
        if total > most:
            return None
    return np.concatenate(rows), np.concatenate(columns)


def _sound(lack: Floats, more: Floats, slack: Floats) -> tuple[Ints, Ints]:
    row, column = np.nonzero(lack[:, None, 0] + more[None, :, 0] <= slack[0])
    for test in range(1, len(slack)):
        kept = lack[row, test] + more[column, test] <= slack[test]
        row, column = row[kept], column[kept]
    return row.astype(np.int64), column.astype(np.int64)
