"""Terms of alternating offers: gains over d shrink by delta_i each round; breakdown and short rounds change terms.

A risk b of breakdown after each refusal, leaving B, is the game without it from another disagreement point d' with
less patience (1 - b) delta_i. As rounds shorten only the ratio of the parties' impatience, ln delta_1 / ln delta_2,
is left: it sets their powers.

Source: Binmore, Rubinstein and Wolinsky (1986), The Nash Bargaining Solution in Economic Modelling.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import finite, numbers, per_party, together

__all__ = ["discount", "limit_power", "options", "pairs", "with_breakdown", "with_steady_risk"]


def pairs(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Finite numbers for both parties, (..., 2), as floats; a ValueError naming the argument for anything else.

    Examples
    --------
    >>> pairs("disagreement", [0, 1]).tolist()
    [0.0, 1.0]
    """
    return per_party(name, values, 2)


def discount(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Discount factors of both parties, (..., 2); a ValueError naming the argument if any is outside (0, 1).

    Examples
    --------
    >>> discount("patience", [0.9, 0.5]).tolist()
    [0.9, 0.5]
    """
    factors = pairs(name, values)
    if not ((factors > 0) & (factors < 1)).all():
        raise ValueError(f"{name}: {factors.tolist()} (expected discount factors in (0, 1))")
    return factors


def options(values: ArrayLike | None) -> NDArray[np.float64]:
    """Outside options of both parties, (..., 2); -inf where there are none, ValueError for nan and other shapes.

    Examples
    --------
    >>> options(None).tolist()
    [-inf, -inf]
    """
    if values is None:
        return np.full(2, -np.inf)
    given = numbers("outside", values)
    if given.shape[-1:] != (2,) or np.isnan(given).any():
        raise ValueError(f"outside: shape {given.shape} (expected (..., 2), one number a party, no nan)")
    return given


def with_breakdown(
    *, disagreement: ArrayLike, patience: ArrayLike, probability: ArrayLike, payoff: ArrayLike | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fold an exogenous risk of breakdown into the disagreement point and the patience.

    After a refusal talks end with probability b, leaving B, else they go on a round later. Waiting for u is worth
    b B + (1 - b) (d + delta (u - d)) = d' + k (u - d') with k = (1 - b) delta: the game without breakdown, from d'.

    Parameters
    ----------
    disagreement : array_like, shape (..., 2)
        Utilities of endless disagreement.
    patience : array_like, shape (..., 2)
        Discount factors per round, in (0, 1); 1 is allowed where talks may break down.
    probability : array_like, shape (...)
        Probability of breakdown after each refusal, in [0, 1).
    payoff : array_like, shape (..., 2), optional
        Utilities of breakdown; the disagreement point when not given.

    Returns
    -------
    disagreement, patience : ndarray, shape (..., 2)
        To be given to the other functions of `sim.theory.talks.offers`.

    Raises
    ------
    ValueError
        If a discount factor or probability lies outside its range, a utility is not finite or shapes do not fit.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), The Nash Bargaining Solution in Economic Modelling.

    Examples
    --------
    >>> with_breakdown(disagreement=[0, 0], patience=[1, 1], probability=0.25, payoff=[0.2, 0.1])
    (array([0.2, 0.1]), array([0.75, 0.75]))
    """
    low = pairs("disagreement", disagreement)
    end = low if payoff is None else pairs("payoff", payoff)
    risk, factors = finite("probability", probability)[..., None], pairs("patience", patience)
    shapes = {"disagreement": low.shape, "patience": factors.shape, "payoff": end.shape}
    together(**shapes, probability=risk.shape)
    if not ((risk >= 0) & (risk < 1)).all():
        raise ValueError(f"probability: {risk[..., 0].tolist()} (expected in [0, 1))")
    keep = (1.0 - risk) * factors
    if not ((factors <= 1) & (keep > 0) & (keep < 1)).all():
        raise ValueError(f"patience: {factors.tolist()} (expected in (0, 1); 1 where talks may break down)")
    return low + risk / (1.0 - keep) * (end - low), keep


def with_steady_risk(
    *, disagreement: ArrayLike, patience: ArrayLike, probability: ArrayLike, payoff: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fold a risk of breakdown into the terms as rounds shorten, the risk a year staying what it is.

    With h = -ln (1 - b) and rho_i = -ln delta_i over one length of time, waiting is worth
    d'_i = (rho_i d_i + h B_i) / (rho_i + h), and impatience is rho_i + h.

    Parameters
    ----------
    disagreement, patience, probability, payoff
        As for `with_breakdown`; probabilities and discount factors over one and the same length of time.

    Returns
    -------
    disagreement, patience : ndarray, shape (..., 2)
        To be given to `sim.theory.talks.offers.limit`.

    Raises
    ------
    ValueError
        As `with_breakdown`.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), The Nash Bargaining Solution in Economic Modelling.

    Examples
    --------
    >>> low, _ = with_steady_risk(disagreement=[0, 0], patience=[0.9, 0.9], probability=0.1, payoff=[0.2, 0.1])
    >>> low.round(4)
    array([0.1 , 0.05])
    """
    _, keep = with_breakdown(disagreement=disagreement, patience=patience, probability=probability, payoff=payoff)
    low, end = pairs("disagreement", disagreement), pairs("payoff", payoff)
    hazard = -np.log1p(-np.asarray(probability, dtype=np.float64)[..., None])
    return low + hazard / -np.log(keep) * (end - low), keep


def limit_power(patience: ArrayLike) -> NDArray[np.float64]:
    """Powers of the Nash bargaining solution that alternating offers tend to as rounds shorten.

    Parameters
    ----------
    patience : array_like, shape (..., 2)
        Discount factors over any one length of time, in (0, 1).

    Returns
    -------
    ndarray, shape (..., 2)
        Proportional to -1 / ln delta_i, summing to 1.

    Raises
    ------
    ValueError
        If a discount factor lies outside (0, 1).

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), The Nash Bargaining Solution in Economic Modelling.

    Examples
    --------
    >>> import numpy as np
    >>> limit_power(np.exp([-0.1, -0.3])).round(6)
    array([0.75, 0.25])
    """
    power = -1.0 / np.log(discount("patience", patience))
    return np.asarray(power / power.sum(axis=-1, keepdims=True))
