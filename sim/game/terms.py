"""Terms: what leverage moves. Reservation values, disagreement points, power and patience at many leverage points.

Levels may be arrays, so a whole sweep is one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError
from sim.game.compiled import Game
from sim.game.interim import Interim
from sim.game.numbers import Numbers
from sim.game.war_values import package_value, war_terms
from sim.model.bounds import bounds
from sim.model.names import suggest
from sim.model.parties import Impasse, PackageNoDeal, Party, WarNoDeal
from sim.model.paths import Keys, dotted

__all__ = ["Terms", "leverage_levels", "terms"]

Floats = NDArray[np.float64]


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
    course: bool = True,
    interim: Interim | None = None,
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
    course : bool
        Whether war is the one that goes on today and takes the course that the scenario's dates of war give it; a war
        that begins anew after a peace is valued at the leverage given.
    interim : Interim, optional
        What has been agreed on some issues, or G such deals. These issues stand as agreed while there is no deal on the
        others, and wherever that may lead; where no deal is a number, the interim deal adds what it is worth.
    """
    source = Numbers(game, leverage, numbers or {}, final or {})
    source.interim = interim
    _check_replaced(source)
    _check_enforcement(source)
    columns = [_party_terms(source, name, party, course=course) for name, party in game.scenario.spec.parties.items()]
    size = max(np.size(x) for x in (*leverage.values(), *source.replaced.values(), 1.0))
    size = max(size, 1 if interim is None else interim.size)
    illegal = {m: np.broadcast_to(mask, (size,)) for m, mask in source.illegal.items()}
    broken = np.any([*illegal.values(), np.zeros(size, dtype=bool)], axis=0)
    parts = []
    for k in range(4):
        part = np.stack([np.broadcast_to(column[k], (size,)) for column in columns], axis=1).astype(np.float64)
        part[broken] = np.nan
        parts.append(part)
    return Terms(parts[0], parts[1], parts[2], parts[3], illegal)


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


def _party_terms(number: Numbers, name: str, party: Party, *, course: bool) -> tuple[Floats, Floats, Floats, Floats]:
    keys = ("parties", name)
    power = number(*keys, "power", default=1.0, above=0.0)
    patience = _own_patience(number, keys)
    if isinstance(party.no_deal, WarNoDeal):
        value, implied = war_terms(number, name, course=course)
        return value, value, power, patience if implied is None else implied
    if isinstance(party.no_deal, PackageNoDeal):
        value = package_value(number, name)
        return value, value, power, patience
    more = 0.0 if number.interim is None else number.interim.gained(party)
    if isinstance(party.no_deal, Impasse):
        outside, impasse = number(*keys, "no_deal", "outside"), number(*keys, "no_deal", "impasse")
        return np.maximum(outside, impasse) + more, impasse + more, power, patience
    value = number(*keys, "no_deal") + more
    return value, value, power, patience


def _own_patience(number: Numbers, keys: Keys) -> Floats:
    value = number(*keys, "patience", above=0.0)
    return number.legal((*keys, "patience"), value, (value < 1.0) | np.isnan(value), "less than 1")
