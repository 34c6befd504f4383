"""One best outcome of a compiled space, exactly: mixed-integer programs over its blocks.

max t over outcomes that meet some rows (see `goals`), in three steps, each needed only where the one before does not
settle the matter:

1. the linear program of blocks (`relaxations`) bounds t from above;
2. all outcomes that reach what is known are listed (`listing`): where the list fits, its best is *the* best, and
   all that tie with it are known;
3. a mixed-integer program (HiGHS through `scipy.optimize.milp`), without the combinations that can no longer matter.

The solver's tolerances are some 1e-6 in its own units, so its rows are scaled, the outcome it names is valued anew, and
its bound is reported beside that value: an answer is *exact* where the two differ by no more than 1e-9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.points import Points, joined, pruned
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Rows
from sim.space.programs.limits import limited, narrowed, widened
from sim.space.programs.listing import MOST, likely, promising, reaching
from sim.space.programs.milps import milp
from sim.space.programs.relaxations import Relaxed, relaxed_goal
from sim.space.programs.supports import best_outcomes, likeliest
from sim.space.programs.swaps import swapped
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE

__all__ = ["Best", "above", "best", "best_of", "candidates", "rounded"]

_STEPS = (1e-3, 4e-3, 1.6e-2, 6.4e-2)
_PARTS = (0.5, 0.7, 0.8, 0.9)
_ROUNDS = 50
_CLOSE = 1e-10
_HAIR = 1e-12
_FEW = 10_000


@dataclass(frozen=True, eq=False)
class Best:
    """The best outcomes for a goal.

    Attributes
    ----------
    points : Points
        The best outcome, and where `complete` all undominated ones that tie with it; none where no outcome meets the
        rows or none was found in time.
    value : float
        The objective reached; -inf without points.
    bound : float
        No outcome reaches more; -inf where it is proven that none meets the rows.
    complete : bool
        Whether all undominated outcomes that tie are among the points.
    """

    points: Points
    value: float
    bound: float
    complete: bool

    @property
    def exact(self) -> bool:
        """Whether value and bound agree."""
        return self.bound == self.value or self.bound - self.value <= TOLERANCE


def best(
    program: Program,
    goal: Goal,
    *,
    known: Points | None = None,
    enough: float | None = None,
    budget: Budget | None = None,
) -> Best:
    """Return the best outcomes for a goal.

    Parameters
    ----------
    program : Program
    goal : Goal
    known : Points, optional
        Outcomes of the program found before; those that meet the rows shorten the search.
    enough : float, optional
        Where only this is asked, whether the objective reaches a value: the search ends when that is settled.
    budget : Budget, optional
        When to stop: what is reached by then is returned with its bound.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> from sim.space.programs.goals import least_goal, no_less
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> margin = least_goal(np.zeros(2), np.ones(2), no_less(np.full(2, -np.inf)))
    >>> best(program(compile_space(Factors((table, table)))), margin).value
    0.5
    """
    none = Points(np.empty((0, program.width)), np.empty((0, program.points.codes.shape[1]), dtype=np.int64))
    held = widened(program, none if known is None else known)
    found = _best(program, limited(program, goal), held, (enough, budget or Budget()))
    if found.points.utilities.shape[1] == program.width:
        return found
    # What differs only in how it keeps to the constraints is one outcome to whoever asks.
    return replace(found, points=pruned(narrowed(program, found.points)))


def _best(program: Program, goal: Goal, known: Points, how: tuple[float | None, Budget]) -> Best:
    enough, budget = how
    if program.empty:
        return Best(known.take(slice(0)), -np.inf, -np.inf, True)
    held = _sound(goal, known)
    loose = relaxed_goal(program, goal, _starts(program, goal, held), budget, enough=enough)
    start = Best(best_of(goal, held), _value(goal, held), loose.bound, False)
    for propose in (rounded, _near_bound):
        if enough is not None and not start.value < enough <= start.bound:
            return start
        held = _improved(program, goal, _sound(goal, joined([start.points, propose(program, loose)])))
        start = Best(best_of(goal, held), _value(goal, held), loose.bound, False)
    if budget.spent or (enough is not None and start.value >= enough):
        return start
    few = loose if goal.straight else loose.binding  # fewer tests; the objective itself is asked at the end
    if enough is None:
        return _listed(program, goal, few, start) or _solved(program, goal, (loose, start), budget)
    return _reached(program, goal, (few, start), enough) or _solved(program, goal, (loose, start), budget, enough)


def _sound(goal: Goal, points: Points) -> Points:
    return points.take(np.flatnonzero(goal.hard.met(points.utilities)))


def _improved(program: Program, goal: Goal, held: Points) -> Points:
    top = best_of(goal, held)
    return joined([held, swapped(program, goal, top, _value(goal, top))]) if len(top) else held


def best_of(goal: Goal, points: Points) -> Points:
    """Return the best of some outcomes, none where there is none."""
    return points.take(goal.values(points.utilities).argsort()[::-1][:1]) if len(points) else points


def _value(goal: Goal, points: Points) -> float:
    return float(goal.values(points.utilities).max()) if len(points) else -np.inf


def _starts(program: Program, goal: Goal, held: Points) -> Floats:
    """Return points (k, C) at which tangents are laid first."""
    found = best_of(goal, held).utilities
    return found if len(found) else best_outcomes(program, np.ones((1, program.width))).utilities


def candidates(program: Program, loose: Relaxed) -> Points:
    """Return outcomes that may be good: best for the multipliers, likeliest of the lottery, near to its bound."""
    return joined([rounded(program, loose), _near_bound(program, loose)])


def rounded(program: Program, loose: Relaxed) -> Points:
    """Return the outcome best for the multipliers, and the likeliest of the lottery."""
    found = best_outcomes(program, (loose.rows.weights @ loose.multipliers)[None, :])
    return found if loose.chances is None else joined([found, likeliest(program, loose.chances)[1]])


def _near_bound(program: Program, loose: Relaxed) -> Points:
    if program.trees:
        return best_outcomes(program, np.empty((0, program.width)))
    return likely(program, loose.rows.at(loose.bound), loose.multipliers[None, :])


def _listed(program: Program, goal: Goal, loose: Relaxed, start: Best) -> Best | None:
    """List the outcomes no worse than what is known, else from the bound down until some are found.

    None where they are too many.
    """
    known = len(start.points) > 0
    for floor in _floors(goal, loose.bound, start.value) if known else [loose.bound - step for step in _STEPS]:
        found = above(program, goal, (loose.rows, loose.multipliers), floor)
        if found is None:
            return None
        values = goal.values(found.utilities)
        if len(found) and values.max() >= floor:
            return _tied(program, goal, loose, (found, values), floor)
    # Nothing at or above what is known: only rounding at the very floor can have hidden it.
    return replace(start, bound=start.value) if known else _none(program, goal, loose)


def above(program: Program, goal: Goal, used: tuple[Rows, Floats], floor: float, most: int = MOST) -> Points | None:
    """Return the undominated outcomes whose objective is at least a floor; None where they are too many.

    Parameters
    ----------
    program : Program
    goal : Goal
    used : (Rows, ndarray of shape (Q,))
        The goal's rows, or some, and multipliers of theirs.
    floor : float
    most : int
        Partial outcomes kept at once.
    """
    rows, multipliers = used
    edge = floor - _HAIR

    def keep(utilities: Floats) -> NDArray[np.bool_]:
        return np.asarray(goal.values(utilities) >= edge)

    return reaching(program, rows.at(floor), multipliers[None, :], keep=None if goal.straight else keep, most=most)


def _floors(goal: Goal, most: float, known: float) -> list[float]:
    """Return floors that end at what is known; for a curved goal, where that is often poor, from the bound down."""
    least = goal.below(known)
    return [*(most + part * (least - most) for part in (() if goal.straight else _PARTS)), least]


def _reached(program: Program, goal: Goal, known: tuple[Relaxed, Best], enough: float) -> Best | None:
    """List the outcomes that reach a value; None where they are too many."""
    loose, start = known
    found = above(program, goal, (loose.rows, loose.multipliers), enough, _FEW)
    if found is None:
        return None
    values = goal.values(found.utilities)
    if len(found) and values.max() >= enough:
        return Best(best_of(goal, found), float(values.max()), float(values.max()), False)
    return replace(start, bound=float(np.nextafter(enough, -np.inf)))


def _none(program: Program, goal: Goal, loose: Relaxed) -> Best | None:
    """List every undominated outcome that meets the hard rows."""
    found = reaching(program, loose.rows.at(-1e9), loose.multipliers[None, :])
    if found is None:
        return None
    value = _value(goal, found)
    return Best(best_of(goal, found), value, value, not len(found))


def _tied(program: Program, goal: Goal, loose: Relaxed, listed: tuple[Points, Floats], floor: float) -> Best:
    found, values = listed
    top = float(values.max())
    if goal.below(top) < floor:
        more = above(program, goal, (loose.rows, loose.multipliers), goal.below(top))
        if more is None:
            return Best(found.take(np.flatnonzero(values == top)), top, top, False)
        found, values = more, goal.values(more.utilities)
    return Best(found.take(np.flatnonzero(values >= goal.below(top))), top, top, True)


def _solved(
    program: Program, goal: Goal, known: tuple[Relaxed, Best], budget: Budget, enough: float | None = None
) -> Best:
    """Solve the mixed-integer program, with further tangents until value and bound agree or enough is settled."""
    loose, start = known
    rows, held, bound, search = loose.rows, start.points, loose.bound, enough is not None
    for _ in range(_ROUNDS):
        value = _value(goal, held)
        floor = value if enough is None else enough
        alive = _alive(program, rows, loose.multipliers, floor)
        found = milp(program, rows, alive, (floor, bound + TOLERANCE), budget, search=search)
        bound = max(value, min(bound, max(found.bound, float(np.nextafter(floor, -np.inf)))))
        if found.choice is None:
            break
        point = likeliest(program, found.choice)[1]
        held = best_of(goal, _sound(goal, joined([held, point])))
        value = _value(goal, held)
        if bound - value <= _CLOSE or budget.spent or (enough is not None and value >= enough):
            break
        if goal.straight and not search:
            break
        # What was found meets the rows but falls short of the goal: of a straight one by rounding alone.
        rows, search = rows.plus(goal.tangents(point.utilities)), search and not goal.straight
    answer = Best(held, _value(goal, held), bound, False)
    return answer if enough is not None else _with_ties(program, goal, (rows, loose.multipliers), answer)


def _padded(rows: Rows, multipliers: Floats) -> Floats:
    return np.append(multipliers, np.zeros(len(rows) - len(multipliers)))[None, :]


def _alive(program: Program, rows: Rows, multipliers: Floats, floor: float) -> NDArray[np.bool_]:
    """Say which unknowns (N,) an outcome that reaches the floor may choose."""
    every = np.ones(len(program.unknowns), dtype=bool)
    if program.trees or floor == -np.inf:
        return every
    found = promising(program, rows.at(floor - TOLERANCE), _padded(rows, multipliers))
    return every if found is None else found


def _with_ties(program: Program, goal: Goal, used: tuple[Rows, Floats], answer: Best) -> Best:
    """Return the answer with all that ties with it, where that can be listed."""
    rows, multipliers = used
    if not len(answer.points) or not answer.exact:
        return answer
    floor = goal.below(answer.value)
    found = above(program, goal, (rows, _padded(rows, multipliers)[0]), floor)
    if found is None or not len(found):
        return answer
    values = goal.values(found.utilities)
    top = max(answer.value, float(values.max()))
    return Best(found.take(np.flatnonzero(values >= floor)), top, top, True)
