"""The margin at many reservation points at once, between two bounds, and exactly where a question needs it.

For weights lambda >= 0 with sum 1, margin(r) <= h(lambda) - lambda . r, where h(lambda) = max over outcomes of
lambda . U: one number h bounds the margin at every r. The best lambda at r are the prices of the linear program of
blocks there, and points near each other have the same ones, so a few such programs serve thousands of points: each is
solved where the bracket is widest. Their outcomes bound the margin from below, at every r again. What the bracket
leaves open is settled by the program of one point, and much around it too: margin(s) <= margin(r) + max_i (r_i - s_i).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.points import Points, joined, pruned
from sim.space.programs.best import best as solve
from sim.space.programs.best import candidates
from sim.space.programs.budgets import Budget
from sim.space.programs.limits import sound
from sim.space.programs.relaxations import relaxed_goal
from sim.space.programs.solutions import margin_goal
from sim.space.programs.supports import best_outcomes, support
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE, margins

__all__ = ["Bracket", "Decided", "bracket", "decide", "sharpened"]

_PROGRAMS = 24
_KEPT = 64
_MOST = 4_000


@dataclass(frozen=True, eq=False)
class Bracket:
    """The best margin at G reservation points, from below and from above.

    Attributes
    ----------
    low, high : ndarray, shape (G,)
        Both -inf where the constraints leave no outcome.
    points : Points
        Undominated outcomes that `low` is reached by.
    weights : ndarray, shape (m, C + B)
        Weightings, of constraints in columns of their own too, that `high` comes from.
    """

    low: Floats
    high: Floats
    points: Points
    weights: Floats

    @property
    def width(self) -> Floats:
        """How far the bounds are apart, (G,); 0 where it is known that there is no outcome."""
        known = self.high > -np.inf
        return np.subtract(self.high, self.low, where=known, out=np.zeros(len(known)))


@dataclass(frozen=True, eq=False)
class Decided:
    """Whether the margin reaches a level, at G reservation points.

    Attributes
    ----------
    reached : ndarray of bool, shape (G,)
    undecided : ndarray of bool, shape (G,)
        Not settled in time; `reached` is False there.
    bracket : Bracket
        As it stood at the end.
    programs : int
        How many points a program of their own was solved for.
    """

    reached: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    bracket: Bracket
    programs: int


def bracket(
    program: Program, reservation: Floats, *, programs: int = _PROGRAMS, budget: Budget | None = None
) -> Bracket:
    """Return bounds of the best margin at many reservation points.

    Parameters
    ----------
    program : Program
        Every column is a signer's.
    reservation : ndarray, shape (G, C)
    programs : int
        How many points the linear program is solved at.
    budget : Budget, optional

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> found = bracket(program(compile_space(Factors((table, table)))), np.array([[0.5, 0.5], [0.2, 0.4]]))
    >>> found.low.round(9).tolist(), found.high.round(9).tolist()
    ([0.0, 0.1], [0.0, 0.2])
    """
    if program.empty:
        nothing = np.full(len(reservation), -np.inf)
        return Bracket(nothing, nothing, sound(program, best_outcomes(program, reservation[:0])), reservation[:0])
    first = np.concatenate([np.full((1, program.width), 1 / program.width), np.eye(program.width)])
    found = sound(program, best_outcomes(program, first))
    state = _tightened(program, reservation, _start(program, reservation), first, found)
    return _priced(program, reservation, state, programs, budget or Budget())


def _start(program: Program, reservation: Floats) -> Bracket:
    low, high = np.full(len(reservation), -np.inf), np.full(len(reservation), np.inf)
    none = Points(reservation[:0], np.empty((0, 1), dtype=np.int64))
    return Bracket(low, high, none, np.empty((0, len(program.columns))))


def _tightened(program: Program, reservation: Floats, old: Bracket, weights: Floats, points: Points) -> Bracket:
    """Return the bracket after some more weightings and outcomes."""
    high, width = old.high, program.width
    weights = np.hstack([weights, np.zeros((len(weights), len(program.columns) - weights.shape[1]))])
    heights = support(program, weights) - weights[:, width:] @ program.space.least
    for weight, height in zip(weights, heights.tolist(), strict=True):
        high = np.minimum(high, height - reservation @ weight[:width])
    kept = pruned(points)
    low = np.maximum(old.low, margins(kept.utilities, reservation))
    pool = pruned(joined([old.points, kept])) if len(old.points) else kept
    # Rounding may put an outcome a hair above the bound that it attains.
    return Bracket(low, np.maximum(high, low), pool.take(slice(0, _MOST)), np.concatenate([old.weights, weights]))


def _priced(program: Program, reservation: Floats, state: Bracket, programs: int, budget: Budget) -> Bracket:
    asked = np.zeros(len(reservation), dtype=bool)
    for _ in range(programs):
        width = np.where(asked, 0.0, state.width)
        if not len(width) or width.max() <= TOLERANCE or budget.spent:
            break
        g = int(width.argmax())
        asked[g] = True
        goal = margin_goal(reservation[g])
        loose = relaxed_goal(program, goal, reservation[:1], budget)
        weights = (loose.rows.weights @ loose.multipliers)[None, :]
        found = _best_few(sound(program, candidates(program, loose)), reservation[g])
        state = _tightened(program, reservation, state, weights, found)
    return state


def _best_few(points: Points, reservation: Floats) -> Points:
    order = np.argsort(-(points.utilities - reservation).min(axis=1), kind="stable")
    return points.take(order[:_KEPT])


def decide(
    program: Program,
    reservation: Floats,
    *,
    level: float = -TOLERANCE,
    programs: int = _PROGRAMS,
    budget: Budget | None = None,
) -> Decided:
    """Say at which reservation points the margin reaches a level: by default, where a zone exists.

    Parameters
    ----------
    program : Program
        Every column is a signer's.
    reservation : ndarray, shape (G, C)
    level : float
    programs : int
        How many points the linear program is solved at before single points are looked at.
    budget : Budget, optional
    """
    budget = budget or Budget()
    state = bracket(program, reservation, programs=programs, budget=budget)
    count, tried = 0, np.zeros(len(reservation), dtype=bool)
    while not budget.spent:
        open_ = np.flatnonzero((state.low < level) & (state.high >= level) & ~tried)
        if not len(open_):
            break
        # The middle of what is open first: its prices settle most of its neighbours.
        g = int(open_[np.argsort((state.high + state.low)[open_])[len(open_) // 2]])
        tried[g] = True
        state = _settled(program, reservation, state, g, budget)
        count += 1
    reached = state.low >= level
    return Decided(reached, ~reached & (state.high >= level), state, count)


def sharpened(
    program: Program,
    reservation: Floats,
    state: Bracket,
    *,
    best: bool = False,
    most: int | None = None,
    budget: Budget | None = None,
) -> Bracket:
    """Close brackets by the programs of single points, the widest first.

    Parameters
    ----------
    program : Program
    reservation : ndarray, shape (G, C)
    state : Bracket
        At these points.
    best : bool
        Whether only the largest of all margins is asked for.
    most : int, optional
        How many programs may be solved; all that are needed unless told.
    budget : Budget, optional
    """
    budget = budget or Budget()
    tried = np.zeros(len(reservation), dtype=bool)
    while not budget.spent and (most is None or tried.sum() < most):
        open_ = ~tried & (state.width > TOLERANCE)
        if best:
            open_ &= state.high > state.low.max() + TOLERANCE
        if not open_.any():
            break
        g = int(np.where(open_, state.high if best else state.width, -np.inf).argmax())
        tried[g] = True
        state = _settled(program, reservation, state, g, budget)
    return state


def _settled(program: Program, reservation: Floats, state: Bracket, g: int, budget: Budget) -> Bracket:
    """Return the bracket after the program of one point, whose margin bounds those of all others."""
    goal = margin_goal(reservation[g])
    loose = relaxed_goal(program, goal, reservation[:1], budget)
    found = solve(program, goal, known=_best_few(state.points, reservation[g]), budget=budget)
    weights = (loose.rows.weights @ loose.multipliers)[None, :]
    state = _tightened(program, reservation, state, weights, found.points)
    # Where nobody asks for so much less, nobody can have so much more.
    high = np.minimum(state.high, found.bound + (reservation[g] - reservation).max(axis=1))
    return Bracket(state.low, np.maximum(high, state.low), state.points, state.weights)
