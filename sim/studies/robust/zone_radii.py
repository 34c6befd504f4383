"""How far inputs may be off while there is a zone, or none.

No-deal numbers: each signer at its own extreme, so that it is exact where one signer's no-deal value moves alone, and
else a bound. Importances where there is a zone: those of the best single deal, a bound (see `stability`).
Where there is none: in a truth within x of a party's importances w no outcome is worth more to it by more than

    max over u with 0 <= u <= x w, 0 <= d <= min(x w, w - least), sum u = sum d, of sum_k u_k hi_k - d_k lo_k

where hi_k and lo_k are the most and the least of v_k less the slope of its no-deal value; there is none as long as a
no-deal value less that much opens none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.model.statements import file_weights, least_weights
from sim.space.pareto import Floats
from sim.space.programs.brackets import decide
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE, margins
from sim.studies.robust.no_deal import reservations
from sim.studies.robust.radii import MOST, Extreme, Radius, sectioned
from sim.studies.robust.sides import Table

__all__ = ["Zones", "importances_without", "of_numbers"]

_BEYOND = 2e-6


@dataclass(frozen=True, eq=False)
class Zones:
    """What says whether there is a zone.

    Attributes
    ----------
    frontier : ndarray, shape (n, P)
    whole : Program or None
        Of the space, where the frontier is not exact.
    budget : Budget
        Of programs.
    """

    frontier: Floats
    whole: Program | None
    budget: Budget

    def margins(self, reservation: Floats) -> tuple[Floats, Floats]:
        """Return the best margin at reservation values (n, P) between two bounds, (n,) each."""
        found = margins(self.frontier, reservation)
        if self.whole is None:
            return found, found
        state = decide(self.whole, reservation, budget=self.budget).bracket
        return np.maximum(found, state.low), state.high

    def exists(self, reservation: Floats) -> bool | None:
        """Say whether there is a zone at reservation values (P,); None: not settled."""
        low, high = self.margins(reservation[None, :])
        if low[0] >= -TOLERANCE:
            return True
        return False if high[0] < -TOLERANCE else None


def of_numbers(group: str, moved: Sequence[Extreme], zones: Zones) -> list[Radius]:
    """Return how far no-deal numbers may be off while there is a zone, or none, each signer at its own extreme."""
    if not moved:
        return [Radius(group, None, None)]
    game, levels = moved[0].game, moved[0].levels
    plain = np.array([Extreme(game, name, (), levels)(np.zeros(1))[0] for name in game.signers])
    if (exists := zones.exists(plain)) is None:
        return []
    ends = [replace(each, highest=exists) for each in moved]

    def at(shares: Floats) -> Floats:
        r = np.tile(plain, (shares.size, 1))
        for end in ends:
            r[:, game.signers.index(end.name)] = end(shares.ravel())
        return r

    x = _last(zones, at, exists=exists)
    if x >= MOST:
        return [Radius(group, None, None)]
    alone = len(moved) == 1 and zones.exists(at(np.array([x + _BEYOND]))[0]) is (not exists)
    return [Radius(group, x, moved[0].name if alone and exists else None, alone)]


def _last(zones: Zones, at: Callable[[Floats], Floats], *, exists: bool) -> float:
    """Return the largest share at which it is proven that there is still a zone, or still none."""

    def gains(shares: Floats) -> Floats:
        low, high = zones.margins(at(shares))
        return np.asarray(low if exists else -high - 2 * TOLERANCE).reshape(shares.shape)

    return float(sectioned(gains, 1)[0])


def importances_without(table: Table, levels: dict[str, float], name: str, zones: Zones) -> list[Radius]:
    """Return how far a party's importances may be off at least while there is no zone; none where there may be one."""
    game = table.game
    plain = np.array([Extreme(game, other, (), levels)(np.zeros(1))[0] for other in game.signers])
    if zones.exists(plain) is not False:
        return []
    party, i = game.scenario.spec.parties[name], game.signers.index(name)
    own, least = file_weights(party), least_weights(party)
    slopes, _ = reservations(game, name, levels, {})
    values = np.concatenate(table.features[name])
    if not len(values):  # red lines leave no outcome, whatever the weights
        return [Radius(f"parties.{name}.values", None, None)]
    ends = (values.max(axis=0) - slopes[0], values.min(axis=0) - slopes[0])

    def at(shares: Floats) -> Floats:
        r = np.tile(plain, (shares.size, 1))
        r[:, i] -= [_most_more(own, least, ends, share) for share in shares.ravel().tolist()]
        return r

    x = _last(zones, at, exists=False)
    return [Radius(f"parties.{name}.values", None if x >= MOST else x, None, x >= MOST)]


def _most_more(own: Floats, least: Floats, ends: tuple[Floats, Floats], share: float) -> float:
    """Return what moving weights by a share can add at most: up where that is worth most, down where it costs least."""
    high, low = ends
    up, down = share * own, np.clip(np.minimum(share * own, own - least), 0.0, None)
    amount = min(up.sum(), down.sum())
    rise, fall = np.argsort(-high), np.argsort(low)
    added = np.diff(np.minimum(np.cumsum(up[rise]), amount), prepend=0.0) @ high[rise]
    lost = np.diff(np.minimum(np.cumsum(down[fall]), amount), prepend=0.0) @ low[fall]
    return float(max(0.0, added - lost))
