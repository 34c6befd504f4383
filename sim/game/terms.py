"""Terms: what leverage moves. Reservation values, disagreement points, power and patience at many leverage points.

Every number outside the outcome space is looked up by its path and shifted: value = (number + sum of by x level) x
product of factor^level, the file's number being level 0. Levels may be arrays, so a whole sweep is one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError
from sim.game.compiled import Game, value_at
from sim.model.bounds import bounds
from sim.model.names import suggest
from sim.model.parties import Impasse, Party, WarNoDeal
from sim.model.paths import dotted, lookup, split
from sim.model.values import Table, key_level
from sim.theory.conflict import war

__all__ = ["Numbers", "Terms", "leverage_levels", "terms"]

Floats = NDArray[np.float64]
Keys = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Terms:
    """What each party has without a deal, at G leverage points; columns are all parties in file order.

    Attributes
    ----------
    reservation, disagreement, power : ndarray, shape (G, parties)
    patience : ndarray, shape (G, parties)
        Discount factor a round; nan where the scenario gives none.
    illegal : dict of str to ndarray of bool, shape (G,)
        Numbers that leverage takes where they may not go: the message, and at which points.
    """

    reservation: Floats
    disagreement: Floats
    power: Floats
    patience: Floats
    illegal: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)


def leverage_levels(game: Game, given: Mapping[str, ArrayLike] | None = None) -> dict[str, Any]:
    """Return the level of every leverage variable: those given, else the defaults.

    Raises
    ------
    RequestError
        A variable is unknown or a level outside its range.
    """
    variables = game.scenario.spec.leverage
    faults = [
        f"no leverage variable {name!r} {suggest(name, variables)}" for name in given or {} if name not in variables
    ]
    levels: dict[str, Any] = {}
    for name, variable in variables.items():
        level = (given or {}).get(name, variable.default)
        low, high = variable.range
        try:
            values = np.asarray(level, dtype=np.float64)
        except (TypeError, ValueError):
            faults.append(f"{name}: {level!r} is not a level (expected a number from {low:g} to {high:g})")
            continue
        if not variable.holds(values).all():
            worst = values.ravel()[np.argmax(np.abs(values.ravel() - (low + high) / 2))]
            faults.append(f"{name}: level {worst:g} is out of range (expected {low:g} to {high:g})")
        levels[name] = level
    if faults:
        raise RequestError("\n".join(faults))
    return levels


def terms(
    game: Game,
    leverage: Mapping[str, ArrayLike],
    *,
    numbers: Mapping[str, ArrayLike] | None = None,
    final: Mapping[Keys, float] | None = None,
) -> Terms:
    """Return the terms at G leverage points.

    Parameters
    ----------
    game : Game
    leverage : mapping
        Level of every leverage variable: numbers, or arrays of shape (G,).
    numbers : mapping, optional
        Numbers by path that replace the file's before shifts; likewise.
    final : mapping, optional
        Numbers by keys that hold whatever leverage says.
    """
    source = Numbers(game, leverage, numbers or {}, final or {})
    _check_replaced(source)
    _check_enforcement(source)
    columns = [_party_terms(source, name, party) for name, party in game.scenario.spec.parties.items()]
    size = max(np.size(x) for x in (*leverage.values(), *source.replaced.values(), 1.0))
    illegal = {m: np.broadcast_to(mask, (size,)) for m, mask in source.illegal.items()}
    broken = np.any([*illegal.values(), np.zeros(size, dtype=bool)], axis=0)
    parts = []
    for k in range(4):
        part = np.stack([np.broadcast_to(column[k], (size,)) for column in columns], axis=1).astype(np.float64)
        part[broken] = np.nan
        parts.append(part)
    return Terms(parts[0], parts[1], parts[2], parts[3], illegal)


class Numbers:
    """Numbers by path, after leverage; remembers which are illegal and where."""

    def __init__(
        self,
        game: Game,
        leverage: Mapping[str, ArrayLike],
        numbers: Mapping[str, ArrayLike],
        final: Mapping[Keys, float],
    ) -> None:
        self.final = final
        data = game.scenario.tree.data
        self.game = game
        self.leverage = {name: np.atleast_1d(np.asarray(level, dtype=np.float64)) for name, level in leverage.items()}
        self.replaced = {split(data, p): np.atleast_1d(np.asarray(x, dtype=np.float64)) for p, x in numbers.items()}
        self.illegal: dict[str, NDArray[np.bool_]] = {}

    @cached_property
    def shifts(self) -> dict[Keys, list[tuple[Floats, Any]]]:
        """What moves each number: the levels of a variable and the shift."""
        result: dict[Keys, list[tuple[Floats, Any]]] = {}
        data = self.game.scenario.tree.data
        for name, variable in self.game.scenario.spec.leverage.items():
            for path, shift in variable.shifts.items():
                result.setdefault(split(data, path), []).append((self.leverage[name], shift))
        return result

    def moves(self, keys: Keys) -> bool:
        """Say whether leverage or a replacement may move a number at or below a path."""
        n = len(keys)
        return any(path[:n] == keys for table in (self.shifts, self.replaced, self.final) for path in table)

    def __call__(self, *keys: str, default: float = np.nan, above: float = -np.inf, least: float = -np.inf) -> Floats:
        """Return the number at a path, shape (1,) or (G,); `above` and `least` bound what is legal."""
        if keys in self.final:
            return np.atleast_1d(np.float64(self.final[keys]))
        stored = lookup(self.game.scenario.tree.data, keys)
        plain = np.atleast_1d(np.float64(default if stored is None else stored))
        before = value = self.replaced.get(keys, plain)
        factor = np.ones(1)
        with np.errstate(over="ignore", invalid="ignore"):
            for level, shift in self.shifts.get(keys, ()):
                if shift.by is not None:
                    value = value + shift.by * level
                else:
                    factor = factor * shift.factor**level
            value = np.asarray(value * factor)
        expected = f"more than {above:g}" if above > -np.inf else f"at least {least:g}" if least > -np.inf else "finite"
        good = (value > above) & (value >= least) & np.isfinite(value)
        return self.legal(keys, value, good | np.isnan(before), expected)

    def legal(self, keys: Keys, value: Floats, good: NDArray[np.bool_], expected: str) -> Floats:
        """Note where a number is illegal; a harmless one stands in for it there."""
        if not good.all():
            shown = value[~good][0]
            self.illegal[f"{dotted(keys)}: {shown:g} at this leverage (expected {expected})"] = ~good
        return np.where(good, value, 0.5)


def _check_replaced(number: Numbers) -> None:
    """Note numbers put in place of the file's that a file could not hold, whether or not anything reads them."""
    spec = number.game.scenario.spec
    for keys, values in number.replaced.items():
        for bound in bounds(spec, keys):
            if not (good := bound.holds(values)).all():
                number.illegal[f"{dotted(keys)}: not allowed (expected {bound.expected})"] = ~good
    if spec.war is not None and any(keys[-1] == "odds" for keys in number.replaced):
        written = {("war", "outcomes", w, "odds"): outcome.odds for w, outcome in spec.war.outcomes.items()}
        none = np.asarray(sum(number.replaced.get(keys, odds) for keys, odds in written.items())) <= 0
        if none.any():
            number.illegal["war.outcomes: all odds are zero (expected at least one above zero)"] = none


def _check_enforcement(number: Numbers) -> None:
    """Note expected losses that leverage makes negative."""
    if number.moves(("enforcement",)):
        for party, issues in number.game.scenario.spec.enforcement.items():
            for issue, level in ((issue, level) for issue, levels in issues.items() for level in levels):
                number("enforcement", party, issue, level, least=0.0)


def _party_terms(number: Numbers, name: str, party: Party) -> tuple[Floats, Floats, Floats, Floats]:
    keys = ("parties", name)
    power = number(*keys, "power", default=1.0, above=0.0)
    patience = _own_patience(number, keys)
    if isinstance(party.no_deal, WarNoDeal):
        value, implied = _war_terms(number, name, party)
        return value, value, power, patience if implied is None else implied
    if isinstance(party.no_deal, Impasse):
        outside, impasse = number(*keys, "no_deal", "outside"), number(*keys, "no_deal", "impasse")
        return np.maximum(outside, impasse), impasse, power, patience
    value = number(*keys, "no_deal")
    return value, value, power, patience


def _own_patience(number: Numbers, keys: Keys) -> Floats:
    value = number(*keys, "patience", above=0.0)
    return number.legal((*keys, "patience"), value, (value < 1.0) | np.isnan(value), "less than 1")


def _war_terms(number: Numbers, name: str, party: Party) -> tuple[Floats, Floats | None]:
    """Return r (= d) of a party that fights on without a deal, and its discount factor a round if it follows."""
    section = number.game.scenario.spec.war
    assert section is not None
    assert isinstance(party.no_deal, WarNoDeal)
    chances = _chances(number, name, party)
    values = _stacked([_war_value(number, name, outcome) for outcome in section.outcomes])
    here = ("parties", name, "no_deal", "war")
    cost = number(*here, "cost")
    if section.end_rate is None:
        return war.lottery(chances, values, cost), None
    end_rate = number("war", "end_rate", above=0.0)
    discount_rate = number(*here, "discount_rate", least=0.0)
    value = war.lasting_war(
        chances,
        values,
        cost=cost,
        end_rate=end_rate,
        discount_rate=discount_rate,
        status_quo=_point_value(number, name, ("war", "status_quo")),
    )
    if section.round is None:
        return value, None
    return value, np.exp(-(discount_rate + end_rate) * number("war", "round", above=0.0))


def _chances(number: Numbers, name: str, party: Party) -> Floats:
    assert isinstance(party.no_deal, WarNoDeal)
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


def _war_value(number: Numbers, name: str, outcome: str) -> Floats:
    keys = ("war", "outcomes", outcome)
    return _point_value(number, name, (*keys, "levels")) - number(*keys, "worse_by", name, default=0.0)


def _point_value(number: Numbers, name: str, keys: Keys) -> Floats:
    game = number.game
    if not number.moves(keys):
        value = game.remembered(("value", name, *keys), lambda: value_at(_party(game, name), _point(game, keys)))
        return np.asarray(value)
    values = _party(game, name).values
    levels = {issue: _level(number, keys, issue, level) for issue, level in _point(game, keys).items()}
    for issue, value in values.items():
        if isinstance(value, Table) and not isinstance(levels[issue], str):
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
