r"""Offers of a random proposer whom all must accept: V_i = d_i + s_i (total - sum_j d_j), s_i ~ p_i / (1 - delta_i).

n signers; in each round signer i is drawn to propose with probability p_i, and everybody else must accept; a refusal
by anyone costs a round, after which gains over the disagreement point d are worth delta_i of what they were. In a
stationary equilibrium the proposer i offers each other j what waiting is worth, d_j + delta_j (V_j - d_j), and keeps
the rest, where V is what signers expect *before* the proposer is drawn. On a pie (sum u <= total; utilities are
transferable one for one) with pie S = total - sum_j d_j, writing v_i = V_i - d_i,

.. math:: v_i = p_i (S - \sum_j \delta_j v_j) + \delta_i v_i, \quad\text{so}\quad
          v_i = S \frac{p_i / (1 - \delta_i)}{\sum_j p_j / (1 - \delta_j)} ,

the only stationary equilibrium. Being drawn is worth S / sum_j p_j / (1 - delta_j) over answering, the same to all.

As rounds shorten, delta_i = exp(-rho_i t), t -> 0, proposals of all on any convex comprehensive set tend to the Nash
bargaining solution with powers p_i / rho_i: `limit` on the outcomes given, `limit_with_lotteries` on their convex hull.
Conditions: complete information; strategies do not depend on the past (with three signers and more others support any
division); the frontier of the set is smooth for the limit as a theorem, and on a finite set it is an approximation.

Sources: Binmore (1987), Perfect Equilibria in Bargaining Models (random proposers); Baron and Ferejohn (1989),
Bargaining in Legislatures; Merlo and Wilson (1995), A Stochastic Model of Sequential Bargaining with Complete
Information (uniqueness); Hart and Mas-Colell (1996), Bargaining and Value; Laruelle and Valenciano (2008),
Noncooperative Foundations of Bargaining Power in Committees and the Shapley-Shubik Index (the limit).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining import nash
from sim.theory.bargaining.nash_mixture import nash_mixture
from sim.theory.checks import finite, number, per_party, probabilities

__all__ = ["Proposals", "limit", "limit_power", "limit_with_lotteries", "proposals"]

Floats = NDArray[np.float64]

NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class Proposals:
    """The stationary equilibrium.

    Attributes
    ----------
    expected : ndarray, shape (P,)
        Utilities before the proposer is drawn.
    offers : ndarray, shape (P, P)
        Row i: what signer i proposes when drawn; accepted at once.
    first : float
        What being drawn is worth over answering.
    """

    expected: Floats
    offers: Floats
    first: float


def proposals(
    total: float, *, disagreement: ArrayLike, patience: ArrayLike, recognition: ArrayLike | None = None
) -> Proposals:
    """Stationary equilibrium on a pie.

    Parameters
    ----------
    total : float
        What utilities can sum to; at least what they sum to in disagreement.
    disagreement : array_like, shape (P,)
        Utilities of endless disagreement.
    patience : array_like, shape (P,)
        Discount factor of each signer per round, in (0, 1).
    recognition : array_like, shape (P,), optional
        Chance of each signer to be drawn; alike for all when not given.

    Raises
    ------
    ValueError
        If shapes do not match, a number is not finite or not allowed, or the total is below the sum in disagreement.

    Examples
    --------
    >>> found = proposals(1, disagreement=[0, 0, 0], patience=[0.9, 0.8, 0.95], recognition=[0.5, 0.3, 0.2])
    >>> found.expected.round(5).tolist()
    [0.47619, 0.14286, 0.38095]
    >>> found.offers[1].round(5).tolist(), round(found.first, 5)
    ([0.42857, 0.20952, 0.3619], 0.09524)
    """
    low, keep, chance = _signers(disagreement, patience, recognition)
    pie = number("total", total) - float(low.sum())
    if pie < -NOISE:
        raise ValueError(f"total: {total} (expected at least the sum in disagreement, {float(low.sum()):g})")
    weight = chance / (1.0 - keep)
    first = max(pie, 0.0) / float(weight.sum())
    gains = first * weight
    waiting = low + keep * gains
    return Proposals(low + gains, waiting + first * np.eye(len(low)), first)


def limit_power(patience: ArrayLike, recognition: ArrayLike | None = None) -> Floats:
    """Powers of the Nash bargaining solution to which proposals tend: p_i / -ln delta_i, summing to 1.

    Parameters
    ----------
    patience : array_like, shape (P,)
        Discount factors over any one length of time, in (0, 1).
    recognition : array_like, shape (P,), optional
        Chance of each signer to be drawn; alike for all when not given.

    Raises
    ------
    ValueError
        If shapes do not match, a discount factor lies outside (0, 1), or chances do not sum to 1.

    Examples
    --------
    >>> limit_power([0.9, 0.81], [0.5, 0.5]).round(6).tolist()
    [0.666667, 0.333333]
    """
    _, keep, chance = _signers(np.zeros(np.shape(patience)), patience, recognition)
    power = chance / -np.log(keep)
    return np.asarray(power / power.sum())


def limit(
    outcomes: ArrayLike, *, disagreement: ArrayLike, patience: ArrayLike, recognition: ArrayLike | None = None
) -> int | None:
    """Agreement as rounds shorten, among finitely many outcomes: the one with the greatest weighted Nash product.

    Parameters
    ----------
    outcomes : array_like, shape (n, P)
        Their utilities; those below the disagreement point are no agreements.
    disagreement, patience, recognition
        As for `proposals`; the discount factors may be over any one length of time.

    Returns
    -------
    int or None
        The row of the outcome, the first of equally good ones; None where no outcome reaches the disagreement point.

    Raises
    ------
    ValueError
        As `proposals`.

    Examples
    --------
    >>> limit([[0, 1], [0.4, 0.7], [0.7, 0.4], [1, 0]], disagreement=[0, 0], patience=[0.9, 0.8])
    2
    """
    points, low, power = _problem(outcomes, disagreement, patience, recognition)
    rows = np.flatnonzero((points >= low).all(axis=1))
    if not len(rows):
        return None
    values = nash.objective(points[rows], disagreement=low, ideal=points[rows].max(axis=0), power=power)
    return int(rows[values.argmax()])


def limit_with_lotteries(
    outcomes: ArrayLike, *, disagreement: ArrayLike, patience: ArrayLike, recognition: ArrayLike | None = None
) -> Floats:
    """Agreement as rounds shorten where signers can also agree on lotteries: the solution on the convex hull.

    Parameters
    ----------
    outcomes : array_like, shape (n, P)
        Their utilities.
    disagreement, patience, recognition
        As for `limit`.

    Returns
    -------
    ndarray, shape (n,)
        The chance of each outcome; nan where no lottery gains every signer more than 1e-9.

    Raises
    ------
    ValueError
        As `proposals`.

    Examples
    --------
    >>> chances = limit_with_lotteries([[0, 1], [1, 0]], disagreement=[0.2, 0.1], patience=[0.9, 0.9])
    >>> chances.round(6).tolist()
    [0.45, 0.55]
    """
    points, low, power = _problem(outcomes, disagreement, patience, recognition)
    return nash_mixture(points, disagreement=low, power=power)


def _signers(disagreement: ArrayLike, patience: ArrayLike, recognition: ArrayLike | None) -> tuple[Floats, ...]:
    """Checked disagreement point, discount factors and chances to propose, one each a signer."""
    low = finite("disagreement", disagreement)
    if low.ndim != 1 or len(low) < 2:
        raise ValueError(f"disagreement: shape {low.shape} (expected (P,), two signers or more)")
    keep = per_party("patience", patience, len(low))
    if keep.ndim != 1 or not ((keep > 0) & (keep < 1)).all():
        raise ValueError(f"patience: {keep.tolist()} (expected a number in (0, 1) for each signer)")
    chance = probabilities("recognition", np.full(len(low), 1 / len(low)) if recognition is None else recognition)
    if chance.shape != low.shape:
        raise ValueError(f"recognition: shape {chance.shape} (expected ({len(low)},), one number for each signer)")
    return low, keep, chance


def _problem(
    outcomes: ArrayLike, disagreement: ArrayLike, patience: ArrayLike, recognition: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Checked outcomes, disagreement point and powers in the limit."""
    low, _, _ = _signers(disagreement, patience, recognition)
    points = per_party("outcomes", outcomes, len(low))
    if points.ndim != 2 or not len(points):
        raise ValueError(f"outcomes: shape {points.shape} (expected (n, {len(low)}), at least one outcome)")
    return points, low, limit_power(patience, recognition)
