"""What opens or closes the zone: red lines, reservation values, leverage; and what the zone rests on."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, with_line, without_lines
from sim.game.terms import terms
from sim.model.parties import RedLine
from sim.space.folds import Frontier
from sim.space.trees import frontier
from sim.space.zone import TOLERANCE, exists, margins
from sim.studies.by_program import best_margin
from sim.studies.lottery_theorem import at_war, cost_path, zone_by_theorem
from sim.studies.solve import Point

__all__ = [
    "MOST_ASKED",
    "Change",
    "Relaxation",
    "Sources",
    "asked_lines",
    "cheapest_relaxations",
    "falls_needed",
    "lifts_needed",
    "margin_with_shared_odds",
    "sources",
    "threshold_levels",
    "zone_by_theorem",
]

Floats = NDArray[np.float64]
Line = tuple[str, str]
SCAN = 1001
PRECISION = 1e-6
MOST_LINES = 3
MOST_ASKED = 40


@dataclass(frozen=True)
class Change:
    """A leverage level at which the zone opens or closes as the level rises.

    Attributes
    ----------
    variable : str
    level : float
        To 1e-6 of the variable's range.
    opens : bool
        Whether the zone exists above the level rather than below.
    """

    variable: str
    level: float
    opens: bool


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
    """

    line: Line
    bound: str
    old: float
    new: float


@dataclass(frozen=True)
class Sources:
    """What the zone rests on: the margin with one thing taken away, None where that changes nothing.

    Attributes
    ----------
    without_war_costs, with_shared_odds, without_red_lines : float or None
    by_theorem : bool
        Whether a zone with lotteries must exist: shared odds and rates, costs not negative, war points among the
        outcomes, no red lines.
    """

    without_war_costs: float | None
    with_shared_odds: float | None
    without_red_lines: float | None
    by_theorem: bool


def _margin(game: Game, reservation: Floats, least: float) -> float:
    """Return the margin of a game, which is known to be at least so much."""
    if len(game.signers) > 2:
        # Folds of three parties and more may have to be thinned: a program is exact.
        return best_margin(game.space, reservation)[0]
    near = frontier(game.space, reservation=reservation + least)
    return float(margins(near.points.utilities, reservation[None, :])[0])


def _opens(game: Game, reservation: Floats) -> bool:
    return bool(_margin(game, reservation, 0.0) >= -TOLERANCE)


def asked_lines(game: Game) -> bool:
    """Say whether the red lines are few enough to be lifted and moved one by one and in sets."""
    return len(game.lines) <= MOST_ASKED


def lifts_needed(game: Game, reservation: Floats) -> tuple[tuple[Line, ...], ...]:
    """Return all minimal sets of up to three red lines whose lifting opens the zone, smallest first.

    Lifting more never closes it. So a line without which lifting all others is not enough belongs to every set.
    """

    def opens(lines: tuple[Line, ...]) -> bool:
        return _opens(without_lines(game, lines), reservation)

    if not opens(game.lines):
        return ()
    needed = tuple(line for line in game.lines if not opens(tuple(other for other in game.lines if other != line)))
    rest = tuple(line for line in game.lines if line not in needed)
    found: list[tuple[Line, ...]] = []
    for size in range(MOST_LINES - len(needed) + 1):
        for more in itertools.combinations(rest, size):
            lines = tuple(line for line in game.lines if line in needed or line in more)
            if not any(set(old) <= set(lines) for old in found) and opens(lines):
                found.append(lines)
    return tuple(found)


def cheapest_relaxations(game: Game, reservation: Floats) -> tuple[Relaxation, ...]:
    """Return, for each bound of each numeric red line, the least move that opens the zone, where one does."""
    found = (
        _relaxation(game, reservation, line, bound)
        for line in game.lines
        for bound in ("min", "max")
        if getattr(_red_line(game, line), bound) is not None
    )
    return tuple(relaxation for relaxation in found if relaxation is not None)


def _red_line(game: Game, line: Line) -> RedLine:
    return game.scenario.spec.parties[line[0]].red_lines[line[1]]


def _moved(line: RedLine, bound: str, level: float) -> RedLine:
    return dataclasses.replace(line, min=level) if bound == "min" else dataclasses.replace(line, max=level)


def _relaxation(game: Game, reservation: Floats, line: Line, bound: str) -> Relaxation | None:
    red_line = _red_line(game, line)
    old = float(getattr(red_line, bound))
    levels = [float(x) for x in game.levels[game.issues.index(red_line.issue)]]
    steps = [x for x in reversed(levels) if x < old] if bound == "min" else [x for x in levels if x > old]

    def opens(level: float) -> bool:
        return _opens(with_line(game, line, _moved(red_line, bound, level)), reservation)

    if not steps or not opens(steps[-1]):
        return None
    low, high = -1, len(steps) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if opens(steps[middle]) else (middle, high)
    return Relaxation(line, bound, old, steps[high])


def falls_needed(game: Game, whole: Frontier, point: Point) -> dict[str, float | None]:
    """Return each party's least fall in its reservation value that opens the zone by itself, None where none does."""
    u, r = whole.points.utilities, point.reservation
    result: dict[str, float | None] = {}
    for i, name in enumerate(game.signers):
        others = np.delete(u - r, i, axis=1)
        suits_others = (others >= -TOLERANCE).all(axis=1)
        result[name] = max(0.0, float(r[i] - u[suits_others, i].max())) if suits_others.any() else None
    return result


def threshold_levels(game: Game, whole: Frontier, leverage: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every leverage level where the zone opens or closes, one variable moved at a time.

    Each variable's range is scanned at 1,001 levels and every change bisected; a narrower window can be missed.
    """
    return tuple(change for name in leverage for change in _changes(game, whole, leverage, name))


def _changes(game: Game, whole: Frontier, leverage: Mapping[str, Any], name: str) -> Iterator[Change]:
    low, high = game.scenario.spec.leverage[name].range
    levels = np.linspace(low, high, SCAN)

    def at(some: Floats) -> Floats:
        reservation = terms(game, {**leverage, name: some}).reservation[:, game.columns]
        legal = np.isfinite(reservation).all(axis=1)
        return np.where(legal, margins(whole.points.utilities, np.nan_to_num(reservation)), np.nan)

    found = at(levels)
    open_, legal = exists(found), ~np.isnan(found)
    # Where a number becomes illegal there is no answer, which is not a zone that closes.
    turns = np.flatnonzero((open_[1:] != open_[:-1]) & legal[1:] & legal[:-1])
    if not len(turns):
        return
    below, above = levels[turns], levels[turns + 1]
    opens = open_[turns + 1]
    while (above - below).max() > PRECISION * (high - low) / 2:
        middle = (below + above) / 2
        upper = exists(at(middle)) == opens
        below, above = np.where(upper, below, middle), np.where(upper, middle, above)
    for level, opening in zip(((below + above) / 2).tolist(), opens.tolist(), strict=True):
        yield Change(name, level, opening)


def sources(game: Game, whole: Frontier, leverage: Mapping[str, Any], point: Point) -> Sources:
    """Return what the zone rests on."""
    now = float(margins(whole.points.utilities, point.reservation[None, :])[0])
    without = _margin(without_lines(game, game.lines), point.reservation, now) if game.lines else None
    no_costs = {cost_path(party): 0.0 for party, _ in at_war(game)}
    return Sources(
        without_war_costs=_margin_with(game, whole, leverage, no_costs),
        with_shared_odds=margin_with_shared_odds(game, whole, leverage),
        without_red_lines=without,
        by_theorem=zone_by_theorem(game, leverage),
    )


def margin_with_shared_odds(game: Game, whole: Frontier, leverage: Mapping[str, Any]) -> float | None:
    """Return the margin if no signer were more optimistic than the shared odds; None where none is."""
    final: dict[tuple[str, ...], float] = {
        ("parties", party, "no_deal", "war", "optimism", outcome): 1.0
        for party, record in at_war(game)
        for outcome in record.no_deal.war.optimism
    }
    return _margin_with(game, whole, leverage, final)


def _margin_with(
    game: Game, whole: Frontier, leverage: Mapping[str, Any], final: Mapping[tuple[str, ...], float]
) -> float | None:
    if not final:
        return None
    found = terms(game, leverage, final=final)
    value = float(margins(whole.points.utilities, found.reservation[:, game.columns])[0])
    return value if np.isfinite(value) else None
