"""What a study holds, in names: the zone, deals, games and reasons at one leverage point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, shown
from sim.evidence.provenance import Provenance
from sim.game.compiled import Game
from sim.model.changes import Changes, changes
from sim.space.points import Points
from sim.space.share import Share
from sim.space.trees import Folded
from sim.studies.by_program import large
from sim.studies.games.coalitions import Coalitions
from sim.studies.games.demand import Demand
from sim.studies.games.fixed_costs import FixedCosts
from sim.studies.games.lasting import Durability
from sim.studies.games.moves import LeverageGame
from sim.studies.games.offers import Offers
from sim.studies.games.random_proposer import RandomProposer
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import TakeOrLeave
from sim.studies.lotteries import Mixes
from sim.studies.ratification import Ratification
from sim.studies.solve import Point
from sim.studies.trades import TradeRate
from sim.studies.why import Why

__all__ = ["VIEWS", "Deal", "Games", "LevelRange", "Study", "Zone", "study_in"]

Floats = NDArray[np.float64]
# How a study is shown; the package's front enters them, since pages, texts and tables are made from studies.
VIEWS: dict[str, Callable[..., Any]] = {}


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
    margin : float or None
        max over outcomes of the least (U - r); None where the red lines leave no outcome.
    surplus : dict of str to float
        Ideal less reservation value, by party; empty where there is no zone.
    share : Share
        Fraction of all outcomes in the zone, with its interval and method.
    issues : dict of str to LevelRange
        Levels that occur in some agreement.
    """

    exists: bool | None
    margin: float | None
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
        Of every party, those whose consent is not needed included; gains are over no deal, U - r.
    within : dict of str to LevelRange
        Levels of each issue that some deal about as good has (`sim.theory.bargaining.solutions.within_floor`).
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
    fixed_costs : FixedCosts or Absent
        Alternating offers where rounds cost a fixed amount.
    random_proposer : RandomProposer or Absent
        Of three signers and more: proposals that all must accept.
    demand : Demand or Absent
    leverage : LeverageGame or Absent
    ultimatum : tuple of TakeOrLeave or Absent
        One for each private number.
    """

    offers: Offers | Absent
    fixed_costs: FixedCosts | Absent
    random_proposer: RandomProposer | Absent
    demand: Demand | Absent
    leverage: LeverageGame | Absent
    ultimatum: tuple[TakeOrLeave | Absent, ...]


@dataclass(frozen=True, eq=False, repr=False)
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
        How exactly margin, ideal points and deals are known; 0: exactly. Where the frontier does not fit they come
        from programs, so that they are exact though the frontier is not (`frontier_resolution`).
    range_resolution : float
        The same of the levels that occur in some agreement, and of those within reach of a deal.
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
    ratification : Ratification or Absent
        What passes bodies that must ratify; the zone above asks for the signers alone.
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
    range_resolution: float
    solutions: Mapping[str, Deal]
    why: Why
    mixes: Mixes
    trade_rates: tuple[TradeRate, ...]
    games: Games
    durability: Durability | Absent
    coalitions: Coalitions | Absent
    ratification: Ratification | Absent
    provenance: Provenance
    folded: Folded
    point: Point
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def frontier_resolution(self) -> float:
        """How exactly the Pareto frontier is known, and what is looked for on it."""
        return self.folded.frontier.resolution

    @property
    def games_resolution(self) -> Mapping[str, float]:
        """How exactly each game is known. On a frontier that does not fit demands are made of what is left of it.

        Offers in turn need the hull alone, which is exact; of talks after moves, and of what each may propose, programs
        say what they lead to.
        """
        games, loose = self.games, self.frontier_resolution
        moves = 0.0 if isinstance(games.leverage, Absent) or not games.leverage.unsettled else loose
        return {
            "offers": 0.0,
            "fixed_costs": 0.0,
            "random_proposer": 0.0
            if isinstance(games.random_proposer, Absent) or games.random_proposer.exact
            else loose,
            "demand_game": 0.0 if isinstance(games.demand, Absent) else loose,
            "leverage_game": moves,
            "rounds": moves,
            "take_it_or_leave_it": max(
                (g.resolution for g in games.ultimatum if not isinstance(g, Absent)), default=0.0
            ),
        }

    @property
    def method(self) -> str:
        """How margin and deals were found: ``fold`` or ``program``."""
        return "program" if large(self.folded.frontier) else "fold"

    @property
    def changes(self) -> Changes:
        """What was changed of the scenario's file, and the digests."""
        return changes(self.game.scenario, leverage=self.leverage, signers=self.game.signers)

    def summary(self, *, show: tuple[str, ...] = (), width: int = 100) -> str:
        """Return the first screen of a run as text, and by name the rest (`sim.summary`)."""
        return str(_view("summary")(self, show=show, width=width))

    def to_frame(self) -> Any:
        """Return a pandas table with one row a solution: its terms, then every party's utility and gain."""
        return _view("frame")(self)

    def to_json(self) -> str:
        """Return what was found as JSON, with what it takes to find it again (`sim.study_from_json`)."""
        return str(_view("json")(self))

    def _repr_html_(self) -> str | None:
        """Return the page in a frame, for notebooks; None where nothing can make one."""
        return VIEWS["html"](self) if "html" in VIEWS else None

    def __repr__(self) -> str:
        levels = ", ".join(f"{name}={level:g}" for name, level in self.leverage.items())
        margin = "no outcome" if self.zone.margin is None else f"margin {self.zone.margin:+.3f}"
        zone = {True: "a zone", False: "no zone", None: "undecided"}[self.zone.exists]
        return f"<Study of {self.game.scenario.name!r} at {levels or 'no leverage'}: {zone}, {margin}>"


def _view(name: str) -> Callable[..., Any]:
    if name not in VIEWS:
        raise RequestError(f"{name}: nothing makes it here (expected import sim, and a study of sim.study)")
    return VIEWS[name]


def study_in(given: Any) -> Study:
    """Return what must be a study; raises RequestError where it is something else."""
    if not isinstance(given, Study):
        raise RequestError(f"study: {shown(given)} (expected what sim.study returns)")
    return given
