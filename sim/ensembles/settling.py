"""Single truths settled exactly: does a zone exist, and which deal does a solution pick.

The frontier of the blocks is folded for the weights of one truth, with what cannot reach the no-deal values dropped on
the way (`sim.space.folds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.folds import Frontier, fold
from sim.space.pareto import Floats
from sim.space.points import Points, pruned
from sim.space.zone import TOLERANCE, margins
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["Pick", "exchanged_pairs", "pick", "settled"]

_CELLS = 1 << 20


@dataclass(frozen=True, eq=False)
class Pick:
    """What a solution picks in one truth.

    Attributes
    ----------
    utilities : ndarray, shape (P,)
    chosen : ndarray of int, shape (B,)
        Of each block the combination.
    ideal : ndarray, shape (P,)
        Each signer's best utility in the zone.
    """

    utilities: Floats
    chosen: Ints
    ideal: Floats


def _zone(tables: Sequence[Floats], reservation: Floats) -> Frontier:
    """Return the frontier of the zone, codes being combinations by block; tables (n_b, P)."""
    parts = []
    for b, utilities in enumerate(tables):
        codes = np.zeros((len(utilities), len(tables)), dtype=np.int64)
        codes[:, b] = np.arange(len(utilities))
        parts.append(Frontier(pruned(Points(utilities, codes))))
    return fold(parts, floor=reservation - TOLERANCE)


def settled(tables: Sequence[Floats], reservation: Floats) -> tuple[bool | None, float, Ints | None]:
    """Say whether a truth has a zone, with the best margin and a deal that has it; None where that stays open.

    Parameters
    ----------
    tables : sequence of ndarray, shape (n_b, P)
        Utilities of each block's combinations.
    reservation : ndarray, shape (P,)
    """
    found = _zone(tables, reservation)
    if not len(found.points):
        return (None if found.resolution > 0 else False), -np.inf, None
    row = int((found.points.utilities - reservation).min(axis=1).argmax())
    margin = float(margins(found.points.utilities, reservation[None, :])[0])
    return True, margin, found.points.codes[row]


def pick(
    tables: Sequence[Floats], solution: str, *, reservation: Floats, disagreement: Floats, power: Floats
) -> Pick | None:
    """Return the deal that a solution picks in one truth, None without a zone or where the frontier is not exact."""
    found = _zone(tables, reservation)
    if not len(found.points) or found.resolution > 0:
        return None
    utilities = found.points.utilities
    ideal = utilities.max(axis=0)
    objective = SOLUTIONS[solution].objective
    assert objective is not None
    values = objective(utilities, disagreement=disagreement, ideal=ideal, power=power)
    row = int(choose(values, utilities, disagreement=disagreement, ideal=ideal)[0])
    return Pick(utilities[row], found.points.codes[row], ideal)


def exchanged_pairs(tables: Sequence[Sequence[Floats]], reservation: Floats, chosen: Ints) -> tuple[Floats, Ints]:
    """Exchange the combinations of every two blocks at once for those with the best margin.

    Parameters
    ----------
    tables : for each signer its utilities (n, n_b) of each block
    reservation : ndarray, shape (n, P)
    chosen : ndarray of int, shape (n, B)
        Deals to begin with.

    Returns
    -------
    margin, chosen : ndarray, shapes (n,) and (n, B)
    """
    largest = sorted((part.shape[1] for part in tables[0]), reverse=True)[:2]
    step = max(1, _CELLS // int(np.prod(largest)))
    parts = [
        _pairs([[t[rows] for t in each] for each in tables], reservation[rows], chosen[rows])
        for rows in (slice(k, k + step) for k in range(0, len(chosen), step))
    ]
    return np.concatenate([margin for margin, _ in parts]), np.concatenate([deal for _, deal in parts])


def _pairs(tables: Sequence[Sequence[Floats]], reservation: Floats, chosen: Ints) -> tuple[Floats, Ints]:
    chosen, line = chosen.copy(), np.arange(len(chosen))
    gains = -reservation.copy()
    for i, each in enumerate(tables):
        for b, part in enumerate(each):
            gains[:, i] += part[line, chosen[:, b]]
    for a in range(chosen.shape[1]):
        for b in range(a):
            score = np.full((len(line), tables[0][a].shape[1], tables[0][b].shape[1]), np.inf)
            rest = gains.copy()
            for i, each in enumerate(tables):
                rest[:, i] -= each[a][line, chosen[:, a]] + each[b][line, chosen[:, b]]
                first = rest[:, i, None] + each[a]
                np.minimum(score, first[:, :, None] + each[b][:, None, :], out=score)
            best = score.reshape(len(line), -1).argmax(axis=1)
            chosen[:, a], chosen[:, b] = np.divmod(best, score.shape[2])
            for i, each in enumerate(tables):
                gains[:, i] = rest[:, i] + each[a][line, chosen[:, a]] + each[b][line, chosen[:, b]]
    return gains.min(axis=1), chosen
