"""Deals by lottery: the hull of all outcomes that cross no red line, cut at the reservation values.

A bound on what outcomes alone can give, not a proposal. The margin with lotteries and its prices are a linear program
of blocks, for any number of signers, and so are solutions of three signers and more. Two signers: every solution on the
hull that the frontier spans, Raiffa's and Perles and Maschler's among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.game.compiled import Game
from sim.space.folds import Frontier
from sim.space.points import Points
from sim.space.programs.goals import Terms
from sim.space.programs.hull import HullMargin, Mixture, hull_margin, hull_solutions, sole_prices
from sim.space.programs.unknowns import Program, program
from sim.space.zone import TOLERANCE, exists, margins
from sim.studies.solve import Point
from sim.theory.bargaining import hull
from sim.theory.bargaining.lotteries import Lottery, bargain, lottery
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["Mix", "Mixes", "Part", "mix_at", "mix_of", "mixes"]


@dataclass(frozen=True)
class Part:
    """One deal of a lottery, a level for every issue, and its chance."""

    chance: float
    outcome: Mapping[str, float | str]


@dataclass(frozen=True)
class Mix:
    """One solution with lotteries.

    Attributes
    ----------
    utilities : dict of str to float
        Expected utility of each signer.
    parts : tuple of Part
        The deals mixed, at most two for two signers; chances are positive with sum 1.
    """

    utilities: Mapping[str, float]
    parts: tuple[Part, ...]

    @property
    def sure(self) -> bool:
        """Whether it is a single deal."""
        return len(self.parts) == 1


@dataclass(frozen=True)
class Mixes:
    """What lotteries add.

    Attributes
    ----------
    exists : bool or None
        Whether a zone with lotteries exists; None where that was not decided.
    solutions : dict of str to Mix
    margin : float or None
        The best margin that a lottery reaches; None where red lines leave no outcome.
    prices : dict of str to float
        What the margin with lotteries loses, per unit, as a signer's no deal gets better: not negative, with sum 1.
    prices_sole : bool
        Whether no others are right.
    """

    exists: bool | None
    solutions: Mapping[str, Mix]
    margin: float | None = None
    prices: Mapping[str, float] | None = None
    prices_sole: bool = True


def mixes(game: Game, whole: Frontier, point: Point) -> Mixes:
    """Return the zone and the solutions with lotteries at one leverage point."""
    if not len(whole.points):
        return Mixes(False, {})
    if game.space.rows:
        # The program keeps to such a budget in the mean of a lottery alone.
        return Mixes(True if bool(exists(margins(whole.points.utilities, point.reservation[None, :]))[0]) else None, {})
    sought = program(game.space)
    found = hull_margin(sought, point.reservation)
    there, solutions = _two(game, whole, point) if len(game.signers) == 2 else (None, {})
    if there is None:
        there = _exists(found, whole, point)
    if len(game.signers) > 2 and there:
        solutions = _many(game, sought, point)
    if found.lottery is None:
        return Mixes(there, solutions)
    prices = dict(zip(game.signers, found.prices.tolist(), strict=True))
    return Mixes(there, solutions, found.value, prices, sole_prices(sought, point.reservation, found))


def _exists(found: HullMargin, whole: Frontier, point: Point) -> bool | None:
    if bool(exists(margins(whole.points.utilities, point.reservation[None, :]))[0]):
        return True
    return None if found.lottery is None else found.exists


def _two(game: Game, whole: Frontier, point: Point) -> tuple[bool | None, dict[str, Mix]]:
    outline = hull.upper_hull(whole.points.utilities)
    if hull.margin(outline.utilities, point.reservation) < -TOLERANCE:
        return False, {}
    return True, _solutions(game, whole.points, point)


def _many(game: Game, sought: Program, point: Point) -> dict[str, Mix]:
    found = hull_solutions(sought, Terms(point.reservation, point.disagreement, point.power))
    return {name: mix_of(game, each.lottery) for name, each in found.items()}


def _solutions(game: Game, points: Points, point: Point) -> dict[str, Mix]:
    outline = hull.upper_hull(points.utilities)
    found = {}
    for name, solution in SOLUTIONS.items():
        if solution.on_hull is None:
            continue
        result = bargain(
            outline,
            solution.on_hull,
            reservation=point.reservation,
            disagreement=point.disagreement,
            power=point.power,
        )
        if result is not None:
            found[name] = _mix(game, points, result.utilities, result.lottery)
    return found


def mix_at(game: Game, points: Points, outline: hull.Hull, utilities: Any) -> Mix:
    """Return the mix of two deals that gives a point of the hull of `points`."""
    return _mix(game, points, utilities, lottery(outline, utilities))


def mix_of(game: Game, found: Mixture) -> Mix:
    """Return a lottery over outcomes in names."""
    parts = zip(found.chances.tolist(), found.levels, strict=True)
    return Mix(
        dict(zip(game.signers, found.mean.tolist(), strict=True)),
        tuple(Part(chance, game.outcome(levels)) for chance, levels in parts),
    )


def _mix(game: Game, points: Points, utilities: Any, found: Lottery) -> Mix:
    first, second = (game.outcome(row) for row in game.space.levels(points.codes[[found.first, found.second]]))
    expected = dict(zip(game.signers, utilities.tolist(), strict=True))
    chance = float(found.probability)
    if chance == 1 or first == second:
        return Mix(expected, (Part(1.0, first),))
    return Mix(expected, (Part(chance, first), Part(1.0 - chance, second)))
