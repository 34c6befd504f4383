"""Who blocks at many leverage points: which signers fall short at the outcome that comes nearest to a zone."""

from __future__ import annotations

import numpy as np

from sim.space.zone import TOLERANCE
from sim.studies.why import conflict
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Bools, Floats, Ints, first_where
from sim.sweeps.batch.solutions import PIECE

__all__ = ["blocking"]


def blocking(batch: Batch) -> Bools:
    """Say which signers fall short at the outcome nearest to a zone, shape (G, P), where there is none.

    Where the red lines leave no outcome, those whose lines do.
    """
    u = batch.margins.points.utilities
    if not len(u):
        owners = {party for party, _ in conflict(batch.compiled.game)}
        return np.tile([name in owners for name in batch.compiled.game.signers], (len(batch), 1))
    result = np.zeros(batch.reservation.shape, dtype=bool)
    rows = np.flatnonzero(~batch.exists & ~batch.undecided)
    if len(rows):
        reservation = batch.reservation[rows]
        excess = u[(_nearest_two if u.shape[1] == 2 else _nearest_many)(u, reservation)] - reservation
        result[rows] = excess < -TOLERANCE
    return result


def _nearest_two(u: Floats, reservation: Floats) -> Ints:
    def excess(k: Ints) -> Floats:
        return u[k] - reservation

    n = np.full(len(reservation), len(u), dtype=np.int64)
    after = first_where(lambda k: excess(k)[:, 0] >= excess(k)[:, 1], np.zeros_like(n), n)
    left, right = np.maximum(after - 1, 0), np.minimum(after, n - 1)
    return np.where(excess(left).min(axis=1) >= excess(right).min(axis=1), left, right)


def _nearest_many(u: Floats, reservation: Floats) -> Ints:
    step = max(1, PIECE // len(u))
    parts = []
    for low in range(0, len(reservation), step):
        some = reservation[low : low + step]
        least = np.min([u[None, :, i] - some[:, i, None] for i in range(u.shape[1])], axis=0)
        parts.append(least.argmax(axis=1))
    return np.concatenate(parts)
