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
before there is one (`sim.studies.robust.zone_radii`).

Source: the idea of a radius of stability is that of post-optimal analysis; see also robustness in SMAA, Lahdelma and
Salminen (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.game.compiled import Game
from sim.model.paths import lookup
from sim.model.statements import file_weights, least_weights, no_deal_numbers
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import Program
from sim.space.truths.polytopes import box_least
from sim.studies.robust.no_deal import cornerless, reservations
from sim.studies.robust.radii import MOST, Extreme, Keys, Radius, sectioned
from sim.studies.robust.sides import Table
from sim.studies.robust.zone_radii import Zones, importances_without, of_numbers

__all__ = ["MOST", "Radius", "groups", "stability_of"]


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
    whole: Program | None = None,
    budget: Budget | None = None,
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
    whole : Program, optional
        Of the space, where the frontier is not exact.
    budget : Budget, optional
        Of its programs.
    """
    game, names = table.game, list(deals)
    at = np.array([deals[name] for name in names], dtype=np.int64).reshape(len(names), len(game.issues))
    utilities = game.factors.utilities(at)[:, game.columns]
    found: dict[str, list[Radius]] = {name: [] for name in (*names, "zone")}
    zones = Zones(frontier, whole, budget or Budget())
    for group, keys in groups(game).items():
        highest = {i: Extreme(game, game.signers[i], keys, levels) for i in _moved(game, keys)}
        radii = {i: sectioned(_gains(highest[i], utilities[:, i]), len(names)) for i in highest}
        for n, name in enumerate(names):
            found[name].append(_first(game, group, {i: float(radii[i][n]) for i in highest}))
        found["zone"] += of_numbers(group, list(highest.values()), zones)
    for i, party in enumerate(game.signers):
        group = f"parties.{party}.values"
        alone = {name: _importance_radius(table, levels, party, deals[name]) for name in names}
        for name, x in alone.items():
            found[name].append(_first(game, group, {i: x}))
        if names:
            best = max(alone.values())
            found["zone"].append(Radius(group, None if best >= MOST else best, None, best >= MOST))
        else:
            found["zone"] += importances_without(table, dict(levels), party, zones)
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


def _gains(highest: Extreme, utilities: Floats) -> Callable[[Floats], Floats]:
    return lambda shares: np.asarray(utilities[:, None] - highest(shares.ravel()).reshape(shares.shape))


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
