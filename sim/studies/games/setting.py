"""What every game of a scenario starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.game.terms import Terms, terms
from sim.model.situation import Talks
from sim.space.trees import Folded
from sim.studies.solve import Point

__all__ = ["Absent", "Setting", "how_they_talk", "named", "setting_at", "signers_terms"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Absent:
    """A result that does not exist, and why."""

    reason: str


@dataclass(frozen=True, eq=False)
class Setting:
    """One leverage point of a compiled scenario.

    Attributes
    ----------
    game : Game
    folded : Folded
    leverage : dict of str to float
        The level of every variable.
    terms : Terms
        Of all parties.
    point : Point
        Of the signers.
    numbers : dict of str to float
        Numbers by path that replace the file's.
    """

    game: Game
    folded: Folded
    leverage: Mapping[str, Any]
    terms: Terms
    point: Point
    numbers: Mapping[str, Any] = field(default_factory=dict)


def signers_terms(game: Game, found: Terms, row: int = 0) -> Point:
    """Return the signers' terms at one of the leverage points of `found`."""
    columns = game.columns
    return Point(found.reservation[row, columns], found.disagreement[row, columns], found.power[row, columns])


def setting_at(setting: Setting, leverage: Mapping[str, Any], *, course: bool = True) -> Setting | None:
    """Return the setting with other leverage levels, None where a number would be illegal there.

    With `course` the war is today's and changes at the scenario's dates of war; without it war would begin then.
    """
    levels = {**setting.leverage, **leverage}
    found = terms(setting.game, levels, numbers=setting.numbers, course=course)
    if found.illegal:
        return None
    return Setting(setting.game, setting.folded, levels, found, signers_terms(setting.game, found), setting.numbers)


def named(parties: Sequence[str], values: Floats) -> dict[str, float]:
    """Return values by party."""
    return dict(zip(parties, np.asarray(values, dtype=np.float64).tolist(), strict=True))


def how_they_talk(game: Game) -> Talks:
    """Return the scenario's talks section, or the defaults."""
    return game.scenario.spec.talks or Talks()
