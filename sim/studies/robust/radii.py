"""The largest share by which numbers may be off before something that held no longer does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.game.compiled import Game
from sim.model.statements import file_weights, intervals_within
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE
from sim.studies.robust.no_deal import corners, reservations

__all__ = ["MOST", "Extreme", "Keys", "Radius", "sectioned"]

MOST = 10.0
_POINTS = 65
_ROUNDS = 4
_DIGITS = 4
_HAIR = 1e-9
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Radius:
    """How far a group of inputs may be off before a result falls.

    Attributes
    ----------
    inputs : str
        The group, as a path: ``parties.russia.values``, ``war.outcomes``, ``parties.ukraine.no_deal.war.cost``.
    within : float or None
        The share; None: it holds as far as `MOST` times the file's numbers.
    refuses : str or None
        The signer that refuses first.
    exact : bool
        False: the result holds at least so far.
    """

    inputs: str
    within: float | None
    refuses: str | None
    exact: bool = True


@dataclass(frozen=True, eq=False)
class Extreme:
    """The highest, or lowest, no-deal value of a signer with some numbers within a share; called with shares (n,)."""

    game: Game
    name: str
    keys: tuple[Keys, ...]
    levels: Mapping[str, float]
    highest: bool = True

    def __call__(self, shares: Floats) -> Floats:
        """Return it for each share."""
        game, own = self.game, file_weights(self.game.scenario.spec.parties[self.name])
        found = corners(game, self.name, intervals_within(game.scenario, self.keys, shares), highest=self.highest)
        flat = {keys: values.ravel() for keys, values in found.items()}
        slopes, constants = reservations(game, self.name, self.levels, flat)
        values = slopes @ own + constants
        if not found:
            return np.full(len(shares), values[0])
        table = values.reshape(-1, len(shares))
        return np.asarray(table.max(axis=0) if self.highest else table.min(axis=0))


def sectioned(gains: Callable[[Floats], Floats], count: int) -> Floats:
    """Return for each of some results the largest share at which its gain is not below 0, at most `MOST`.

    Parameters
    ----------
    gains : callable
        Shares (count, n) to gains (count, n), never rising along a row.
    count : int
    """
    low, high, rows = np.zeros(count), np.full(count, MOST), np.arange(count)
    if not count:
        return low
    for _ in range(_ROUNDS):
        shares = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, _POINTS)
        holds = np.minimum.accumulate(gains(shares) >= -TOLERANCE, axis=1)
        last = holds.sum(axis=1) - 1
        none, all_ = last < 0, last == _POINTS - 1
        low = np.where(none, low, shares[rows, np.maximum(last, 0)])
        high = np.where(all_, low, np.where(none, low, shares[rows, np.minimum(last + 1, _POINTS - 1)]))
    # A share of four digits at the very edge is said as such, where it is proven to hold.
    edge = np.maximum(low, np.round(high, _DIGITS))
    holds = (edge <= high + _HAIR) & (gains(edge[:, None])[:, 0] >= -TOLERANCE)
    return np.where(holds, edge, low)
