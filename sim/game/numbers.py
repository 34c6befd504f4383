"""Numbers outside the outcome space by path, as leverage moves them.

value = (number + sum of by x level) x product of factor^level, the file's number being level 0. Levels may be arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.game.compiled import Game
from sim.game.interim import Interim
from sim.model.paths import Keys, dotted, lookup, split

__all__ = ["Numbers"]

Floats = NDArray[np.float64]


class Numbers:
    """Numbers by path, after leverage; remembers which are illegal and where.

    `interim` is what has been agreed on some issues while there is no deal on the others.
    """

    interim: Interim | None = None

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
    def course(self) -> tuple[Numbers, ...]:
        """The numbers from each date on at which a war that goes on today changes; faults are noted here too."""
        return tuple(self._at(date.leverage) for date in self.game.scenario.spec.war_dates.values())

    def _at(self, levels: Mapping[str, float]) -> Numbers:
        later = copy(self)
        for derived in ("course", "shifts"):
            vars(later).pop(derived, None)
        later.leverage = self.leverage | {lever: np.atleast_1d(np.float64(level)) for lever, level in levels.items()}
        return later

    @cached_property
    def shifts(self) -> dict[Keys, list[tuple[Floats, Any]]]:
        """What moves each number: the levels of a variable and the shift."""
        moved = self.game.remembered("shifts", lambda: _shifts(self.game))
        return {keys: [(self.leverage[name], shift) for name, shift in own] for keys, own in moved.items()}

    def moves(self, keys: Keys) -> bool:
        """Say whether leverage or a replacement may move a number at or below a path."""
        n = len(keys)
        return any(path[:n] == keys for table in (self.shifts, self.replaced, self.final) for path in table)

    def __call__(self, *keys: str, default: float = np.nan, above: float = -np.inf, least: float = -np.inf) -> Floats:
        """Return the number at a path, shape (1,) or (G,); `above` and `least` bound what is legal."""
        if keys in self.final:
            return np.atleast_1d(np.float64(self.final[keys]))
        if keys in self.shifts or keys in self.replaced:
            return self._moved(keys, self._stored(keys, default), above, least)
        # What nothing moves is the same at every leverage point.
        made = ("number", keys, default, above, least)
        stored, good = self.game.remembered(made, lambda: self._at_rest(keys, default, above, least))
        return stored if good else self._moved(keys, stored, above, least)

    def _stored(self, keys: Keys, default: float) -> Floats:
        stored = lookup(self.game.scenario.tree.data, keys)
        return np.atleast_1d(np.float64(default if stored is None else stored))

    def _at_rest(self, keys: Keys, default: float, above: float, least: float) -> tuple[Floats, bool]:
        """Return the file's number and whether it is legal."""
        stored = self._stored(keys, default)
        stored.flags.writeable = False
        number = float(stored[0])
        return stored, np.isnan(number) or (number > above and number >= least and np.isfinite(number))

    def _moved(self, keys: Keys, stored: Floats, above: float, least: float) -> Floats:
        before = value = self.replaced.get(keys, stored)
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


def _shifts(game: Game) -> dict[Keys, list[tuple[str, Any]]]:
    """Return which variables move each number, and how."""
    result: dict[Keys, list[tuple[str, Any]]] = {}
    for name, variable in game.scenario.spec.leverage.items():
        for path, shift in variable.shifts.items():
            result.setdefault(split(game.scenario.tree.data, path), []).append((name, shift))
    return result
