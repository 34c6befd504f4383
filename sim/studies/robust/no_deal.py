"""No-deal values as they depend on weights: r = w.a + b at every corner of what is known of the other numbers.

With the weights of a party open, its value of war is linear in them: r = sum over points s of k_s (w.v(s) + l(s)) - c,
where the points are the status quo and the ways the war may end, k_s how much each counts, l(s) what linkages and
`worse_by` add and c what fighting costs. In each of cost, rates, odds and optimism r is monotone while the others are
fixed (linear or linear-fractional), so over a box of them its greatest and its least lie at corners. A cost and a
worse_by work in one direction; an outcome's odds and optimism act as their product.

Where fighting has a course, r is a mean over its times of such values. It is linear still in weights, costs and
worse_by, but an outcome's odds may be good news at one date and bad at another, and a rate also says how much each
counts: odds, optimism and rates then have no corners, and what is asked of them open is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.errors import NotDefined
from sim.game.compiled import Game
from sim.game.numbers import Numbers
from sim.game.war_values import war_chances, war_cost, war_rates
from sim.model.parties import Impasse, PackageNoDeal, Party, WarNoDeal
from sim.model.paths import dotted, lookup
from sim.model.statements import weights
from sim.space.pareto import Floats

__all__ = ["corner_values", "cornerless", "corners", "reservations"]

Keys = tuple[str, ...]
Interval = tuple[Any, Any]


def corners(game: Game, name: str, intervals: Mapping[Keys, Interval], *, highest: bool) -> dict[Keys, Floats]:
    """Return the numbers at each corner that may give a party its highest, or lowest, no-deal value.

    Parameters
    ----------
    game : Game
    name : str
        The party.
    intervals : dict of keys to (low, high)
        Numbers, or arrays of shape (n,) for n cases at once; those that do not concern the party are passed over.
    highest : bool

    Returns
    -------
    dict of keys to ndarray, shape (J,) or (J, n)
        Empty where nothing that concerns the party is open.
    """
    if bent := [keys for keys, (low, high) in intervals.items() if np.any(low != high) and cornerless(game, keys)]:
        raise NotDefined(
            f"{dotted(bent[0])}: odds and rates cannot be open where fighting has a course (future, if: war)"
        )
    free: list[dict[Keys, tuple[Any, ...]]] = []
    paired: dict[str, dict[Keys, tuple[Any, ...]]] = {}
    for keys, (low, high) in intervals.items():
        kind = _kind(keys, name)
        if kind == "other":
            continue
        if np.all(low == high):
            free.append({keys: (low,)})
        elif kind in ("cost", "loss"):
            free.append({keys: (low if highest else high,)})
        elif kind == "value":
            free.append({keys: (high if highest else low,)})
        elif kind == "chance":
            paired.setdefault(keys[-2] if keys[-1] == "odds" else keys[-1], {})[keys] = (low, high)
        else:
            free.append({keys: (low, high)})
    groups = [*free, *paired.values()]
    if not groups:
        return {}
    ends = [range(len(next(iter(group.values())))) for group in groups]
    rows = np.array(list(itertools.product(*ends)))
    return {keys: np.array(values)[rows[:, g]] for g, group in enumerate(groups) for keys, values in group.items()}


def cornerless(game: Game, keys: Keys) -> bool:
    """Say whether no-deal values need not have their extremes at the ends of what is known of a number."""
    odds_or_rate = keys[-1] in ("odds", "end_rate", "discount_rate") or "optimism" in keys
    return odds_or_rate and bool(game.scenario.spec.war_dates)


def _kind(keys: Keys, name: str) -> str:
    """Say how a number moves a party's no-deal value."""
    if keys[0] == "parties" and keys[1] != name:
        return "other"
    if keys[0] == "war" and len(keys) > 3 and keys[3] == "worse_by":
        return "loss" if keys[4] == name else "other"
    if keys[-1] == "odds" or "optimism" in keys:
        return "chance"
    if keys[-1] == "cost":
        return "cost"
    return "rate" if keys[-1] in ("end_rate", "discount_rate") else "value"


def reservations(
    game: Game, name: str, levels: Mapping[str, float], numbers: Mapping[Keys, Any]
) -> tuple[Floats, Floats]:
    """Return slopes (J, m) and constants (J,) of a party's no-deal value r = w.slope + constant.

    Parameters
    ----------
    game : Game
    name : str
    levels : dict of str to float
        Leverage.
    numbers : dict of keys to array_like, shape (J,)
        Numbers in place of the file's.
    """
    party = game.scenario.spec.parties[name]
    number = Numbers(game, levels, {dotted(keys): values for keys, values in numbers.items()}, {})
    size = max([1, *(np.size(values) for values in numbers.values())])
    if isinstance(party.no_deal, WarNoDeal):
        found = _along_course(number, name, party, size)
    elif isinstance(party.no_deal, PackageNoDeal):
        slope, linked = _at(number, party, ("parties", name, "no_deal", "package"))
        cost = number("parties", name, "no_deal", "cost", default=0.0)
        found = np.tile(slope, (size, 1)), np.broadcast_to(linked - cost, (size,)).copy()
    else:
        found = np.zeros((size, len(party.values))), np.broadcast_to(_plain(number, name, party), (size,)).copy()
    # Odds that are all 0 are the limit of odds that are not: any shares of them can be reached.
    illegal = [message for message in number.illegal if not message.startswith("war.outcomes: all odds are zero")]
    if illegal:
        raise NotDefined(f"some numbers that are allowed make others illegal: {illegal[0]}")
    return found


def _plain(number: Numbers, name: str, party: Party) -> Floats:
    keys = ("parties", name, "no_deal")
    if isinstance(party.no_deal, Impasse):
        return np.maximum(number(*keys, "outside"), number(*keys, "impasse"))
    return number(*keys)


def _along_course(number: Numbers, name: str, party: Party, size: int) -> tuple[Floats, Floats]:
    """Return slopes and constants of war as it goes on: of its last time, then with each before it."""
    spans = (number, *number.course)
    dates = [0.0, *(date.after_years for date in number.game.scenario.spec.war_dates.values())]
    slopes, constants = _war(spans[-1], name, party, size)
    for s in reversed(range(len(spans) - 1)):
        kept = np.broadcast_to(np.exp(-sum(war_rates(spans[s], name)) * (dates[s + 1] - dates[s])), (size,))
        sooner, own = _war(spans[s], name, party, size)
        slopes = (1 - kept)[:, None] * sooner + kept[:, None] * slopes
        constants = (1 - kept) * own + kept * constants
    return slopes, constants


def _war(number: Numbers, name: str, party: Party, size: int) -> tuple[Floats, Floats]:
    section = number.game.scenario.spec.war
    assert section is not None
    ends: list[Keys] = [("war", "outcomes", w, "levels") for w in section.outcomes]
    losses = [number("war", "outcomes", w, "worse_by", name, default=0.0) for w in section.outcomes]
    odds = np.broadcast_to(war_chances(number, name), (size, len(ends)))
    here = ("parties", name, "no_deal", "war")
    cost = war_cost(number, name)
    counts, points, rest = odds, ends, np.stack(np.broadcast_arrays(*losses), axis=-1)
    if section.end_rate is not None:
        ending, discount = number("war", "end_rate", above=0.0), number(*here, "discount_rate", least=0.0)
        cost = cost / (discount + ending)
        share = np.broadcast_to(ending / (discount + ending), (size,))
        counts = np.column_stack([share[:, None] * odds, 1 - share])
        points = [*ends, ("war", "status_quo")]
        rest = np.concatenate([rest, np.zeros((len(rest), 1))], axis=1)
    values, linked = zip(*(_at(number, party, keys) for keys in points), strict=True)
    slopes = counts @ np.array(values)
    constants = counts @ np.array(linked) - (counts * rest).sum(axis=1) - cost
    return slopes, np.broadcast_to(constants, (size,)).copy()


def _at(number: Numbers, party: Party, keys: Keys) -> tuple[Floats, float]:
    """Return a party's features (m,) and what its linkages add at a point of issue space."""
    game, name = number.game, next(n for n, p in number.game.scenario.spec.parties.items() if p is party)
    if number.moves(keys):
        return _features(number, party, keys)
    found: tuple[Floats, float] = game.remembered(("features", name, *keys), lambda: _features(number, party, keys))
    return found


def _features(number: Numbers, party: Party, keys: Keys) -> tuple[Floats, float]:
    point = lookup(number.game.scenario.tree.data, keys)
    values = {}
    for issue, value in party.values.items():
        level = point[issue]
        level = level if isinstance(level, str) else float(number(*keys, issue)[0])
        values[issue] = float(value.at([level])[0])
    linked = weights(party)[1]
    extra = sum(
        weight * values[party.linkages[link].issues[0]] * values[party.linkages[link].issues[1]]
        for link, weight in linked.items()
    )
    return np.array(list(values.values())), float(extra)


def corner_values(numbers: Mapping[Keys, Floats], at: int) -> dict[str, float]:
    """Return the numbers of one corner by path."""
    return {dotted(keys): float(values[at]) for keys, values in numbers.items()}
