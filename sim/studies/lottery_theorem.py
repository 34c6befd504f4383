"""When a zone with lotteries must exist: no side can hope for more from war than the lottery of its ends is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.game.numbers import Numbers
from sim.game.terms import terms
from sim.model.issues import level_index
from sim.model.parties import WarNoDeal
from sim.model.paths import Keys, lookup

__all__ = ["at_war", "cost_path", "zone_by_theorem"]


def zone_by_theorem(game: Game, leverage: Mapping[str, Any]) -> bool:
    """Say whether a zone with lotteries must exist.

    Where all signers face the war lottery with the same odds and rates, lose by fighting, and every way the war can
    end (and the status quo, where war lasts) is an outcome on the table that no red line forbids, the lottery of those
    outcomes itself is worth at least r to everybody (Fearon 1995).
    """
    section = game.scenario.spec.war
    if len(list(at_war(game))) < len(game.signers) or section is None or game.factors.masks:
        return False
    here = terms(game, leverage)
    free = terms(game, leverage, final={cost_path(party): 0.0 for party in game.signers})
    costly = bool((free.reservation >= here.reservation - 1e-12)[:, game.columns].all())
    number = Numbers(game, leverage, {}, {})
    return costly and all(map(_fair, (number, *number.course)))


def _fair(number: Numbers) -> bool:
    """Say whether war as it is from some date on is worth no more than a lottery of outcomes on the table."""
    on_table = all(_on_table(number, point) for point in _points(number.game))
    return on_table and _alike(number) and _harmless(number)


def _alike(number: Numbers) -> bool:
    """Say whether all signers see the same odds, and where war lasts have the same discount rate."""
    game, section = number.game, number.game.scenario.spec.war
    assert section is not None
    rows = []
    for party in game.signers:
        here = ("parties", party, "no_deal", "war")
        row = [number(*here, "optimism", outcome, default=1.0) for outcome in section.outcomes]
        rows.append(np.concatenate(row + [number(*here, "discount_rate")] * (section.end_rate is not None)))
    return bool(np.ptp(rows, axis=0).max() <= 1e-12)


def _harmless(number: Numbers) -> bool:
    """Say whether no end of the war is better for a signer than its levels say."""
    ends = [keys[:-1] for keys in _points(number.game) if keys[-1] == "levels"]
    losses = (number(*end, "worse_by", party, default=0.0) for end in ends for party in number.game.signers)
    return all(bool((loss >= 0).all()) for loss in losses)


def _points(game: Game) -> Iterator[Keys]:
    """Yield where the points that the war lottery mixes are written."""
    section = game.scenario.spec.war
    assert section is not None
    yield from (("war", "outcomes", outcome, "levels") for outcome in section.outcomes)
    if section.end_rate is not None:
        yield ("war", "status_quo")


def _on_table(number: Numbers, keys: Keys) -> bool:
    """Say whether a point of the war section, after leverage, is an outcome that can be agreed on."""
    game, issues = number.game, number.game.scenario.spec.issues
    for k, name in enumerate(game.issues):
        level = lookup(game.scenario.tree.data, keys)[name]
        index = level_index(issues[name], level if isinstance(level, str) else float(number(*keys, name)[0]))
        if index is None or issues[name].all_levels()[index] not in game.levels[k]:
            return False
    return True


def at_war(game: Game) -> Iterator[tuple[str, Any]]:
    """Yield the signers that face the war lottery without a deal, with their records."""
    for name in game.signers:
        party = game.scenario.spec.parties[name]
        if isinstance(party.no_deal, WarNoDeal):
            yield name, party


def cost_path(party: str) -> tuple[str, ...]:
    """Return where a party's cost of war is written."""
    return ("parties", party, "no_deal", "war", "cost")
