"""One track of talks: what its issues are worth given what was agreed before, and its Nash deal.

What follows is arrays of differences of W (see `sim.studies.agendas.tracks`): the worth of a level of each issue, and
of combinations of two where W is no sum of both, so that no combination is listed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.budgets import budget_sum
from sim.game.compiled import value_at
from sim.game.interim import Interim
from sim.game.red_lines import Levels, line_mask
from sim.game.terms import terms
from sim.space.blocks import Factors, Mask, Pair, Space, compile_space
from sim.space.codes import Ints
from sim.space.constraints import Sum
from sim.space.trees import fold_space
from sim.space.zone import acceptable, margins
from sim.studies.agendas.plan import Plan
from sim.studies.by_program import Wanted, large, solve_by_program
from sim.studies.solve import Point
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["Answer", "State", "nash_deal", "standing", "taken"]

Floats = NDArray[np.float64]
Scope = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class State:
    """How far the tracks have come.

    Attributes
    ----------
    settled : dict of str to level
        What is agreed, by issue.
    tried : frozenset of str
        The issues that were on the table, agreed or not.
    peace : bool
        Whether the deal that ends the fighting is made.
    """

    settled: Mapping[str, Any]
    tried: frozenset[str]
    peace: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """The Nash deal of a space.

    Attributes
    ----------
    exists : bool or None
        None: not decided.
    margin : float or None
        None where no outcome is allowed.
    levels : ndarray of int, shape (K,), or None
        None where there is no deal.
    resolution : float
        How exactly margin and deal are known; 0: exactly.
    """

    exists: bool | None
    margin: float | None
    levels: Ints | None
    resolution: float


def nash_deal(space: Space, point: Point) -> Answer:
    """Return the Nash deal of a space at one leverage point."""
    folded = fold_space(space)
    if large(folded.frontier):
        found = solve_by_program(folded, point, wanted=Wanted(("nash",), ranges=False, near=False))
        code = found.frontier.codes[found.choices["nash"].row] if found.choices else None
        exists, margin = found.exists, found.margin
        resolution = found.resolution
    else:
        points, resolution = folded.frontier.points, 0.0
        inside = points.take(np.flatnonzero(acceptable(points.utilities, point.reservation)))
        margin = float(margins(points.utilities, point.reservation[None, :])[0])
        exists = len(inside) > 0
        code = inside.codes[_nash(inside.utilities, point)] if exists else None
    levels = None if code is None else np.asarray(space.levels(code[None, :])[0])
    return Answer(exists, margin if np.isfinite(margin) else None, levels, resolution)


def _nash(utilities: Floats, point: Point) -> int:
    top, objective = utilities.max(axis=0), SOLUTIONS["nash"].objective
    assert objective is not None
    values = objective(utilities, disagreement=point.disagreement, ideal=top, power=point.power)
    return int(choose(values, utilities, disagreement=point.disagreement, ideal=top)[0])


def standing(plan: Plan, state: State) -> Point:
    """Return what the signers have when talks go no further than this state."""
    game = plan.game
    found = terms(game, plan.leverage, interim=_interim(plan, state, {}))
    point = Point(*(part[0, game.columns] for part in (found.reservation, found.disagreement, found.power)))
    if state.peace:
        kept = _worth(plan, state, {})[0]
        return Point(kept, kept, point.power)
    return point


def taken(plan: Plan, state: State, issues: Scope, *, closing: bool) -> tuple[Answer, State]:
    """Return what comes of a track, and the state after it.

    Parameters
    ----------
    plan : Plan
    state : State
        Before the track.
    issues : tuple of str
        The issues of the track.
    closing : bool
        Whether its deal ends the fighting.
    """
    now, after = standing(plan, state), replace(state, peace=state.peace or closing)
    factors, rest = _factors(plan, after, issues)
    factors = replace(factors, masks=tuple(_masks(plan, state, issues, closing=closing)))
    disagreement = now.disagreement if closing else now.reservation
    answer = nash_deal(compile_space(factors), Point(now.reservation - rest, disagreement - rest, now.power))
    tried = state.tried | set(issues)
    if answer.levels is None:
        return answer, replace(state, tried=tried)
    levels = zip(issues, answer.levels.tolist(), strict=True)
    agreed = {name: _levels(plan, name)[k] for name, k in levels}
    return answer, State({**state.settled, **agreed}, tried, after.peace)


def _levels(plan: Plan, issue: str) -> Levels:
    return plan.game.levels[plan.game.issues.index(issue)]


def _interim(plan: Plan, state: State, more: Mapping[str, Any]) -> Interim | None:
    settled = {name: (level,) for name, level in state.settled.items()} | dict(more)
    return Interim(settled, plan.base) if settled else None


def _worth(plan: Plan, state: State, more: Mapping[str, Any]) -> Floats:
    """Return W (G, P) of a state with the levels `more` of further issues, G of each."""
    game, interim = plan.game, _interim(plan, state, more)
    if not state.peace:
        return terms(game, plan.leverage, interim=interim).reservation[:, game.columns]
    point = plan.base if interim is None else interim.at(plan.base)
    size = 1 if interim is None else interim.size
    values = (value_at(game.scenario.spec.parties[name], point) for name in game.signers)
    return np.stack([np.broadcast_to(value, (size,)) for value in values], axis=1)


def _factors(plan: Plan, after: State, issues: Scope) -> tuple[Factors, Floats]:
    """Return the worth of a track's levels over those it begins from, and W there."""
    levels = {name: _levels(plan, name) for name in issues}
    rest = _worth(plan, after, {})
    single = {name: _worth(plan, after, {name: levels[name]}) - rest for name in issues}
    pairs = []
    for first, second in _linked(plan, issues):
        n, m = len(levels[first]), len(levels[second])
        both = {first: np.repeat(np.array(levels[first]), m), second: np.tile(np.array(levels[second]), n)}
        table = (_worth(plan, after, both) - rest).reshape(n, m, -1)
        table = table - single[first][:, None, :] - single[second][None, :, :]
        pairs.append(Pair((issues.index(first), issues.index(second)), table))
    return Factors(tuple(single.values()), tuple(pairs)), rest[0]


def _linked(plan: Plan, issues: Scope) -> list[tuple[str, str]]:
    """Return which two issues of a track some signer links."""
    parties = plan.game.scenario.spec.parties
    links = {frozenset(link.issues) for name in plan.game.signers for link in parties[name].linkages.values()}
    return [pair for pair in itertools.combinations(issues, 2) if frozenset(pair) in links]


def _masks(plan: Plan, state: State, issues: Scope, *, closing: bool) -> Iterator[Mask | Sum]:
    """Yield what red lines and budgets allow of a track, given what stands.

    Those bind whose issues have all come to the table, the last of them here; on the closing track also those on issues
    that nobody here can settle.
    """
    game, spec = plan.game, plan.game.scenario.spec
    fixed = set(game.issues) - set(plan.free)
    stands = {name: (plan.base[name],) for name in game.issues if name in state.tried | fixed}
    stands |= {name: (level,) for name, level in state.settled.items()}
    levels = {name: _levels(plan, name) for name in issues} | {n: own for n, own in stands.items() if n not in issues}
    bounds: list[tuple[Scope, Callable[..., Mask | Sum]]] = [
        ((line.issue, *line.when), partial(line_mask, line))
        for name in game.signers
        for line in spec.parties[name].red_lines.values()
    ]
    bounds += [(tuple(each.sum), partial(budget_sum, each)) for each in spec.constraints.values()]
    for scope, made in bounds:
        here = bool(set(scope) & set(issues)) or (closing and set(scope) <= fixed)
        if here and set(scope) <= set(levels):
            yield _here(
                made({name: levels[name] for name in dict.fromkeys((*issues, *scope))}),
                len(levels[issues[0]]),
                len(issues),
            )


def _here(mask: Mask | Sum, size: int, count: int) -> Mask | Sum:
    """Return what a constraint allows of the first `count` issues, the others being settled."""
    if isinstance(mask, Sum):
        rest = mask.left(count)
        return rest if rest.issues else Mask((0,), np.full(size, bool(rest.mask().allowed)))
    axes = tuple(axis for axis, k in enumerate(mask.issues) if k >= count)
    allowed = np.squeeze(mask.allowed, axis=axes)
    if allowed.ndim == 0:
        return Mask((0,), np.full(size, bool(allowed)))
    return Mask(tuple(k for k in mask.issues if k < count), allowed)
