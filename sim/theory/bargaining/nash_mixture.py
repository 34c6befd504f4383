r"""Nash bargaining solution of any number of signers with lotteries: arg max sum_i w_i log(x_i - d_i).

x runs over the convex hull of finitely many outcomes' utilities, x = sum_k c_k u_k with chances c_k >= 0 that sum to 1.
The programme is concave in c, and c solves it exactly where

.. math:: \sum_i w_i \frac{u_{ki} - d_i}{x_i - d_i} \le 1 \quad\text{for every outcome } k,

with equality for those in use; the most by which this fails bounds what the logarithm of the weighted Nash product
falls short of the greatest. At most P outcomes need be used (Caratheodory).

Method: a linear programme finds a mixture that gains everybody something; Newton's method follows the central path of a
logarithmic barrier (the Hessian is diagonal plus rank P) to within 1e-6 or so; among the outcomes then in use the
optimum is found exactly, where it is one of all.

Sources: Nash (1950), The Bargaining Problem; Harsanyi and Selten (1972) for the powers; Boyd and Vandenberghe (2004),
Convex Optimization (the barrier method).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import finite, non_negative

__all__ = ["nash_mixture"]

Floats = NDArray[np.float64]

_LEAST_GAIN = 1e-9
_CLOSE = 1e-10
_USED = 1e-5
_ROUGH = 1e-7
_SHRINK = 0.2
_STEPS = 50
_CENTRED = 1e-4
_SHORTEST = 1e-9


def nash_mixture(outcomes: ArrayLike, *, disagreement: ArrayLike, power: ArrayLike) -> Floats:
    """Chances of outcomes in the Nash bargaining solution with lotteries.

    Parameters
    ----------
    outcomes : array_like, shape (n, P)
        Utilities of n >= 1 outcomes; free disposal is not assumed, nor needed.
    disagreement : array_like, shape (P,)
    power : array_like, shape (P,)
        Not negative, not all 0; signers without power still get no less than in disagreement.

    Returns
    -------
    ndarray, shape (n,)
        nan where no lottery gains every signer more than 1e-9.

    Raises
    ------
    ValueError
        If shapes do not match, a number is not finite, or powers are negative or all 0.

    Examples
    --------
    Three who can each have all, one of them with twice the power:

    >>> nash_mixture(np.eye(3), disagreement=[0, 0, 0], power=[2, 1, 1]).round(6).tolist()
    [0.5, 0.25, 0.25]
    """
    points, low, weight = (
        finite("outcomes", outcomes),
        finite("disagreement", disagreement),
        non_negative("power", power),
    )
    if points.ndim != 2 or not len(points) or low.shape != points.shape[1:] or weight.shape != low.shape:
        shapes = f"{points.shape}, {low.shape} and {weight.shape}"
        raise ValueError(
            f"outcomes, disagreement, power: shapes {shapes} (expected (n, P), (P,) and (P,), n at least 1)"
        )
    if not weight.any():
        raise ValueError(f"power: {weight.tolist()} (expected numbers of at least 0, not all 0)")
    gains = points - low
    start = _fairest(gains)
    if start is None:
        return np.full(len(points), np.nan)
    return _best_mixture(gains, weight / weight.sum(), start)


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
        # Who has no power still gets at least the disagreement point: a barrier as for the chances.
        weight = np.where(power > 0, power, barrier)
        for _ in range(_STEPS):
            step, promise = _newton(gains, weight, chances, barrier)
            if promise <= _CENTRED * barrier:
                break
            chances = _along(gains, weight, chances, (step, promise, barrier))
    voices = power > 0
    polished = _polished(gains[:, voices], power[voices], chances)
    return polished if (polished @ gains >= 0).all() else chances


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
        if np.abs(step).max() < _CLOSE:
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
