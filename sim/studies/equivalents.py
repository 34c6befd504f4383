"""Utilities in natural units: which move of one term is worth to a party what a deal gains it, or most of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.studies.records import Study

__all__ = ["Equivalent", "equivalents"]

_LEAST = 0.005


@dataclass(frozen=True)
class Equivalent:
    """A move of one numeric term, and what it is worth to a party beside its gain.

    Attributes
    ----------
    party, issue : str
    gain : float
        What the Nash deal is worth to the party over no deal.
    worth : float
        What the move costs it, the other terms as in the Nash deal.
    start, end : float
        The term of the Nash deal, and where it would have to go.
    """

    party: str
    issue: str
    gain: float
    worth: float
    start: float
    end: float


def equivalents(study: Study) -> tuple[Equivalent, ...]:
    """Return for each signer the single term whose worsening is worth nearest to what the Nash deal gains it.

    Red lines are left aside. Left out for a party to whom no numeric term of the deal is worth anything.
    """
    if "nash" not in study.solutions:
        return ()
    nearest = (min(_moves(study, party), key=_miss, default=None) for party in study.game.signers)
    return tuple(one for one in nearest if one is not None and one.worth >= _LEAST)


def _miss(one: Equivalent) -> float:
    return abs(one.worth - one.gain)


def _moves(study: Study, party: str) -> Iterator[Equivalent]:
    """Yield every worsening of one numeric term of the Nash deal."""
    game, deal = study.game, study.solutions["nash"]
    gain = deal.gains[party]
    if gain <= 1e-9:
        return
    column, here = game.parties.index(party), game.level_numbers(deal.outcome)[0]
    for k, issue in enumerate(game.issues):
        levels = game.levels[k]
        if len(levels) < 2 or isinstance(levels[0], str):
            continue
        trial = np.repeat(here[None, :], len(levels), axis=0)
        trial[:, k] = np.arange(len(levels))
        lost = deal.utilities[party] - game.factors.utilities(trial)[:, column]
        best = int(np.abs(lost - gain).argmin())
        start, end = float(levels[here[k]]), float(levels[best])
        yield Equivalent(party, issue, gain, float(lost[best]), start, end)
