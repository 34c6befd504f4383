"""What sessions of talks are about: no deal, the Nash deal, first demands, proposals of the stationary equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.terms import terms
from sim.simulations.measuring import Measured, measured
from sim.space.zone import ideal
from sim.studies.games.offers import no_offers, talk_terms
from sim.sweeps.batch.batch import Compiled
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers
from sim.theory.talks.tactics import proposals_on_grid

__all__ = ["SessionTerms", "session_terms"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SessionTerms:
    """At n sessions; arrays of shape (n, P) unless they say otherwise.

    Attributes
    ----------
    reservation, top : ndarray
        What no deal is worth, and what is asked for first.
    proposes, accepts : ndarray
        What is asked for in the stationary equilibrium; the top where there is none.
    nash : ndarray
        The Nash deal; nan where there is no zone.
    nash_row, margin : ndarray, shape (n,)
        The Nash deal as a row of the frontier, -1 where there is none; the margin.
    """

    reservation: Floats
    top: Floats
    proposes: Floats
    accepts: Floats
    nash: Floats
    nash_row: Ints
    margin: Floats


def session_terms(compiled: Compiled, levels: Mapping[str, Floats], count: int, start: str) -> SessionTerms:
    """Return what `count` sessions at levels of leverage (n,) are about; each level that recurs is looked at once."""
    table = np.stack([*levels.values(), np.zeros(count)], axis=1)
    some, where = np.unique(table, axis=0, return_inverse=True)
    here = {name: some[:, k] for k, name in enumerate(levels)}
    found = measured(compiled, here, {}, "nash", course=True, where="in some sessions")
    top = _top(compiled.utilities, found.reservation, start)
    proposes, accepts = _stationary(compiled, here, found, top)
    again = where.ravel() if levels else np.zeros(count, dtype=np.int64)
    return SessionTerms(
        reservation=found.reservation[again],
        top=top[again],
        proposes=proposes[again],
        accepts=accepts[again],
        nash=found.deal[again],
        nash_row=found.row[again],
        margin=found.margin[again],
    )


def _top(utilities: Floats, reservation: Floats, start: str) -> Floats:
    if not len(utilities):
        return reservation
    best = np.broadcast_to(utilities.max(axis=0), reservation.shape)
    if start == "best":
        return best
    inside = ideal(utilities, reservation)
    return np.where(np.isnan(inside), best, inside)


def _stationary(
    compiled: Compiled, levels: Mapping[str, Floats], found: Measured, top: Floats
) -> tuple[Floats, Floats]:
    game, u = compiled.game, compiled.utilities
    if no_offers(game) is not None or not len(u):
        return top, top
    own = terms(game, levels)
    keep, low = own.patience[:, game.columns], own.disagreement[:, game.columns]
    talks = talk_terms(game, found.reservation, np.broadcast_to(low, found.reservation.shape), keep)
    agreed = np.full((len(top), 2, 2), np.nan)
    agreed[talks.sound] = offers.stationary(upper_hull(u).utilities, **talks.at(talks.sound).stationary())
    proposes, accepts = proposals_on_grid(u, agreed)
    return np.where(np.isnan(proposes), top, proposes), np.where(np.isnan(accepts), top, accepts)
