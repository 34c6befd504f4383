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
from sim.theory.checks import finite, number, per_party, probabilities

__all__ = ["Proposals", "limit", "limit_power", "limit_with_lotteries", "proposals"]

Floats = NDArray[np.float64]

NOISE = 1e-12
_LEAST_GAIN = 1e-9
_GAP = 1e-10
_USED = 1e-5
_ROUGH = 1e-7
_SHRINK = 0.2
_STEPS = 50
_CENTRED = 1e-4
_SHORTEST = 1e-9


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

    A concave programme, solved by an interior-point method until the logarithm of the weighted Nash product is within
    1e-6 of the greatest, then exactly among the outcomes in use, where those can be told.

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
    gains = points - low
    start = _fairest(gains)
    if start is None:
        return np.full(len(points), np.nan)
    return _best_mixture(gains[:, power > 0], power[power > 0], start)


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


def _fairest(gains: Floats) -> Floats | None:
    """The chances that make the least gain greatest, None where it is not above 1e-9."""
    from scipy.optimize import linprog

    count, signers = gains.shape
    found = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=np.hstack([-gains.T, np.ones((signers, 1))]),
        b_ub=np.zeros(signers),
        A_eq=np.append(np.ones(count), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * count + [(None, None)],
        method="highs-ds",
    )
    return np.asarray(found["x"][:-1]) if -float(found["fun"]) > _LEAST_GAIN else None


def _best_mixture(gains: Floats, power: Floats, start: Floats) -> Floats:
    """The chances (n,) that maximise sum w log(gain): Newton's method along the central path.

    The barrier t sum log(chance) leaves the optimum short by at most t n in the logarithm of the Nash product.
    """
    count = len(start)
    away = min(1.0, 0.5 * _distance(start @ gains, (start - 1 / count) @ gains))
    chances = (1 - away) * start + away / count
    barrier = 1.0 / count
    while barrier * count > _ROUGH:
        barrier *= _SHRINK
        for _ in range(_STEPS):
            step, promise = _newton(gains, power, chances, barrier)
            if promise <= _CENTRED * barrier:
                break
            chances = _along(gains, power, chances, (step, promise, barrier))
    return _polished(gains, power, chances)


def _along(gains: Floats, power: Floats, chances: Floats, step: tuple[Floats, float, float]) -> Floats:
    """Chances a step on, cut short until the objective with its barrier keeps a tenth of what the step promises."""
    direction, promise, barrier = step

    def objective(point: Floats) -> float:
        return float(power @ np.log(point @ gains) + barrier * np.log(point).sum())

    length = min(1.0, 0.95 * _distance(chances, -direction), 0.95 * _distance(chances @ gains, -direction @ gains))
    now = objective(chances)
    # Close to the central path Newton converges by itself, and rounding hides what is gained.
    while (
        promise > 0.1 * barrier
        and length > _SHORTEST
        and objective(chances + length * direction) < now + 0.1 * length * promise
    ):
        length *= 0.5
    point = chances + length * direction
    return np.asarray(point / point.sum())


def _polished(gains: Floats, power: Floats, chances: Floats) -> Floats:
    """The optimum among the outcomes in use, where it is one of all and closer than what was found."""
    used = chances > _USED
    own, part = gains[used], chances[used] / chances[used].sum()
    for _ in range(_STEPS):
        total = part @ own
        weight = own / total
        system = np.ones((len(part) + 1, len(part) + 1))
        system[:-1, :-1], system[-1, -1] = (weight * power) @ weight.T, 0.0
        step = np.linalg.lstsq(system, np.append(weight @ power, 0.0), rcond=1e-13)[0][:-1]
        part = part + step
        if not (part > 0).all() or not (part @ own > 0).all():
            return chances
        if np.abs(step).max() < _GAP:
            break
    polished = np.zeros(len(chances))
    polished[used] = part / part.sum()
    return polished if _short(gains, power, polished) <= _short(gains, power, chances) else chances


def _short(gains: Floats, power: Floats, chances: Floats) -> float:
    """The most by which the logarithm of the weighted Nash product can fall short of the greatest."""
    return float((gains @ (power / (chances @ gains))).max() - 1.0)


def _distance(sizes: Floats, falls: Floats) -> float:
    """How many falls positive sizes can take before one reaches 0; at most 1e3."""
    return float(np.min(sizes / np.maximum(falls, 1e-3 * sizes)))


def _newton(gains: Floats, power: Floats, chances: Floats, barrier: float) -> tuple[Floats, float]:
    """The step that keeps the sum of chances, and what it promises; the Hessian is diagonal plus rank P."""
    total = chances @ gains
    slope = gains @ (power / total) + barrier / chances
    diagonal = chances**2 / barrier
    spread = diagonal[:, None] * gains
    inner = np.diag(total**2 / power) + gains.T @ spread

    def inverse(vector: Floats) -> Floats:
        return np.asarray(diagonal * vector - spread @ np.linalg.solve(inner, spread.T @ vector))

    uphill, level = inverse(slope), inverse(np.ones(len(chances)))
    step = uphill - level * (uphill.sum() / level.sum())
    return step, float(slope @ step)
