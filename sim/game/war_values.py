"""What no deal is worth where it is a point of issue space, or a war that ends in one, at many leverage points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, value_at
from sim.game.numbers import Numbers
from sim.model.parties import Party
from sim.model.paths import Keys, dotted, lookup
from sim.model.values import Table, key_level
from sim.theory.conflict import war
from sim.theory.conflict.course_of_war import course_of_war

__all__ = ["package_value", "war_chances", "war_cost", "war_rates", "war_terms"]

Floats = NDArray[np.float64]


def war_terms(number: Numbers, name: str, *, course: bool = True) -> tuple[Floats, Floats | None]:
    """Return r (= d) of a party that fights on without a deal, and its discount factor a round if it follows.

    With `course` the war is the one that goes on today, whose leverage changes at the scenario's dates of war; without
    it a war in which leverage stays.
    """
    section = number.game.scenario.spec.war
    assert section is not None
    if section.end_rate is None:
        return war.lottery(war_chances(number, name), _war_values(number, name), war_cost(number, name)), None
    value = _war_over_time(number, name) if course and number.course else _lasting_war(number, name)
    if section.round is None:
        return value, None
    discount_rate, end_rate = war_rates(number, name)
    return value, np.exp(-(discount_rate + end_rate) * number("war", "round", above=0.0))


def war_rates(number: Numbers, name: str) -> tuple[Floats, Floats]:
    """Return a party's discount rate and the rate at which the war ends, a year."""
    rate = number("parties", name, "no_deal", "war", "discount_rate", least=0.0)
    return rate, number("war", "end_rate", above=0.0)


def _lasting_war(number: Numbers, name: str) -> Floats:
    discount_rate, end_rate = war_rates(number, name)
    return war.lasting_war(
        war_chances(number, name),
        _war_values(number, name),
        cost=war_cost(number, name),
        end_rate=end_rate,
        discount_rate=discount_rate,
        status_quo=_point_value(number, name, ("war", "status_quo")),
    )


def _war_over_time(number: Numbers, name: str) -> Floats:
    """Return what the war that goes on today is worth, its leverage changing at the dates of war."""
    spans = (number, *number.course)
    values = np.stack(np.broadcast_arrays(*(_lasting_war(span, name) for span in spans)), axis=-1)
    rates, ends = zip(*(war_rates(span, name) for span in spans), strict=True)
    times = [0.0, *(date.after_years for date in number.game.scenario.spec.war_dates.values())]
    worth = course_of_war(
        values[..., None],
        times=times,
        discount_rate=np.stack(np.broadcast_arrays(*rates), axis=-1)[..., None],
        end_rate=np.stack(np.broadcast_arrays(*ends), axis=-1),
    )
    return np.asarray(worth[..., 0, 0])


def package_value(number: Numbers, name: str) -> Floats:
    """Return r (= d) of a party whose no deal is an outcome less a cost."""
    here = ("parties", name, "no_deal")
    return np.asarray(_point_value(number, name, (*here, "package")) - number(*here, "cost", default=0.0))


def war_cost(number: Numbers, name: str) -> Floats:
    """Return what war costs a party: once, or with an end rate in each year.

    The file's cost belongs to the file's discount rate, as a share k = c / rho of what is at stake. Where the rate is
    moved k stays, so the cost moves in proportion: impatience makes no war cheaper. A rate of 0, or none, has no k.
    """
    scenario, here = number.game.scenario, ("parties", name, "no_deal", "war")
    cost, written = number(*here, "cost"), scenario.file_rates.get(name, 0.0)
    if scenario.spec.war is None or scenario.spec.war.end_rate is None or not written:
        return cost
    with np.errstate(over="ignore", invalid="ignore"):
        moved = np.asarray(cost * (number(*here, "discount_rate", least=0.0) / written))
    return number.legal((*here, "cost"), moved, np.isfinite(moved) | np.isnan(cost), "finite")


def war_chances(number: Numbers, name: str) -> Floats:
    """Return how likely each end of the war is in a party's eyes, shape (1, W) or (G, W)."""
    section = number.game.scenario.spec.war
    assert section is not None
    odds = _stacked([number("war", "outcomes", w, "odds", least=0.0) for w in section.outcomes])
    here = ("parties", name, "no_deal", "war", "optimism")
    optimism = _stacked([number(*here, w, default=1.0, above=0.0) for w in section.outcomes])
    some = (odds * optimism).sum(axis=-1) > 0
    if not some.all():
        number.illegal["war.outcomes: all odds are zero at this leverage (expected one above zero)"] = ~some
    return war.probabilities(np.where(some[..., None], odds, 1.0), optimism)


def _stacked(parts: list[Floats]) -> Floats:
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


def _war_values(number: Numbers, name: str) -> Floats:
    section = number.game.scenario.spec.war
    assert section is not None
    return _stacked([_war_value(number, name, outcome) for outcome in section.outcomes])


def _war_value(number: Numbers, name: str, outcome: str) -> Floats:
    keys = ("war", "outcomes", outcome)
    return _point_value(number, name, (*keys, "levels")) - number(*keys, "worse_by", name, default=0.0)


def _point_value(number: Numbers, name: str, keys: Keys) -> Floats:
    game, interim = number.game, number.interim
    if interim is None and not number.moves(keys):
        value = game.remembered(("value", name, *keys), lambda: value_at(_party(game, name), _point(game, keys)))
        return np.asarray(value)
    values, agreed = _party(game, name).values, {} if interim is None else dict(interim.settled)
    levels = {issue: _level(number, keys, issue, level) for issue, level in _point(game, keys).items()} | agreed
    for issue, value in values.items():
        if isinstance(value, Table) and not isinstance(levels[issue], str) and issue not in agreed:
            levels[issue] = _in_table(number, (*keys, issue), levels[issue], (name, value))
    return value_at(_party(game, name), levels)


def _in_table(number: Numbers, keys: Keys, levels: Floats, whose: tuple[str, Table]) -> Floats:
    """Note where a party's table lacks a level; one that it has stands in for it there."""
    name, value = whose
    good = np.array([value.has(level) for level in levels])
    if not good.all():
        lacking = levels[~good][0]
        number.illegal[f"{dotted(keys)}: {lacking:g} at this leverage (expected a level in {name}'s table)"] = ~good
    return np.where(good, levels, next(level for level in map(key_level, value.table) if not isinstance(level, str)))


def _party(game: Game, name: str) -> Party:
    return game.scenario.spec.parties[name]


def _point(game: Game, keys: Keys) -> Any:
    return lookup(game.scenario.tree.data, keys)


def _level(number: Numbers, keys: Keys, issue: str, level: Any) -> Any:
    return level if isinstance(level, str) else number(*keys, issue)
