"""The deal that all signers accept in most truths, looked for among the deals found and by exchanges.

A deal is accepted by a signer in a truth where it is worth no less than no deal. Counting truths is no sum over
issues, so the search is one: from the deals with the best margins in single truths, one block's combination is
exchanged after another for the one accepted most often, as long as that helps. Other deals may be accepted more often.

Source: Lahdelma and Salminen (2001), SMAA-2: stochastic multicriteria acceptability analysis for group decision
making, for acceptability as a share of what the inputs may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.ensembles.draws import Truths
from sim.ensembles.judging import judge, tables_of, utilities_at
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE
from sim.studies.robust.sides import Table

__all__ = ["most_accepted", "outcome_of"]

_TRUTHS = 1024
_TRIED = 64
_STARTS = 4
_ROUNDS = 10


def most_accepted(table: Table, truths: Truths, levels: Mapping[str, float], known: Sequence[Ints] = ()) -> Ints | None:
    """Return of each block the combination (B,) in the deal found that all accept most often; None without outcomes.

    Parameters
    ----------
    table : Table
    truths : Truths
        The first thousand or so are looked at.
    levels : dict of str to float
        Leverage.
    known : sequence of ndarray of int, shape (B,)
        Deals to begin with besides.
    """
    if not all(map(len, table.among.levels)):
        return None
    some = truths.take(slice(0, _TRUTHS))
    found = judge(table, some, levels)
    order = np.argsort(-found.bracket.low, kind="stable")
    ranks = np.unique(np.linspace(0, len(order) - 1, _TRIED).astype(np.int64))
    # Truths from the kindest to the harshest.
    trials = [*known, *np.unique(found.bracket.chosen[order[ranks]], axis=0)]
    scores = [_score(utilities_at(table, some, deal) - found.reservation) for deal in trials]
    starts = np.argsort([-share - 1e-3 * short for share, short in scores], kind="stable")[:_STARTS]
    climbed = [_climbed(table, some, found.reservation, trials[k]) for k in starts]
    return max(climbed, key=lambda deal: _score(utilities_at(table, some, deal) - found.reservation))


def _score(gains: Floats) -> tuple[float, float]:
    """Return in which share of truths all accept, and the mean of what the least content gains, capped."""
    least = gains.min(axis=1)
    return float((least >= -TOLERANCE).mean()), float(np.minimum(least, 0.0).mean())


def _climbed(table: Table, truths: Truths, reservation: Floats, deal: Ints) -> Ints:
    tables = tables_of(table, truths)
    line = np.arange(len(reservation))
    gains = utilities_at(table, truths, deal) - reservation
    for _ in range(_ROUNDS):
        before = _score(gains)
        for b in range(len(deal)):
            rest = [gains[:, i, None] - each[b][line, deal[b], None] + each[b] for i, each in enumerate(tables)]
            least = np.minimum.reduce(rest)
            value = (least >= -TOLERANCE).mean(axis=0) + 1e-3 * np.minimum(least, 0.0).mean(axis=0)
            if value.argmax() != deal[b] and value.max() > value[deal[b]]:
                deal = np.where(np.arange(len(deal)) == b, value.argmax(), deal)
                gains = utilities_at(table, truths, deal) - reservation
        if _score(gains) <= before:
            break
    return deal


def outcome_of(table: Table, chosen: Ints) -> dict[str, float | str]:
    """Return a deal, given by its combination of each block, as a level for every issue."""
    numbers = np.zeros(len(table.game.issues), dtype=np.int64)
    for own, rows, k in zip(table.among.issues, table.among.levels, chosen, strict=True):
        numbers[list(own)] = rows[k]
    return table.game.outcome(numbers)
