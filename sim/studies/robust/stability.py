"""What a result hangs on: for each group of inputs, how far it may be off before the result falls.

The *stability radius* of a deal under a group (a party's importances; the war's odds; a party's cost, rate, optimism,
losses or plain no-deal number) is the largest x such that every signer accepts the deal whatever the group's numbers
are, each within a share x of the file's, all other numbers being the file's. Importances keep their sum. It needs no
statement. Odds, optimism and rates are left out where fighting has a course: see `no_deal`. Since the sets of numbers
grow with x the worst gain never rises, so the radius is found by section; the worst gain itself is exact: corners for
no-deal numbers, a sort for importances.

The zone's radius asks the same of the existence of some deal. Where one signer's no-deal value moves alone it is exact;
where several move, or importances do, it is that of the best single deal, each signer at its own worst: the zone
stays at least so far, and the radius is marked so. Where there is no zone the radius is how far the numbers may be off
before there is one.

Source: the idea of a radius of stability is that of post-optimal analysis; see also robustness in SMAA, Lahdelma and
Salminen (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.game.compiled import Game
from sim.model.paths import lookup
from sim.model.statements import file_weights, intervals_within, least_weights, no_deal_numbers
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.polytopes import box_least
from sim.space.zone import TOLERANCE, margins
from sim.studies.robust.no_deal import cornerless, corners, reservations
from sim.studies.robust.sides import Table

__all__ = ["MOST", "Radius", "groups", "stability_of"]

MOST = 10.0
_POINTS = 65
_ROUNDS = 4
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


def groups(game: Game) -> dict[str, tuple[Keys, ...]]:
    """Return the groups of no-deal numbers of the signers by path, each with the keys of its numbers."""
    found: dict[str, list[Keys]] = {}
    for keys in no_deal_numbers(game.scenario):
        if (name := _group(keys, game.signers)) is None or cornerless(game, keys):
            continue
        if lookup(game.scenario.tree.data, keys) != 0:
            # A share of 0 is 0: such a number is not off by any share.
            found.setdefault(name, []).append(keys)
    return {name: tuple(keys) for name, keys in found.items()}


def _group(keys: Keys, signers: Sequence[str]) -> str | None:
    if keys[0] == "parties":
        inner = "optimism" if "optimism" in keys else keys[-1]
        head = f"parties.{keys[1]}.no_deal"
        if keys[1] not in signers:
            return None
        return f"{head}.war.{inner}" if keys[3:4] == ("war",) else head
    if keys[-1] == "end_rate":
        return "war.end_rate"
    if keys[3] == "worse_by":
        return f"war.outcomes.worse_by.{keys[4]}" if keys[4] in signers else None
    return "war.outcomes.odds"


def stability_of(
    table: Table,
    levels: Mapping[str, float],
    deals: Mapping[str, Ints],
    *,
    frontier: Floats,
    thinned: bool = False,
) -> dict[str, tuple[Radius, ...]]:
    """Return the radii of named deals, and of whether there is a zone as ``zone``, smallest first.

    Parameters
    ----------
    table : Table
    levels : dict of str to float
        Leverage.
    deals : dict of str to ndarray of int, shape (K,)
    frontier : ndarray, shape (n, P)
        Utilities of the Pareto frontier; where none of it is in the zone the radius is that of there being none.
    thinned : bool
        Whether the frontier is not exact: a zone then lasts at least so far, and of none nothing is said.
    """
    game, names = table.game, list(deals)
    at = np.array([deals[name] for name in names], dtype=np.int64).reshape(len(names), len(game.issues))
    utilities = game.factors.utilities(at)[:, game.columns]
    found: dict[str, list[Radius]] = {name: [] for name in (*names, "zone")}
    for group, keys in groups(game).items():
        highest = {i: _Extreme(game, game.signers[i], keys, levels) for i in _moved(game, keys)}
        radii = {i: sectioned(_gains(highest[i], utilities[:, i]), len(names)) for i in highest}
        for n, name in enumerate(names):
            found[name].append(_first(game, group, {i: float(radii[i][n]) for i in highest}))
        found["zone"] += _of_zone(group, list(highest.values()), frontier, thinned=thinned)
    for i, party in enumerate(game.signers):
        group = f"parties.{party}.values"
        alone = {name: _importance_radius(table, levels, party, deals[name]) for name in names}
        for name, x in alone.items():
            found[name].append(_first(game, group, {i: x}))
        if names:
            best = max(alone.values())
            found["zone"].append(Radius(group, None if best >= MOST else best, None, best >= MOST))
    return {name: tuple(sorted(radii, key=_size)) for name, radii in found.items()}


def _size(radius: Radius) -> float:
    return np.inf if radius.within is None else radius.within


def _moved(game: Game, keys: Sequence[Keys]) -> list[int]:
    """Return which signers' no-deal values some numbers move."""
    spec = game.scenario.spec
    result = []
    for i, name in enumerate(game.signers):
        at_war = hasattr(spec.parties[name].no_deal, "war")
        own = any(k[0] == "parties" and k[1] == name for k in keys)
        lost = any(k[3:4] == ("worse_by",) and k[4] == name for k in keys)
        shared = at_war and any(k[0] == "war" and k[-1] in ("odds", "end_rate") for k in keys)
        if own or lost or shared:
            result.append(i)
    return result


def _first(game: Game, group: str, radii: Mapping[int, float]) -> Radius:
    """Return the radius at which the first signer refuses."""
    i = min(radii, key=lambda i: radii[i], default=None)
    return Radius(group, None, None) if i is None or radii[i] >= MOST else Radius(group, radii[i], game.signers[i])


@dataclass(frozen=True, eq=False)
class _Extreme:
    """The highest, or lowest, no-deal value of a signer with some numbers within a share; called with shares (n,)."""

    game: Game
    name: str
    keys: tuple[Keys, ...]
    levels: Mapping[str, float]
    highest: bool = True

    def __call__(self, shares: Floats) -> Floats:
        game, own = self.game, file_weights(self.game.scenario.spec.parties[self.name])
        found = corners(game, self.name, intervals_within(game.scenario, self.keys, shares), highest=self.highest)
        flat = {keys: values.ravel() for keys, values in found.items()}
        slopes, constants = reservations(game, self.name, self.levels, flat)
        values = slopes @ own + constants
        if not found:
            return np.full(len(shares), values[0])
        table = values.reshape(-1, len(shares))
        return np.asarray(table.max(axis=0) if self.highest else table.min(axis=0))


def _gains(highest: _Extreme, utilities: Floats) -> Callable[[Floats], Floats]:
    return lambda shares: np.asarray(utilities[:, None] - highest(shares.ravel()).reshape(shares.shape))


def _of_zone(group: str, moved: Sequence[_Extreme], frontier: Floats, *, thinned: bool) -> list[Radius]:
    """Return how far no-deal numbers may be off while there is a zone, or none, each signer at its own extreme."""
    if not moved:
        return [Radius(group, None, None)]
    game, levels = moved[0].game, moved[0].levels
    plain = np.array([_Extreme(game, name, (), levels)(np.zeros(1))[0] for name in game.signers])
    exists = bool(margins(frontier, plain[None, :])[0] >= -TOLERANCE)
    if thinned and not exists:
        return []
    ends = [replace(each, highest=exists) for each in moved]

    def gains(shares: Floats) -> Floats:
        r = np.tile(plain, (shares.size, 1))
        for end in ends:
            r[:, game.signers.index(end.name)] = end(shares.ravel())
        found = margins(frontier, r).reshape(shares.shape)
        return np.asarray(found if exists else -found - 2 * TOLERANCE)

    x = float(sectioned(gains, 1)[0])
    if x >= MOST:
        return [Radius(group, None, None)]
    alone = len(moved) == 1
    return [Radius(group, x, moved[0].name if alone and exists else None, alone and not thinned)]


def _importance_radius(table: Table, levels: Mapping[str, float], name: str, deal: Ints) -> float:
    party = table.game.scenario.spec.parties[name]
    own, least = file_weights(party), least_weights(party)
    slopes, constants = reservations(table.game, name, levels, {})
    values, fixed = _at(table, name, deal)
    direction, rest = values - slopes[0], fixed - constants[0]

    def gains(shares: Floats) -> Floats:
        low = np.minimum(np.maximum(own * np.maximum(1 - shares.T, 0.0), least), own)
        weights = box_least(float(own.sum()), low, own * (1 + shares.T), np.broadcast_to(direction, low.shape))
        return np.asarray((weights @ direction + rest)[None, :])

    return float(sectioned(gains, 1)[0])


def _at(table: Table, name: str, deal: Ints) -> tuple[Floats, float]:
    values, fixed = np.zeros(table.features[name][0].shape[1]), 0.0
    for b, own in enumerate(table.among.issues):
        row = int(np.flatnonzero((table.among.levels[b] == deal[list(own)]).all(axis=1))[0])
        values += table.features[name][b][row]
        fixed += float(table.fixed[name][b][row])
    return values, fixed


def sectioned(gains: Callable[[Floats], Floats], count: int) -> Floats:
    """Return for each of some results the largest share at which its gain is not below 0, at most `MOST`.

    Parameters
    ----------
    gains : callable
        Shares (count, n) to gains (count, n), never rising along a row.
    count : int
    """
    low, high = np.zeros(count), np.full(count, MOST)
    if not count:
        return low
    for _ in range(_ROUNDS):
        shares = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, _POINTS)
        holds = np.minimum.accumulate(gains(shares) >= -TOLERANCE, axis=1)
        last = holds.sum(axis=1) - 1
        rows = np.arange(count)
        none, all_ = last < 0, last == _POINTS - 1
        low = np.where(none, low, shares[rows, np.maximum(last, 0)])
        high = np.where(all_, low, np.where(none, low, shares[rows, np.minimum(last + 1, _POINTS - 1)]))
    return low
