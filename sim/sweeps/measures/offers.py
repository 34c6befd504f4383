"""Measures of alternating offers, by patience and at fixed costs, whole batches at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.studies.games.fixed_costs import no_round_costs, round_costs
from sim.studies.games.offers import agreed, no_offers, talk_terms
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Floats
from sim.sweeps.measures.record import Layout, Measure, Variable, Variables, for_parties
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers

__all__ = ["OFFER_MEASURES"]

Arrays = dict[str, NDArray[Any]]

_OFFERS = {
    "offers_utility": Variable(("first", "party"), "Alternating offers: utility when that side makes the first"),
}
_FIXED = {
    "fixed_costs_least": Variable(("first", "party"), "Offers at fixed costs: worst equilibrium of the first party"),
    "fixed_costs_most": Variable(("first", "party"), "Offers at fixed costs: best equilibrium of the first party"),
}


def _offer_variables(layout: Layout) -> Variables:
    return {
        **({} if no_offers(layout.game) else _OFFERS),
        **({} if no_round_costs(layout.game) else _FIXED),
    }


def _no_offers(layout: Layout) -> str | None:
    return None if _offer_variables(layout) else no_offers(layout.game)


def _offers(batch: Batch) -> Arrays:
    game, u = batch.compiled.game, batch.compiled.utilities
    found = {name: np.full((len(batch), 2, 2), np.nan) for name in _offer_variables(Layout(game, batch.solutions))}
    if len(u):
        frontier = upper_hull(u).utilities
        if _OFFERS.keys() <= found.keys():
            found["offers_utility"] = _alternating(batch, frontier)
        if _FIXED.keys() <= found.keys():
            ends = offers.fixed_costs(frontier, disagreement=batch.reservation, costs=round_costs(game))
            found |= dict(zip(_FIXED, ends, strict=True))
    return {name: for_parties(batch, _whole(values)) for name, values in found.items()}


def _alternating(batch: Batch, frontier: Floats) -> Floats:
    game = batch.compiled.game
    patience, low = (part[:, game.columns] for part in (batch.terms.patience, batch.terms.disagreement))
    own, found = talk_terms(game, batch.reservation, low, patience), np.full((len(batch), 2, 2), np.nan)
    found[own.sound] = agreed(game, frontier, own.at(own.sound))
    return found


def _whole(proposals: Floats) -> Floats:
    """Return proposals (G, 2, 2) with nan wherever part of one is missing."""
    return np.where(np.isfinite(proposals).all(axis=(1, 2), keepdims=True), proposals, np.nan)


OFFER_MEASURES: dict[str, Measure] = {
    "offers": Measure(
        _offer_variables,
        _offers,
        _no_offers,
        lambda layout: {"first": layout.game.signers},
    ),
}
