"""The four margins of a scenario, and what they rest on: robust, each, the file's, possible.

A truth is one choice of all uncertain numbers that obeys every statement (`sim.studies.robust.known`). For a deal x
let g(x) be the least over truths and signers of U - r. The *robust* margin is the greatest g(x): at or above 0 one
deal suits all whatever the truth. *Each* is the least over truths of the best margin: whatever the truth, some deal.
*Possible* is the greatest over truths of the best margin: below 0 no truth has a zone. So robust <= each <= possible,
and the file's margin lies between where its own numbers are a truth. *Each* is known between two bounds; *possible* is
an upper bound where shared numbers (odds, the rate at which war ends) are open, since each signer then has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.model.paths import lookup
from sim.model.statements import Known
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.deals import Found
from sim.space.truths.each import each
from sim.space.truths.possible import possible
from sim.space.truths.robust import robust
from sim.space.truths.sides import Choices, Side, at, worst
from sim.space.zone import TOLERANCE
from sim.studies.robust.no_deal import corner_values
from sim.studies.robust.sides import Table, sides
from sim.studies.robust.verdicts import Verdict, verdicts

__all__ = ["Binding", "Robust", "robust_margins"]

Keys = tuple[str, ...]
SECONDS = 20.0
ROUNDS = 6
NODES = 200
_NEAR = 4


@dataclass(frozen=True)
class Binding:
    """A signer and a truth in which it gains no more than the robust margin.

    Attributes
    ----------
    party : str
    truth : dict of str to float
        Weights by issue, and the numbers of its no-deal value by path.
    """

    party: str
    truth: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Robust:
    """What holds whatever the true numbers are.

    Attributes
    ----------
    margin : float or None
        Of the deal whose worst margin is greatest; None where the red lines leave no outcome.
    bound : float or None
        No deal has a greater one: equal to `margin` where `exact`.
    exact : bool
    deal : dict or None
        Its level of every issue.
    levels : dict of str to tuple
        By issue the levels that occur in some deal acceptable in every truth; empty where there is none.
    open_levels : dict of str to tuple
        Levels of which that could not be settled in time.
    each_low, each_high : float or None
    possible : float or None
        No truth has a greater margin.
    needed : tuple of str
        Statements without which no deal would hold for every truth.
    binding : tuple of Binding
    verdicts : dict of str to dict of str to Verdict
        By named deal and signer.
    statements : tuple of str
        Paths of the statements used; empty where a doubt stands for them.
    left_out : tuple of str
        Paths of statements that bound nothing here (a distribution without ends, or of other numbers): what they
        speak of stands at the file's numbers.
    doubt : float or None
    """

    margin: float | None
    bound: float | None
    exact: bool
    deal: Mapping[str, float | str] | None
    levels: Mapping[str, tuple[Any, ...]]
    open_levels: Mapping[str, tuple[Any, ...]]
    each_low: float | None
    each_high: float | None
    possible: float | None
    needed: tuple[str, ...]
    binding: tuple[Binding, ...]
    verdicts: Mapping[str, Mapping[str, Verdict]]
    statements: tuple[str, ...]
    doubt: float | None
    left_out: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether one deal suits all signers in every truth."""
        return self.margin is not None and self.margin >= -TOLERANCE


def robust_margins(
    table: Table,
    levels: Mapping[str, float],
    known: Known,
    *,
    deals: Mapping[str, Ints],
    without: Mapping[str, Known] | None = None,
    doubt: float | None = None,
    full: bool = True,
) -> Robust:
    """Return the four margins at one leverage point.

    Parameters
    ----------
    table : Table
    levels : dict of str to float
        Leverage.
    known : Known
    deals : dict of str to ndarray of int, shape (K,)
        Named deals to judge over all truths.
    without : dict of str to Known, optional
        What is known with one statement left out, by its path.
    doubt : float, optional
        The doubt that stands for statements; kept beside the answer.
    full : bool
        Whether also the levels of robust deals and the statements needed are looked for.
    """
    tough, numbers = sides(table, levels, known)
    kind, _ = sides(table, levels, known, highest=False)
    found = robust(tough, table.among, seconds=SECONDS)
    if found.levels is None and found.bound == -np.inf:
        return _nothing(known, doubt)
    best = possible(kind, table.among, seconds=SECONDS)
    low, high = _each(table, levels, (known, tough, numbers), found)
    holds = found.margin >= -TOLERANCE
    inside, unsettled = _levels(table, tough, found) if full and holds else ({}, {})
    return Robust(
        margin=found.margin,
        bound=found.bound,
        exact=found.exact,
        deal=None if found.levels is None else table.game.outcome(found.levels),
        levels=inside,
        open_levels=unsettled,
        each_low=low,
        each_high=high,
        possible=best.bound,
        needed=_needed(table, levels, without or {}) if full and holds else (),
        binding=_binding(table.game, tough, table.among, found, numbers),
        verdicts={name: verdicts(table, (tough, kind), deal) for name, deal in deals.items()},
        statements=known.statements,
        doubt=doubt,
        left_out=known.left_out,
    )


def _nothing(known: Known, doubt: float | None) -> Robust:
    return Robust(None, None, True, None, {}, {}, None, None, None, (), (), {}, known.statements, doubt)


def _each(
    table: Table,
    levels: Mapping[str, float],
    what: tuple[Known, Sequence[Side], Sequence[Mapping[Keys, Floats]]],
    found: Found,
) -> tuple[float, float]:
    """Return bounds on the least over truths of the best margin."""
    known, tough, _ = what
    if found.levels is None:
        return -np.inf, np.inf
    low, high = found.margin, np.inf
    for sides_at in _truths(table, levels, what, found.levels):
        reached = each(sides_at, table.among, [found.levels], picked=[0] * len(tough), rounds=ROUNDS, nodes=NODES)
        high = min(high, reached.high)
        if not known.intervals:
            low = max(low, reached.low)
    return low, max(low, high)


def _truths(
    table: Table,
    levels: Mapping[str, float],
    what: tuple[Known, Sequence[Side], Sequence[Mapping[Keys, Floats]]],
    deal: Ints,
) -> Iterator[list[Side]]:
    """Yield the sides with all no-deal numbers settled: the file's, and what is worst for each signer in turn.

    The file's are moved into what the statements allow. Odds and the rate at which war ends are the same for all;
    each signer's own numbers are at its own worst.
    """
    known, tough, numbers = what
    data = table.game.scenario.tree.data
    nearest = {k: min(max(float(lookup(data, k)), low), high) for k, (low, high) in known.intervals.items()}
    yield sides(table, levels, replace(known, intervals={k: (x, x) for k, x in nearest.items()}))[0]
    worst_at = [worst(side, *at(side, table.among, deal))[1] for side in tough]
    corner = [{k: float(v[j]) for k, v in found.items()} for found, j in zip(numbers, worst_at, strict=True)]
    own = {k: x for mine in corner for k, x in mine.items() if k[0] == "parties" or "worse_by" in k}
    for mine in corner:
        shared = {k: x for k, x in mine.items() if k not in own}
        if own or shared:
            settled = {k: (x, x) for k, x in (nearest | own | shared).items()}
            yield sides(table, levels, replace(known, intervals=settled))[0]


def _levels(
    table: Table, tough: Sequence[Side], found: Found
) -> tuple[dict[str, tuple[Any, ...]], dict[str, tuple[Any, ...]]]:
    """Return by issue which levels some deal has that holds for every truth, and which were not settled."""
    game = table.game
    seen = [] if found.levels is None else [found.levels]
    inside: dict[str, tuple[Any, ...]] = {}
    unsettled: dict[str, tuple[Any, ...]] = {}
    for k, name in enumerate(game.issues):
        held = [_held(table, tough, seen, (k, n)) for n in range(len(game.levels[k]))]
        inside[name] = tuple(game.levels[k][n] for n, yes in enumerate(held) if yes)
        if None in held:
            unsettled[name] = tuple(game.levels[k][n] for n, yes in enumerate(held) if yes is None)
    return inside, unsettled


def _held(table: Table, tough: Sequence[Side], seen: list[Ints], level: tuple[int, int]) -> bool | None:
    """Say whether some deal with a level holds for every truth, None where time ran out; deals found join `seen`."""
    k, n = level
    if any(deal[k] == n for deal in seen):
        return True
    for deal in seen[: -_NEAR - 1 : -1]:
        near = np.where(np.arange(len(deal)) == k, n, deal)
        if _accepted(table.among, tough, near):
            seen.append(near)
            return True
    trial = robust(tough, table.among, fixed=level, seconds=2.0)
    if trial.levels is not None and trial.margin >= -TOLERANCE:
        seen.append(trial.levels)
        return True
    return None if trial.bound >= -TOLERANCE else False


def _accepted(among: Choices, tough: Sequence[Side], deal: Ints) -> bool:
    """Say whether a deal crosses no red line and every signer accepts it in every truth."""
    allowed = all(
        (rows == deal[list(own)]).all(axis=1).any() for own, rows in zip(among.issues, among.levels, strict=True)
    )
    return allowed and all(worst(side, *at(side, among, deal))[0] >= -TOLERANCE for side in tough)


def _needed(table: Table, levels: Mapping[str, float], without: Mapping[str, Known]) -> tuple[str, ...]:
    """Return the statements without which no deal would hold for every truth."""
    needed = []
    for path, known in without.items():
        tough, _ = sides(table, levels, known)
        if robust(tough, table.among, seconds=SECONDS).bound < -TOLERANCE:
            needed.append(path)
    return tuple(needed)


def _binding(
    game: Game, tough: Sequence[Side], among: Choices, found: Found, numbers: Sequence[Mapping[Keys, Floats]]
) -> tuple[Binding, ...]:
    if found.levels is None:
        return ()
    result = []
    for name, side, corner in zip(game.signers, tough, numbers, strict=True):
        value, j, weights = worst(side, *at(side, among, found.levels))
        if value <= found.margin + 1e-6:
            party = game.scenario.spec.parties[name]
            truth = {issue: float(w) for issue, w in zip(party.values, weights, strict=True)}
            result.append(Binding(name, truth | corner_values(corner, j)))
    return tuple(result)
