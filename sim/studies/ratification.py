"""Bodies that must ratify: which deals pass them, who decides there, and the best deals that do (Putnam 1988).

A deal passes a body where the blocs that accept it, U_b(x) >= r_b, hold the quota of seats. Whoever carries it contains
a least winning set of blocs, so the deals that pass are the union, over the least winning sets W of each body, of the
deals that the members of W accept: each is a zone with the members of W as further signers, and the best over the union
is the best of the bests. Each is solved exactly by a program over blocks.

Sources: Putnam (1988), Diplomacy and Domestic Politics: The Logic of Two-Level Games; Shapley and Shubik (1954);
Banzhaf (1965).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.numbers import Numbers
from sim.model.ratification import Body, least_winning
from sim.space.codes import Ints
from sim.space.programs.goals import Terms
from sim.space.programs.solutions import Choice, ideal, margin, solve
from sim.space.programs.ties import first_tied
from sim.space.programs.unknowns import Program, program
from sim.space.zone import TOLERANCE
from sim.studies.games.setting import Absent, Setting, named
from sim.studies.solve import Point
from sim.studies.voters import Member, Table, carrying, table_of
from sim.theory.power_index import Chamber, banzhaf, shapley_shubik

__all__ = ["Passed", "Ratification", "Votes", "Weight", "ratification"]

Floats = NDArray[np.float64]
_SOLVED = ("nash", "kalai_smorodinsky", "egalitarian")


@dataclass(frozen=True)
class Weight:
    """Who decides in one body, whatever the deal.

    Attributes
    ----------
    quota : int
    seats : dict of str to int
    shapley_shubik, banzhaf : dict of str to float
        Share of orders in which a bloc turns a minority into a majority; share in all chances to decide where all
        others toss a coin. Empty where the quota is 0.
    winning : tuple of tuple of str
        The least sets of blocs that carry it.
    """

    quota: int
    seats: Mapping[str, int]
    shapley_shubik: Mapping[str, float]
    banzhaf: Mapping[str, float]
    winning: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Votes:
    """How one body would vote on a deal.

    Attributes
    ----------
    passes : bool
    votes : int
    gains : dict of str to float
        What the deal is worth to each bloc over no deal; it votes yes at 0 and above.
    """

    passes: bool
    votes: int
    gains: Mapping[str, float]


@dataclass(frozen=True)
class Passed:
    """The best deal for a solution among those that all sign and all bodies pass.

    Attributes
    ----------
    outcome : dict
        A level for every issue.
    utilities : dict of str to float
        Of the signers.
    votes : dict of str to Votes
        By body.
    exact : bool
    """

    outcome: Mapping[str, float | str]
    utilities: Mapping[str, float]
    votes: Mapping[str, Votes]
    exact: bool


@dataclass(frozen=True)
class Ratification:
    """What bodies that must ratify leave of the zone.

    Attributes
    ----------
    bodies : dict of str to Weight
    exists : bool or None
        Whether some deal that all sign passes all bodies; None where that is not proven.
    margin : float or None
        The best over deals of the least gain among signers and the blocs whose votes carry the deal; None where red
        lines leave no outcome.
    exact : bool
        Whether the margin is proven to 1e-9.
    solutions : dict of str to Passed
        Nash, Kalai-Smorodinsky and egalitarian, of the signers, among the deals that pass.
    deals : dict of str to dict of str to Votes
        How each body would vote on the deals that the signers alone would choose, by solution.
    """

    bodies: Mapping[str, Weight]
    exists: bool | None
    margin: float | None
    exact: bool
    solutions: Mapping[str, Passed]
    deals: Mapping[str, Mapping[str, Votes]]


def ratification(setting: Setting, deals: Mapping[str, Ints]) -> Ratification | Absent:
    """Return what passes the scenario's bodies at one leverage point.

    Parameters
    ----------
    setting : Setting
    deals : dict of str to ndarray of int, shape (K,)
        Level numbers of each solution's deal among signers alone.
    """
    bodies = setting.game.scenario.spec.ratification
    if not bodies:
        return Absent("no body has to ratify (expected a section ratification)")
    number = Numbers(setting.game, setting.leverage, setting.numbers, {})
    table = table_of(setting.game, number, setting.terms.reservation[:1])
    ways = [_way(table, setting.point, voting) for voting in carrying(table)]
    margins = [margin(way.program, way.terms.reservation) for way in ways]
    best, bound = (max(getattr(each, name) for each in margins) for name in ("value", "bound"))
    open_ways = [way for way, each in zip(ways, margins, strict=True) if each.value >= -TOLERANCE]
    return Ratification(
        bodies={name: _weight(body) for name, body in bodies.items()},
        exists=True if open_ways else False if bound < -TOLERANCE else None,
        margin=best if np.isfinite(best) else None,
        exact=bound <= best + TOLERANCE,
        solutions=_solutions(table, open_ways) if open_ways else {},
        deals={name: _votes(table, levels) for name, levels in deals.items()},
    )


@dataclass(frozen=True, eq=False)
class _Way:
    """The zone of the signers and one least set of members."""

    program: Program
    terms: Terms


def _way(table: Table, point: Point, voting: Sequence[Member]) -> _Way:
    columns = table.columns(voting)
    terms = Terms(table.reservation[0, columns], point.disagreement, point.power)
    return _Way(program(table.space, columns=columns), terms)


def _solutions(table: Table, ways: Sequence[_Way]) -> dict[str, Passed]:
    """Solve each way by the ideal point of their union, and take the best."""
    tops = [[top.value for top in ideal(way.program, way.terms)] for way in ways]
    ideals = np.max(tops, axis=0)
    found = [solve(way.program, way.terms, names=_SOLVED, ideals=ideals).choices for way in ways]
    return {name: _passed(table, [choices[name] for choices in found], (ways[0].terms, ideals)) for name in _SOLVED}


def _passed(table: Table, choices: Sequence[Choice], setting: tuple[Terms, Floats]) -> Passed:
    """Return the best of the choices of all coalitions, ties by the rule for ties."""
    most = max(choice.value for choice in choices)
    tied = [choice for choice in choices if choice.value >= most - TOLERANCE]
    signers = len(table.game.signers)
    chosen = tied[first_tied(np.stack([choice.utilities[:signers] for choice in tied]), *setting)]
    return Passed(
        outcome=table.game.outcome(chosen.levels),
        utilities=named(table.game.signers, chosen.utilities[:signers]),
        votes=_votes(table, chosen.levels),
        exact=all(choice.exact for choice in choices),
    )


def _votes(table: Table, levels: Ints) -> dict[str, Votes]:
    gains = table.gains(levels[None, :])
    signers = table.game.signers
    members = [*(("", name) for name in signers), *table.members]
    known = dict(zip(members, gains[0].tolist(), strict=True))
    result = {}
    for name, votes in table.votes(gains).items():
        body = table.game.scenario.spec.ratification[name]
        own = {who: known[name if body.blocs else "", who] for who in body.seats}
        result[name] = Votes(int(votes[0]) >= body.quota, int(votes[0]), own)
    return result


def _weight(body: Body) -> Weight:
    seats, ways = body.seats, tuple(least_winning(body.seats, body.quota) or ())
    if body.quota < 1:
        return Weight(body.quota, seats, {}, {}, ways)
    chamber = Chamber(body.quota, tuple(seats.values()))
    return Weight(
        body.quota,
        seats,
        shapley_shubik=dict(zip(seats, map(float, shapley_shubik(chamber)), strict=True)),
        banzhaf=dict(zip(seats, map(float, banzhaf(chamber, normalised=True)), strict=True)),
        winning=ways,
    )
