"""Doubt about compatibility in the Nash demand game, where any utility may be demanded.

Demands (a, b) are met with probability P(a, b) = 1 / (1 + exp(s(a, b) / eps)), s the shortfall (`demand_game`). The
pair that maximises (a - d_1)(b - d_2) P(a, b) is an equilibrium. As eps falls to 0, P falls to 0 where s > 0 and rises
to 1 where s < 0, so that its product tends to the greatest product of gains: the Nash bargaining solution, of finitely
many outcomes too.

Source: Nash (1953), Two-Person Cooperative Games. The logistic form of P is a choice made here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite, per_party, together

__all__ = ["smoothed_split", "vanishing_doubt"]

Array = NDArray[np.float64]


def vanishing_doubt(utilities: ArrayLike, disagreement: ArrayLike) -> int | None:
    """Return which outcome both demand where any utility may be demanded and doubt about compatibility vanishes.

    Parameters
    ----------
    utilities : array_like, shape (F, 2)
        Utilities of the outcomes, or of the frontier.
    disagreement : array_like, shape (2,)
        What both get where demands are not met.

    Returns
    -------
    int or None
        The outcome of greatest product of gains; None where none gives both a gain.

    Raises
    ------
    ValueError
        Where shapes do not match or a number is not finite.

    References
    ----------
    Nash (1953), Two-Person Cooperative Games.

    Examples
    --------
    >>> vanishing_doubt([[0.2, 1.0], [1.0, 0.5]], [0.0, 0.0])
    1
    """
    points, nothing = finite("utilities", utilities), per_party("disagreement", disagreement, 2)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(f"utilities: shape {points.shape} (expected (F, 2), F at least 1)")
    gains = np.maximum(points - nothing, 0.0)
    gains[gains <= TOLERANCE] = 0.0
    product = gains.prod(axis=1)
    return int(product.argmax()) if product.max() > 0 else None


def smoothed_split(powers: ArrayLike, smoothing: ArrayLike) -> Array:
    """Demands on a pie of 1 in the smoothed game with utilities x^a and y^b and P = 1 / (1 + exp((x + y - 1) / eps)).

    Parameters
    ----------
    powers : array_like, shape (..., 2)
        Exponents a, b > 0.
    smoothing : array_like, shape (...)
        eps > 0, in shares of the pie.

    Returns
    -------
    ndarray, shape (..., 2)
        The interior equilibrium: a / x = b / y = (1 - P) / eps, so that x / y = a / b for every eps.

    Raises
    ------
    ValueError
        Where an exponent or eps is not above 0, or shapes do not fit.

    References
    ----------
    Nash (1953), Two-Person Cooperative Games; the closed form by the Wright omega function is derived here.

    Examples
    --------
    >>> smoothed_split([1.0, 0.5], [0.2, 0.001]).round(3).tolist()
    [[0.581, 0.29], [0.662, 0.331]]
    """
    from scipy.special import wrightomega

    exponents, eps = per_party("powers", powers, 2), finite("smoothing", smoothing)
    together(powers=exponents.shape[:-1], smoothing=eps.shape)
    if (exponents <= 0).any() or (eps <= 0).any():
        raise ValueError("powers, smoothing: not above 0 (expected positive numbers)")
    total = exponents.sum(axis=-1)
    # x / a = y / b = z solves (z / eps - 1) exp(total z / eps) = exp(1 / eps): omega of the logarithm never overflows.
    z = eps * (1 + wrightomega(np.log(total) + 1 / eps - total) / total)
    return np.asarray(exponents * z[..., None])
