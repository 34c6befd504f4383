"""What opens the zone: red lines lifted or moved, reservation values that fall; and what the zone rests on."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, with_line, without_lines
from sim.game.terms import terms
from sim.model.parties import RedLine
from sim.space.folds import Frontier
from sim.space.programs.budgets import Budget
from sim.space.trees import frontier
from sim.space.zone import TOLERANCE, acceptable, margins
from sim.studies.by_program import best_margin, best_of_one
from sim.studies.exactness import Between
from sim.studies.lottery_theorem import at_war, cost_path, zone_by_theorem
from sim.studies.solve import Point

__all__ = [
    "MOST_ASKED",
    "Relaxation",
    "Sources",
    "asked_lines",
    "cheapest_relaxations",
    "falls_needed",
    "lifts_needed",
    "margin_with_shared_odds",
    "most_of_one",
    "own_margin",
    "sources",
    "zone_by_theorem",
]

Floats = NDArray[np.float64]
Line = tuple[str, str]
MOST_LINES = 3
MOST_ASKED = 40


@dataclass(frozen=True)
class Relaxation:
    """The least move of one bound of one red line that opens the zone by itself.

    Attributes
    ----------
    line : tuple of str
        Party and red line.
    bound : str
        ``min`` or ``max``.
    old, new : float
        In the issue's unit; `new` is a level of the issue.
    exact : bool
        Whether it is proven that no smaller move does.
    """

    line: Line
    bound: str
    old: float
    new: float
    exact: bool = True


@dataclass(frozen=True)
class Sources:
    """What the zone rests on: the margin with one thing taken away, None where that changes nothing.

    Attributes
    ----------
    without_war_costs, with_shared_odds, without_red_lines : float or None
    by_theorem : bool
        Whether a zone with lotteries must exist: shared odds and rates, costs not negative, war points among the
        outcomes, no red lines.
    unproven : tuple of str
        Which of the margins may be higher than what was found in time.
    """

    without_war_costs: float | None
    with_shared_odds: float | None
    without_red_lines: float | None
    by_theorem: bool
    unproven: tuple[str, ...] = ()


def _margin(game: Game, reservation: Floats, least: float, budget: Budget) -> Between:
    """Return the margin of a game, which is known to be at least so much."""
    if len(game.signers) == 2:  # folds of three parties and more may have to be thinned
        near = frontier(game.space, reservation=reservation + least)
        if near.resolution == 0:
            return _exactly(float(margins(near.points.utilities, reservation[None, :])[0]))
    return best_margin(game.space, reservation, budget)


def _exactly(value: float) -> Between:
    return Between(value, value)


def own_margin(game: Game, whole: Frontier, reservation: Floats, budget: Budget) -> Between:
    """Return the margin of a game whose frontier is at hand."""
    if whole.resolution == 0:
        return _exactly(float(margins(whole.points.utilities, reservation[None, :])[0]))
    return best_margin(game.space, reservation, budget, known=whole.points)


def _opens(game: Game, reservation: Floats, budget: Budget) -> bool | None:
    return _margin(game, reservation, 0.0, budget).reaches(-TOLERANCE)


def asked_lines(game: Game) -> bool:
    """Say whether the red lines are few enough to be lifted and moved one by one and in sets."""
    return len(game.lines) <= MOST_ASKED


def lifts_needed(game: Game, reservation: Floats, budget: Budget) -> tuple[tuple[tuple[Line, ...], ...], bool]:
    """Return all minimal sets of up to three red lines whose lifting opens the zone, smallest first.

    Lifting more never closes it. So a line without which lifting all others is not enough belongs to every set. Last
    comes whether that is proven: else smaller or further sets may open it.
    """
    asked: list[bool | None] = []

    def opens(lines: tuple[Line, ...]) -> bool | None:
        asked.append(_opens(without_lines(game, lines), reservation, budget))
        return asked[-1]

    if not opens(game.lines):
        return (), None not in asked
    without = {line: tuple(other for other in game.lines if other != line) for line in game.lines}
    needed = tuple(line for line, others in without.items() if opens(others) is False)
    rest = tuple(line for line in game.lines if line not in needed)
    found: list[tuple[Line, ...]] = []
    for size in range(MOST_LINES - len(needed) + 1):
        for more in itertools.combinations(rest, size):
            lines = tuple(line for line in game.lines if line in needed or line in more)
            if not any(set(old) <= set(lines) for old in found) and opens(lines):
                found.append(lines)
    return tuple(found), None not in asked


def cheapest_relaxations(game: Game, reservation: Floats, budget: Budget) -> tuple[tuple[Relaxation, ...], bool]:
    """Return, for each bound of each numeric red line, the least move that opens the zone, where one does.

    Last comes whether it is proven that the others do not.
    """
    found = [
        _relaxation(game, reservation, (line, bound), budget)
        for line in game.lines
        for bound in ("min", "max")
        if getattr(_red_line(game, line), bound) is not None
    ]
    return tuple(move for move in found if isinstance(move, Relaxation)), None not in found


def _red_line(game: Game, line: Line) -> RedLine:
    return game.scenario.spec.parties[line[0]].red_lines[line[1]]


def _moved(line: RedLine, bound: str, level: float) -> RedLine:
    return dataclasses.replace(line, min=level) if bound == "min" else dataclasses.replace(line, max=level)


def _relaxation(game: Game, reservation: Floats, at: tuple[Line, str], budget: Budget) -> Relaxation | bool | None:
    """Return the least move of a bound that opens the zone; False where none does, None where that is not known."""
    line, bound = at
    red_line = _red_line(game, line)
    old = float(getattr(red_line, bound))
    levels = [float(x) for x in game.levels[game.issues.index(red_line.issue)]]
    steps = [x for x in reversed(levels) if x < old] if bound == "min" else [x for x in levels if x > old]

    def opens(level: float) -> bool | None:
        return _opens(with_line(game, line, _moved(red_line, bound, level)), reservation, budget)

    if not steps:
        return False
    if not (whole := opens(steps[-1])):
        return whole
    low, high, exact = -1, len(steps) - 1, True
    while high - low > 1:
        middle = (low + high) // 2
        answer = opens(steps[middle])
        exact = exact and answer is not None
        low, high = (low, middle) if answer else (middle, high)
    return Relaxation(line, bound, old, steps[high], exact)


def falls_needed(
    game: Game, whole: Frontier, point: Point, budget: Budget
) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """Return each party's least fall in its reservation value that opens the zone by itself, None where none does.

    Last come the parties for which a smaller one, or one at all, may do.
    """
    r = point.reservation
    free = [np.where(np.arange(len(r)) == i, -np.inf, r) for i in range(len(r))]
    most = {name: most_of_one(game, whole, (free[i], i), budget) for i, name in enumerate(game.signers)}
    falls = {
        name: max(0.0, float(r) - best.low) if np.isfinite(best.low) else None
        for (name, best), r in zip(most.items(), point.reservation, strict=True)
    }
    return falls, tuple(name for name, best in most.items() if not best.exact)


def most_of_one(game: Game, whole: Frontier, at: tuple[Floats, int], budget: Budget) -> Between:
    """Return the most that a signer can have in outcomes that give the signers so much (P,), -inf: anything."""
    (least, i), u = at, whole.points.utilities
    if whole.resolution == 0:
        return _exactly(float(u[acceptable(u, least), i].max(initial=-np.inf)))
    return best_of_one(game.space, least, i, budget)


def sources(
    game: Game, whole: Frontier, leverage: Mapping[str, Any], at: tuple[Point, Between], budget: Budget
) -> Sources:
    """Return what the zone rests on; `at` is the leverage point and the margin there."""
    point, now = at
    bare = _margin(without_lines(game, game.lines), point.reservation, now.low, budget) if game.lines else None
    no_costs = {cost_path(party): 0.0 for party, _ in at_war(game)}
    found = {
        "without_war_costs": _margin_with(game, whole, (leverage, no_costs), budget),
        "with_shared_odds": margin_with_shared_odds(game, whole, leverage, budget),
        "without_red_lines": bare,
    }
    known = {name: None if each is None or not np.isfinite(each.low) else each.low for name, each in found.items()}
    unproven = tuple(name for name, each in found.items() if each is not None and not each.exact)
    return Sources(**known, by_theorem=zone_by_theorem(game, leverage), unproven=unproven)


def margin_with_shared_odds(game: Game, whole: Frontier, leverage: Mapping[str, Any], budget: Budget) -> Between | None:
    """Return the margin if no signer were more optimistic than the shared odds; None where none is."""
    final: dict[tuple[str, ...], float] = {
        ("parties", party, "no_deal", "war", "optimism", outcome): 1.0
        for party, record in at_war(game)
        for outcome in record.no_deal.war.optimism
    }
    return _margin_with(game, whole, (leverage, final), budget)


def _margin_with(
    game: Game, whole: Frontier, at: tuple[Mapping[str, Any], Mapping[tuple[str, ...], float]], budget: Budget
) -> Between | None:
    leverage, final = at
    if not final:
        return None
    found = terms(game, leverage, final=final).reservation[0, game.columns]
    return own_margin(game, whole, found, budget)
