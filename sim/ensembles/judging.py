"""What follows in each of some truths: no-deal values, whether a zone exists, its margin between two bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.brackets import Bracket, bracket, utilities_in
from sim.ensembles.draws import Truths
from sim.ensembles.settling import exchanged_pairs, settled
from sim.errors import NotDefined
from sim.game.terms import terms
from sim.model.parties import Impasse
from sim.model.paths import dotted
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE
from sim.studies.robust.no_deal import reservations
from sim.studies.robust.sides import Table

__all__ = ["Judged", "disagreements", "judge", "no_deal_values", "tables_of", "utilities_at"]


@dataclass(frozen=True, eq=False)
class Judged:
    """n truths, judged; columns are the signers.

    Attributes
    ----------
    exists, undecided : ndarray of bool, shape (n,)
        Where undecided, `exists` is False.
    reservation : ndarray, shape (n, P)
    bracket : Bracket
    folds : int
        How many truths were settled by a fold of their own.
    """

    exists: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    reservation: Floats
    bracket: Bracket
    folds: int


def no_deal_values(table: Table, truths: Truths, levels: Mapping[str, float]) -> Floats:
    """Return the signers' no-deal values in every truth, shape (n, P).

    Raises
    ------
    NotDefined
        Some numbers make others illegal.
    """
    columns = []
    for name in table.game.signers:
        slopes, constants = reservations(table.game, name, levels, truths.numbers)
        columns.append((truths.weights[name] * slopes).sum(axis=1) + constants)
    return np.stack(columns, axis=1)


def disagreements(table: Table, truths: Truths, levels: Mapping[str, float], reservation: Floats) -> Floats:
    """Return what endless disagreement is worth to each signer, shape (n, P): r but for an impasse."""
    game = table.game
    numbers = {dotted(keys): values for keys, values in truths.numbers.items()}
    found = np.broadcast_to(terms(game, levels, numbers=numbers).disagreement[:, game.columns], reservation.shape)
    apart = [isinstance(game.scenario.spec.parties[name].no_deal, Impasse) for name in game.signers]
    return np.where(apart, found, reservation)


def tables_of(table: Table, truths: Truths) -> list[list[Floats]]:
    """Return for each signer its utilities (n, n_b) of each block's combinations."""
    signers = table.game.signers
    return [utilities_in(table.features[name], table.fixed[name], truths.weights[name]) for name in signers]


def utilities_at(table: Table, truths: Truths, chosen: Ints) -> Floats:
    """Return what one deal, given by its combination (B,) of each block, is worth to the signers, shape (n, P)."""
    columns = []
    for name in table.game.signers:
        values = sum(part[k] for part, k in zip(table.features[name], chosen, strict=True))
        rest = sum(float(part[k]) for part, k in zip(table.fixed[name], chosen, strict=True))
        columns.append(truths.weights[name] @ values + rest)
    return np.stack(columns, axis=1)


def judge(table: Table, truths: Truths, levels: Mapping[str, float], *, closely: bool = True) -> Judged:
    """Say in which truths a zone exists, with bounds of the margin.

    Parameters
    ----------
    table : Table
    truths : Truths
    levels : dict of str to float
        Leverage.
    closely : bool
        Whether the bounds are brought together; else only whether there is a zone is found out, in less time.

    Raises
    ------
    NotDefined
        A budget is not listed, so that blocks cannot be looked at apart.
    """
    if len(table.among.least):
        raise NotDefined("a budget joins too many combinations of levels for truths to be settled one by one")
    signers = table.game.signers
    reservation = no_deal_values(table, truths, levels)
    state = bracket(
        [table.features[name] for name in signers],
        [table.fixed[name] for name in signers],
        [truths.weights[name] for name in signers],
        reservation,
        closely=closely,
    )
    open_ = np.flatnonzero((state.low < -TOLERANCE) & (state.high >= -TOLERANCE))
    if len(open_):
        state, folds, unsure = _settled(table, truths.take(open_), (reservation, state), open_)
    else:
        folds, unsure = 0, open_
    undecided = np.zeros(len(reservation), dtype=bool)
    undecided[unsure] = True
    return Judged(state.low >= -TOLERANCE, undecided, reservation, state, folds)


def _settled(table: Table, truths: Truths, before: tuple[Floats, Bracket], rows: Ints) -> tuple[Bracket, int, Ints]:
    """Return the bracket with open truths settled, how many by folds, and which stay open."""
    reservation, state = before
    low, high, chosen = state.low.copy(), state.high.copy(), state.chosen.copy()
    tables = tables_of(table, truths)
    found, deals = exchanged_pairs(tables, reservation[rows], chosen[rows])
    better = found > low[rows]
    low[rows[better]], chosen[rows[better]] = found[better], deals[better]
    left, unsure = np.flatnonzero(low[rows] < -TOLERANCE), []
    for k in left.tolist():
        row = rows[k]
        exists, margin, deal = settled(_one(tables, k), reservation[row])
        if exists and deal is not None:
            low[row], high[row], chosen[row] = margin, max(margin, min(high[row], margin)), deal
        elif exists is None:
            unsure.append(row)
        else:
            high[row] = max(low[row], -1.5 * TOLERANCE)
    done = replace(state, low=low, high=np.maximum(high, low), chosen=chosen)
    return done, len(left), np.array(unsure, dtype=np.int64)


def _one(tables: Sequence[Sequence[Floats]], k: int) -> list[Floats]:
    """Return the utilities (n_b, P) of each block in one truth."""
    return [np.stack([each[b][k] for each in tables], axis=1) for b in range(len(tables[0]))]
