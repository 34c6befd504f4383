"""A study: one leverage point of a scenario, everything about it, in names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.evidence import Provenance, provenance
from sim.game import Game, compile
from sim.games.coalitions import Coalitions, coalitions
from sim.games.demand import Demand, demands
from sim.games.lasting import Durability, durability
from sim.games.moves import LeverageGame, leverage_game
from sim.games.offers import Offers, alternating_offers
from sim.games.setting import Absent, Setting, named, signers_terms
from sim.games.ultimatum import TakeOrLeave, take_it_or_leave_it
from sim.mixing import Mixes, mixes
from sim.model.scenario import Scenario, lift, load, with_values
from sim.solve import Choice, Point, Solved, levels_within, solve
from sim.space.codes import Ints
from sim.space.maps import pair_maps
from sim.space.points import Points
from sim.space.share import DRAWS, Share, share
from sim.space.trees import Folded, fold_space
from sim.terms import Terms, leverage_levels, terms
from sim.theory.solutions import SOLUTIONS
from sim.trades import Judgement, TradeRate, judge, trade_rates
from sim.why import Why, why

__all__ = ["Deal", "LevelRange", "Study", "Zone", "judged", "maps", "study"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LevelRange:
    """Some levels of an issue.

    Attributes
    ----------
    levels : tuple
        In the issue's order; numbers or names.
    """

    levels: tuple[Any, ...]

    @property
    def numeric(self) -> bool:
        """Whether the levels are numbers."""
        return bool(self.levels) and not isinstance(self.levels[0], str)

    @property
    def min(self) -> float:
        """The lowest level of a numeric issue."""
        return float(min(self.levels))

    @property
    def max(self) -> float:
        """The highest level of a numeric issue."""
        return float(max(self.levels))


@dataclass(frozen=True, eq=False)
class Zone:
    """The zone of possible agreement at one leverage point.

    Attributes
    ----------
    exists : bool or None
        None where the frontier's resolution leaves it undecided.
    gap : float or None
        max over outcomes of the least (U - r); None where the red lines leave no outcome.
    surplus : dict of str to float
        Ideal less reservation value, by party; empty where there is no zone.
    share : Share
        Fraction of all outcomes in the zone, with its interval and method.
    issues : dict of str to LevelRange
        Levels that occur in some agreement.
    """

    exists: bool | None
    gap: float | None
    surplus: Mapping[str, float]
    share: Share
    issues: Mapping[str, LevelRange]


@dataclass(frozen=True, eq=False)
class Deal:
    """What one solution proposes.

    Attributes
    ----------
    outcome : dict
        A level for every issue.
    utilities, gains : dict of str to float
        Of every party, those whose consent is not needed included; gains are over the disagreement point.
    within : dict of str to LevelRange
        Levels of each issue that some deal within 99 % of the best has.
    profile : dict of str to ndarray, shape (levels,)
        The best objective of any deal with each level; nan where there is none.
    ties : int
        How many frontier points share the best objective.
    """

    outcome: Mapping[str, float | str]
    utilities: Mapping[str, float]
    gains: Mapping[str, float]
    within: Mapping[str, LevelRange]
    profile: Mapping[str, Floats]
    ties: int


@dataclass(frozen=True, eq=False)
class Games:
    """The games of the scenario; `Absent` says why one is missing.

    Attributes
    ----------
    offers : Offers or Absent
    demand : Demand or Absent
    leverage : LeverageGame or Absent
    ultimatum : tuple of TakeOrLeave or Absent
        One for each private number.
    """

    offers: Offers | Absent
    demand: Demand | Absent
    leverage: LeverageGame | Absent
    ultimatum: tuple[TakeOrLeave | Absent, ...]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything about one leverage point.

    Attributes
    ----------
    game : Game
    leverage : dict of str to float
    reservation, disagreement : dict of str to float
        By party, all of them.
    zone : Zone
    frontier : Points
        The part of the Pareto frontier in the zone; columns are `game.signers`.
    resolution : float
        0 where the frontier is exact.
    solutions : dict of str to Deal
        Empty where there is no zone.
    why : Why
    mixes : Mixes
        What lotteries over deals add.
    trade_rates : tuple of TradeRate
        At the Nash bargaining solution; empty where there is no zone.
    games : Games
        Equilibria of the scenario's games.
    durability : Durability or Absent
    coalitions : Coalitions or Absent
    provenance : Provenance
    folded : Folded
        The compiled space, for further questions.
    point : Point
        The signers' terms.
    notes : dict of str to str
        Reasons for what is missing or uncertain, by path in the result.
    """

    game: Game
    leverage: Mapping[str, float]
    reservation: Mapping[str, float]
    disagreement: Mapping[str, float]
    zone: Zone
    frontier: Points
    resolution: float
    solutions: Mapping[str, Deal]
    why: Why
    mixes: Mixes
    trade_rates: tuple[TradeRate, ...]
    games: Games
    durability: Durability | Absent
    coalitions: Coalitions | Absent
    provenance: Provenance
    folded: Folded
    point: Point
    notes: Mapping[str, str] = field(default_factory=dict)


def study(
    scenario: Scenario | str,
    leverage: Mapping[str, float] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    samples: int = DRAWS,
) -> Study:
    """Analyse a scenario at one leverage point.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    leverage : mapping, optional
        Levels by variable; the others stay at their defaults.
    set : mapping, optional
        Values by path that replace the file's.
    lift_lines : iterable of str
        Red lines to leave out, as PARTY.LINE.
    samples : int
        Draws for the share where the space is too large to count.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed, or a block of linked issues is too large.
    """
    if samples < 1:
        raise RequestError(f"samples: {samples} (expected at least 1)")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    scenario = lift(with_values(scenario, set or {}), lift_lines)
    game = compile(scenario)
    levels = leverage_levels(game, leverage)
    found = terms(game, levels)
    if found.illegal:
        raise RequestError("\n".join(found.illegal))
    return _analyse(game, levels, found, samples)


def _analyse(game: Game, levels: Mapping[str, float], found: Terms, samples: int) -> Study:
    folded = fold_space(game.space)
    point = signers_terms(game, found)
    solved = solve(folded, point)
    shares = share(game.space, point.reservation[None, :], draws=samples)
    setting = Setting(game, folded, levels, found, point)
    rows = {name: _levels_of(game, solved, choice) for name, choice in solved.choices.items()}
    return Study(
        game=game,
        leverage=levels,
        reservation=named(game.parties, found.reservation[0]),
        disagreement=named(game.parties, found.disagreement[0]),
        zone=_zone(game, solved, point, shares),
        frontier=solved.frontier,
        resolution=folded.frontier.resolution,
        solutions={name: _deal(game, rows[name], choice, found) for name, choice in solved.choices.items()},
        why=why(game, folded.frontier, point, solved, levels),
        mixes=mixes(game, folded.frontier, point),
        trade_rates=trade_rates(game, rows["nash"]) if solved.exists else (),
        games=_games(setting),
        durability=durability(setting, rows),
        coalitions=coalitions(setting, rows),
        folded=folded,
        point=point,
        provenance=provenance(game.scenario),
        notes=_notes(solved, folded, game),
    )


def _games(setting: Setting) -> Games:
    return Games(
        offers=alternating_offers(setting),
        demand=demands(setting),
        leverage=leverage_game(setting),
        ultimatum=take_it_or_leave_it(setting),
    )


def _levels_of(game: Game, solved: Solved, choice: Choice) -> Ints:
    return np.asarray(game.space.levels(solved.frontier.codes[choice.row][None, :])[0])


def _zone(game: Game, solved: Solved, point: Point, shares: Share) -> Zone:
    surplus = (
        {} if not solved.exists else dict(zip(game.signers, (solved.ideal - point.reservation).tolist(), strict=True))
    )
    ranges = {name: _range(game, k, solved.levels[k]) for k, name in enumerate(game.issues)} if solved.exists else {}
    gap = None if solved.gap == -np.inf else solved.gap
    return Zone(solved.exists, gap, surplus, shares, ranges)


def judged(study: Study, outcome: Mapping[str, Any]) -> Judgement:
    """Judge a proposed deal, a level for every issue, at the study's leverage point.

    Raises
    ------
    RequestError
        An issue is unknown or missing, or a level is not one of its levels.
    """
    return judge(study.game, study.folded.frontier, study.point, outcome)


def maps(study: Study) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return, for every pair of issues, which combinations of levels occur in some agreement."""
    names = study.game.issues
    found = pair_maps(study.folded, study.point.reservation[None, :])
    return {(names[k], names[m]): grid[0] for (k, m), grid in found.items()}


def _range(game: Game, issue: int, mask: NDArray[np.bool_]) -> LevelRange:
    return LevelRange(tuple(level for level, inside in zip(game.levels[issue], mask, strict=True) if inside))


def _deal(game: Game, levels: Ints, choice: Choice, found: Terms) -> Deal:
    utilities = game.factors.utilities(levels[None, :])[0]
    gains = utilities - found.disagreement[0]
    return Deal(
        outcome=game.outcome(levels),
        utilities=dict(zip(game.parties, utilities.tolist(), strict=True)),
        gains=dict(zip(game.parties, gains.tolist(), strict=True)),
        within={name: _range(game, k, levels_within(choice, k)) for k, name in enumerate(game.issues)},
        profile=dict(zip(game.issues, choice.profile, strict=True)),
        ties=choice.ties,
    )


def _notes(solved: Solved, folded: Folded, game: Game) -> dict[str, str]:
    notes = {f"scenario.{path}": text for path, text in game.scenario.notes.items()}
    if not len(folded.frontier.points):
        notes["zone.gap"] = "the red lines together leave no outcome"
    if solved.exists is None:
        notes["zone.exists"] = (
            f"undecided: the gap is {solved.gap:.2g} and the frontier is known to {folded.frontier.resolution:.2g} only"
        )
    loss = max((rest.resolution for rest in folded.rest), default=0.0)
    if loss > 0:
        notes["zone.issues"] = f"found on frontiers known to {loss:.2g}: further levels may just be possible"
    if not solved.exists:
        notes["solutions"] = "no zone of possible agreement was found, so there is no deal to propose"
    elif any(SOLUTIONS[name].compares_parties for name in solved.choices):
        names = ", ".join(name for name in solved.choices if SOLUTIONS[name].compares_parties)
        notes["solutions"] = f"{names} compare utilities across parties, as does the size of the gap"
    return notes
