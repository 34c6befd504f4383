"""Why there is a zone, or none: who blocks, what would open it, what it rests on, and which classic reason applies."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, without_lines
from sim.space.folds import Frontier, union
from sim.space.points import Points, joined
from sim.space.programs.budgets import Budget
from sim.space.share import COUNTABLE, share
from sim.space.trees import frontier, has_outcome
from sim.space.zone import TOLERANCE
from sim.studies.by_program import (
    Attempt,
    allowance,
    best_margin,
    large,
    nash_tangents,
    solution_by_program,
    still_best,
)
from sim.studies.exactness import Between
from sim.studies.games.lasting import Durability
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import TakeOrLeave
from sim.studies.openings import (
    Line,
    Relaxation,
    Sources,
    asked_lines,
    cheapest_relaxations,
    falls_needed,
    lifts_needed,
    margin_with_shared_odds,
    sources,
)
from sim.studies.solve import Point, Solved, solution_utilities
from sim.studies.thresholds import Change, threshold_levels

__all__ = ["RISKY", "Collision", "Price", "Why", "conflict", "may_fail", "why"]

Floats = NDArray[np.float64]
RISKY = 0.005  # a risk of refusal below this is none worth speaking of


@dataclass(frozen=True)
class Collision:
    """Two parties that no outcome on the table satisfies together; the red lines of all signers hold.

    Attributes
    ----------
    parties : tuple of str
    margin : float
        The best that both could have above their reservation values; below 0.
    exact : bool
        False: they collide, but may miss each other by less.
    """

    parties: tuple[str, str]
    margin: float
    exact: bool = True


@dataclass(frozen=True)
class Price:
    """What lifting one red line would change, all else as it is: its shadow price.

    Attributes
    ----------
    line : tuple of str
        Party and red line.
    utilities : dict of str to float
        Change of each signer's utility at the Nash solution.
    share : float or None
        Change of the share of all outcomes in the zone; None where the space is too large to count.
    exact : bool
        Whether both Nash solutions are proven.
    """

    line: Line
    utilities: Mapping[str, float]
    share: float | None
    exact: bool = True


@dataclass(frozen=True)
class Why:
    """Reasons.

    Attributes
    ----------
    blocking : tuple of str
        Where there is no zone: the parties that fall short at the outcome that comes nearest to one.
    collisions : tuple of Collision
    closest : dict or None
        The outcome that comes nearest to a zone, level by issue.
    no_outcome : bool
        Whether the red lines alone leave no outcome.
    lifts : tuple of tuple of (party, line)
        All minimal sets of up to three red lines whose lifting opens the zone.
    relaxations : tuple of Relaxation
    falls : dict of str to float or None
        The fall in each party's reservation value that would open the zone by itself.
    changes : tuple of Change
        Leverage levels where the zone opens or closes.
    sources : Sources
    line_prices : tuple of Price
        Where there is a zone: what each red line costs whom.
    prices : dict of str to float, or None
        What the margin with lotteries loses as each signer's no deal gets better (`sim.space.programs.hull`); sum 1.
    prices_sole : bool
        Whether no other prices are right.
    reasons : tuple of str
        Which classic reasons explain that there is no zone (red lines, optimism, no surplus) or, where there is one,
        that a deal in it may still fail (private information, commitment).
    unsettled : tuple of str
        Which of these could not be settled in time: they may lack something (changes, lifts, relaxations, collisions,
        reasons), or a smaller fall may do (falls.PARTY).
    """

    blocking: tuple[str, ...] = ()
    collisions: tuple[Collision, ...] = ()
    closest: Mapping[str, float | str] | None = None
    no_outcome: bool = False
    lifts: tuple[tuple[Line, ...], ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    falls: Mapping[str, float | None] | None = None
    changes: tuple[Change, ...] = ()
    sources: Sources | None = None
    line_prices: tuple[Price, ...] = ()
    prices: Mapping[str, float] | None = None
    prices_sole: bool = True
    reasons: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def why(game: Game, whole: Frontier, point: Point, solved: Solved, leverage: Mapping[str, Any]) -> Why:
    """Explain one leverage point."""
    budget = allowance()
    changes, scanned = threshold_levels(game, whole, leverage, budget)
    now = Between(solved.margin, solved.margin + solved.resolution)
    rests = sources(game, whole, leverage, (point, now), budget)
    if solved.exists:
        prices = _prices(game, whole, point, solved)
        return Why(changes=changes, sources=rests, line_prices=prices, unsettled=_names({"changes": scanned}))
    if solved.exists is None:
        return Why(changes=changes, sources=rests, unsettled=_names({"changes": scanned}))
    few = asked_lines(game)
    lifts, all_lifts = lifts_needed(game, point.reservation, budget) if few else ((), True)
    relaxations, all_moves = cheapest_relaxations(game, point.reservation, budget) if few else ((), True)
    reasons, sure = _reasons(game, leverage, rests, budget)
    settled = {"changes": scanned, "lifts": all_lifts, "relaxations": all_moves, "reasons": sure}
    found = Why(lifts=lifts, relaxations=relaxations, sources=rests, reasons=reasons)
    if not len(whole.points):
        owners = tuple(dict.fromkeys(party for party, _ in conflict(game)))
        return replace(found, blocking=owners, no_outcome=True, unsettled=_names(settled))
    nearest = _nearest(whole, point, solved)
    short = nearest.utilities[0] - point.reservation < -TOLERANCE
    collisions, settled["collisions"] = _collisions(game, whole, point, budget)
    falls, open_falls = falls_needed(game, whole, point, budget)
    return replace(
        found,
        blocking=tuple(name for name, is_short in zip(game.signers, short, strict=True) if is_short),
        collisions=collisions,
        closest=game.outcome(game.space.levels(nearest.codes)[0]),
        falls=falls,
        changes=changes,
        unsettled=(*_names(settled), *(f"falls.{name}" for name in open_falls)),
    )


def _names(settled: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, sure in settled.items() if not sure)


def _nearest(whole: Frontier, point: Point, solved: Solved) -> Points:
    """Return the outcome that comes nearest to a zone."""
    points = whole.points if solved.nearest is None else joined([whole.points, solved.nearest])
    row = int((points.utilities - point.reservation).min(axis=1).argmax())
    return points.take(slice(row, row + 1))


def may_fail(offers: Iterable[TakeOrLeave | Absent], lasting: Durability | Absent) -> tuple[str, ...]:
    """Return the classic reasons why talks may fail although a zone exists (Fearon 1995).

    Private information: the best last offer that a side could make in doubt runs a risk of refusal. Commitment: no
    deal in the zone is worth keeping at every later date; where that cannot be told, a side would rather fight now than
    take any whose terms are settled anew in later talks.
    """
    risky = any(not isinstance(game, Absent) and (game.best is None or game.best.risk >= RISKY) for game in offers)
    broken = False
    if isinstance(lasting, Durability):
        fears = any(any(war.fair.values()) for war in lasting.preventive_war)
        broken = fears if lasting.zone_exists is None else not lasting.zone_exists
    found = {"private information": risky, "commitment": broken}
    return tuple(name for name, holds in found.items() if holds)


def conflict(game: Game) -> tuple[Line, ...]:
    """Return a minimal set of red lines that together leave no outcome."""
    kept: tuple[Line, ...] = ()
    rest = game.lines
    while rest and not _conflict(game, kept):
        # Of the lines left as many as can be are dropped from the front; the first that must stay is part of the set.
        low, high = 0, len(rest)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _conflict(game, (*kept, *rest[middle:])) else (low, middle)
        kept, rest = (*kept, rest[low]), rest[low + 1 :]
    return kept


def _conflict(game: Game, lines: Iterable[Line]) -> bool:
    """Say whether some red lines by themselves leave no outcome."""
    chosen = set(lines)
    return not has_outcome(without_lines(game, (line for line in game.lines if line not in chosen)).space)


def _reasons(game: Game, leverage: Mapping[str, Any], rests: Sources, budget: Budget) -> tuple[tuple[str, ...], bool]:
    """Return the classic reasons, and whether it is proven that there are no others."""
    cures = {"red lines": rests.without_red_lines, "optimism": rests.with_shared_odds}
    single = tuple(name for name, left in cures.items() if left is not None and left >= -TOLERANCE)
    sure = not set(rests.unproven) & {"without_red_lines", "with_shared_odds"}
    if single:
        return single, sure
    bare = without_lines(game, game.lines)
    if game.budgets and not has_outcome(bare.space):
        return ("budgets",), True
    if game.lines:
        both = margin_with_shared_odds(bare, frontier(bare.space), leverage, budget)
        answer = False if both is None else both.reaches(-TOLERANCE)
        if answer:
            return ("red lines and optimism together",), sure
        sure = sure and answer is not None
    return (("no surplus",) if sure else ()), sure


def _collisions(game: Game, whole: Frontier, point: Point, budget: Budget) -> tuple[tuple[Collision, ...], bool]:
    """Return the pairs that no outcome satisfies, and whether it is proven that there are no others."""
    signers = range(len(game.signers))
    found = {pair: _of_pair(game, whole, (point, pair), budget) for pair in itertools.combinations(signers, 2)}
    clash = {pair: best for pair, best in found.items() if best.reaches(-TOLERANCE) is False}
    settled = all(best.reaches(-TOLERANCE) is not None for best in found.values())
    names = game.signers
    return tuple(Collision((names[i], names[j]), b.low, b.exact) for (i, j), b in clash.items()), settled


def _of_pair(game: Game, whole: Frontier, at: tuple[Point, tuple[int, int]], budget: Budget) -> Between:
    point, pair = at
    if whole.resolution == 0 or len(game.signers) == 2:
        excess = (whole.points.utilities - point.reservation)[:, pair].min(axis=1).max()
        return Between(float(excess), float(excess) + (whole.resolution if len(game.signers) == 2 else 0.0))
    others = np.isin(np.arange(len(point.reservation)), pair)
    return best_margin(game.space, np.where(others, point.reservation, -np.inf), budget)


def _prices(game: Game, whole: Frontier, point: Point, solved: Solved) -> tuple[Price, ...]:
    if not asked_lines(game):
        return ()
    now, budget = solved.frontier.utilities[solved.choices["nash"].row], allowance()
    counted = game.space.outcomes <= COUNTABLE
    share_now = _share(game, point) if counted and game.lines else None
    without = _nash_without(game, (whole, point), solved, budget)
    prices = []
    for line in game.lines:
        lifted = without_lines(game, [line])
        then = without(lifted)
        change = (now if then.utilities is None else then.utilities) - now
        more = None if share_now is None else _share(lifted, point) - share_now
        sure = then.exact and solved.resolution == 0
        prices.append(Price(line, dict(zip(game.signers, change.tolist(), strict=True)), more, sure))
    return tuple(prices)


def _nash_without(game: Game, at: tuple[Frontier, Point], solved: Solved, budget: Budget) -> Callable[[Game], Attempt]:
    """Return what says what the Nash solution gives without a red line; everything possible with it still is."""
    whole, point = at
    row = solved.choices["nash"].row
    held = solved.frontier.take(slice(row, row + 1))
    tangents = nash_tangents(game.space, point, budget, known=held) if large(whole) and game.lines else None

    def without(lifted: Game) -> Attempt:
        if tangents is not None:
            if solved.resolution == 0 and still_best((game.space, lifted.space), point, tangents, budget, known=held):
                return Attempt(held.utilities[0], True)
            return solution_by_program(lifted.space, point, "nash", budget, known=held, tangents=tangents)
        more = frontier(lifted.space, reservation=point.reservation)
        found = solution_utilities(union([whole, more]), point, "nash")
        return Attempt(found, more.resolution == 0)

    return without


def _share(game: Game, point: Point) -> float:
    return float(share(game.space, point.reservation[None, :]).share[0])
