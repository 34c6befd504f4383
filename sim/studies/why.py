"""Why there is a zone, or none: who blocks, what would open it, what it rests on, and which classic reason applies."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, without_lines
from sim.space.folds import Frontier, union
from sim.space.share import COUNTABLE, share
from sim.space.trees import frontier, has_outcome
from sim.space.zone import TOLERANCE
from sim.studies.by_program import large, nash_by_program
from sim.studies.games.lasting import Durability
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import TakeOrLeave
from sim.studies.openings import (
    Change,
    Line,
    Relaxation,
    Sources,
    asked_lines,
    cheapest_relaxations,
    falls_needed,
    lifts_needed,
    margin_with_shared_odds,
    sources,
    threshold_levels,
)
from sim.studies.solve import Point, Solved, solution_utilities

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
    """

    parties: tuple[str, str]
    margin: float


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
    """

    line: Line
    utilities: Mapping[str, float]
    share: float | None


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
        What the margin with lotteries loses, per unit, as each signer's no deal gets better; sum 1. Who blocks, and how
        much: the multipliers of a linear program (`sim.space.programs.hull`).
    reasons : tuple of str
        Which classic reasons explain that there is no zone (red lines, optimism, no surplus) or, where there is one,
        that a deal in it may still fail (private information, commitment).
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
    reasons: tuple[str, ...] = ()


def why(game: Game, whole: Frontier, point: Point, solved: Solved, leverage: Mapping[str, Any]) -> Why:
    """Explain one leverage point."""
    changes = threshold_levels(game, whole, leverage)
    rests = sources(game, whole, leverage, point)
    if solved.exists:
        return Why(changes=changes, sources=rests, line_prices=_prices(game, whole, point, solved))
    if solved.exists is None:
        return Why(changes=changes, sources=rests)
    few = asked_lines(game)
    lifts = lifts_needed(game, point.reservation) if few else ()
    relaxations = cheapest_relaxations(game, point.reservation) if few else ()
    reasons = _reasons(game, leverage, rests)
    if not len(whole.points):
        owners = tuple(dict.fromkeys(party for party, _ in conflict(game)))
        return Why(owners, no_outcome=True, lifts=lifts, relaxations=relaxations, sources=rests, reasons=reasons)
    excess = whole.points.utilities - point.reservation
    nearest = int(excess.min(axis=1).argmax())
    short = excess[nearest] < -TOLERANCE
    return Why(
        blocking=tuple(name for name, is_short in zip(game.signers, short, strict=True) if is_short),
        collisions=_collisions(game, whole, point),
        closest=game.outcome(game.space.levels(whole.points.codes[nearest][None, :])[0]),
        lifts=lifts,
        relaxations=relaxations,
        falls=falls_needed(game, whole, point),
        changes=changes,
        sources=rests,
        reasons=reasons,
    )


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


def _reasons(game: Game, leverage: Mapping[str, Any], rests: Sources) -> tuple[str, ...]:
    cures = {"red lines": rests.without_red_lines, "optimism": rests.with_shared_odds}
    single = tuple(name for name, left in cures.items() if left is not None and left >= -TOLERANCE)
    if single:
        return single
    if game.lines:
        bare = without_lines(game, game.lines)
        both = margin_with_shared_odds(bare, frontier(bare.space), leverage)
        if both is not None and both >= -TOLERANCE:
            return ("red lines and optimism together",)
    return ("no surplus",)


def _collisions(game: Game, whole: Frontier, point: Point) -> tuple[Collision, ...]:
    excess = whole.points.utilities - point.reservation
    pairs = itertools.combinations(range(len(game.signers)), 2)
    margins = {(i, j): float(np.minimum(excess[:, i], excess[:, j]).max()) for i, j in pairs}
    return tuple(
        Collision((game.signers[i], game.signers[j]), short) for (i, j), short in margins.items() if short < -TOLERANCE
    )


def _prices(game: Game, whole: Frontier, point: Point, solved: Solved) -> tuple[Price, ...]:
    if not asked_lines(game):
        return ()
    now = solved.frontier.utilities[solved.choices["nash"].row]
    counted = game.space.outcomes <= COUNTABLE
    share_now = _share(game, point) if counted and game.lines else None
    prices = []
    for line in game.lines:
        lifted = without_lines(game, [line])
        then = _nash_without(lifted, (whole, point), solved)
        change = then - now
        more = None if share_now is None else _share(lifted, point) - share_now
        prices.append(Price(line, dict(zip(game.signers, change.tolist(), strict=True)), more))
    return tuple(prices)


def _nash_without(lifted: Game, at: tuple[Frontier, Point], solved: Solved) -> Floats:
    """Return what the Nash solution gives without a red line; everything possible with it still is."""
    whole, point = at
    row = solved.choices["nash"].row
    if large(whole):
        held = solved.frontier.take(slice(row, row + 1))
        found = nash_by_program(lifted.space, point, held)
        return np.asarray(held.utilities[0] if found is None else found)
    found = solution_utilities(union([whole, frontier(lifted.space, reservation=point.reservation)]), point, "nash")
    assert found is not None
    return found


def _share(game: Game, point: Point) -> float:
    return float(share(game.space, point.reservation[None, :]).share[0])
