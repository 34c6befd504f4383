"""Take it or leave it under private information: one offer, and refusal is war.

The proposer offers one point x of a finite set, worth U_1(x) to it and U_2(x) to the responder, whose type T is
drawn from a belief F and known to the responder alone. Type T accepts when U_2(x) >= r(T), so

    risk(x)   = P(r(T) > U_2(x)),
    payoff(x) = (1 - risk) U_1(x) + E[w(T); refusal],

where w(T) is the proposer's no-deal value, taken given the types that refuse. The proposer offers the x of greatest
payoff, or nothing that can be accepted where E w(T) is more. A *safe deal* is accepted by every type and worth at
least E w(T) to the proposer: it exists exactly where the margin at the worst type, max_x min(U_1 - E w, U_2 - max r),
is not negative. Its price is what offering it gives up against the optimum.

Conditions: the responder only accepts or refuses; r is monotone in a continuous type; both know the war and the
deals. Risk of war never falls as w rises (payoffs are supermodular in risk and w), and is 0 with one type and a deal.

Sources: Fearon (1995), Rationalist Explanations for War; Powell (1999), In the Shadow of Power.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite, number
from sim.theory.talks.belief import Distribution, check_beliefs
from sim.theory.talks.inverse import invert

__all__ = ["Ultimatum", "ultimatum"]

Array = NDArray[np.float64]
OfType: TypeAlias = Callable[[Array], Array]

# Payoffs are flat around an interior optimum: a wider band of ties would move the offer, not only settle noise.
NOISE = 1e-12
# An unbounded belief is searched between these quantiles: less probability lies beyond than one double can show.
TAIL = 2.0**-53


@dataclass(frozen=True, eq=False)
class Ultimatum:
    """What each of F offers brings, and the one to make.

    Attributes
    ----------
    accept, risk : ndarray, shape (F,)
        Probability that the offer is accepted, and that it is refused and war follows.
    refused : ndarray, shape (F,)
        The proposer's expected no-deal value given refusal; nan where nobody refuses.
    payoff : ndarray, shape (F,)
        The proposer's expected payoff.
    best : int or None
        The offer to make; None where the proposer does best with none that can be accepted.
    best_payoff, best_risk : float
        Its expected payoff and its risk of war.
    safe : int or None
        The best offer among those that every type accepts, if it is worth the proposer's while.
    price : float or None
        What the safe deal gives up: `best_payoff` less its worth.
    reason : str or None
        Why there is no safe deal.
    surplus : float
        What the proposer would expect to gain over no deal if it knew the type.
    spread : float
        Greatest less least reservation value of the responder; infinite for an unbounded belief.
    curve : ndarray of int
        The offers not beaten in both risk and worth, by rising risk: the risk-return trade-off.
    """

    accept: Array
    risk: Array
    refused: Array
    payoff: Array
    best: int | None
    best_payoff: float
    best_risk: float
    safe: int | None
    price: float | None
    reason: str | None
    surplus: float
    spread: float
    curve: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Types:
    """Weighted types by rising reservation value, the proposer's no-deal value against each, and who accepts.

    `level` holds for each offer the highest reservation value that accepts it, `ends` the least and greatest of all.
    """

    reservation: Array
    weight: Array
    own: Array
    level: Array
    ends: tuple[float, float]


def ultimatum(
    proposer: ArrayLike,
    responder: ArrayLike,
    belief: Distribution,
    *,
    no_deal: float | OfType,
    reservation: OfType | None = None,
) -> Ultimatum:
    """Every offer's acceptance, risk of war and payoff; the optimal offer, the safe deal and its price.

    Parameters
    ----------
    proposer, responder : array_like, shape (F,)
        Utilities of the offers that can be made, to the side that makes one and the side that answers.
    belief : Distribution
        The proposer's belief about the responder's type.
    no_deal : float or callable
        The proposer's no-deal value, or a function from types (N,) to it (N,).
    reservation : callable, optional
        Function from types (N,) to reservation values (N,), monotone where the belief is continuous; without it the
        type is the reservation value.

    Returns
    -------
    Ultimatum

    Raises
    ------
    ValueError
        Where shapes differ, there is no offer, a number is not finite, or `reservation` is no monotone function.

    References
    ----------
    Fearon (1995), Rationalist Explanations for War; Powell (1999), In the Shadow of Power.

    Examples
    --------
    A pie of 1, even odds, own war cost 0.2, the other's uniform up to 0.4: the offer of 0.4 is refused one time in
    four, though every type would accept 0.5.

    >>> from sim.theory.talks.distributions import Uniform
    >>> kept = np.linspace(0, 1, 101)
    >>> game = ultimatum(kept, 1 - kept, Uniform(0, 0.4), no_deal=0.3, reservation=lambda cost: 0.5 - cost)
    >>> round(float(kept[game.best]), 9), round(game.best_risk, 9), round(float(kept[game.safe]), 9)
    (0.6, 0.25, 0.5)
    """
    check_beliefs(belief=belief)
    own, other = _offers(proposer, responder)
    types = _types(belief, reservation or _itself, no_deal, offers=other)
    accept, risk, lost = _refusals(types)
    payoff = accept * own + lost
    best, best_payoff, best_risk = _optimum(own, other, payoff, risk=risk, types=types)
    safe, reason = _safe(own, other, types)
    return Ultimatum(
        accept=accept,
        risk=risk,
        refused=np.divide(lost, risk, out=np.full_like(lost, np.nan), where=risk > 0),
        payoff=payoff,
        best=best,
        best_payoff=best_payoff,
        best_risk=best_risk,
        safe=safe,
        price=None if safe is None else best_payoff - float(own[safe]),
        reason=reason,
        surplus=_surplus(own, types),
        spread=types.ends[1] - types.ends[0],
        curve=_curve(own, risk),
    )


def _offers(proposer: ArrayLike, responder: ArrayLike) -> tuple[Array, Array]:
    own, other = finite("proposer", proposer), finite("responder", responder)
    if own.ndim != 1 or own.shape != other.shape or own.size == 0:
        raise ValueError(f"responder: shape {other.shape}, proposer {own.shape} (expected one number each per offer)")
    return own, other


def _types(belief: Distribution, reservation: OfType, no_deal: float | OfType, *, offers: Array) -> _Types:
    ends = _ends(belief, reservation)
    level = offers + TOLERANCE if belief.discrete else _snapped(offers, ends)
    points, weight = belief.nodes(() if belief.discrete else _cuts(belief, reservation, level))
    value = _evaluate("reservation", reservation, points)
    if not belief.discrete:
        _check_monotone(value)
    own = _evaluate("no_deal", no_deal if callable(no_deal) else _constant(no_deal), points)
    order = np.argsort(value, kind="stable")
    return _Types(value[order], weight[order], own[order], level, ends)


def _snapped(offers: Array, ends: tuple[float, float]) -> Array:
    """Offers short of the least or greatest reservation value by no more than the tolerance reach it."""
    # Only there can a belief with a density hold a type for sure; elsewhere the tolerance would bend the risk.
    least = np.where((offers < ends[0]) & (offers >= ends[0] - TOLERANCE), ends[0], offers)
    return np.where((offers < ends[1]) & (offers >= ends[1] - TOLERANCE), ends[1], least)


def _check_monotone(value: Array) -> None:
    steps, slack = np.diff(value), NOISE * max(1.0, float(np.abs(value).max()))
    if (steps < -slack).any() and (steps > slack).any():
        raise ValueError("reservation: rises and falls with the type (expected monotone, the belief being continuous)")


def _cuts(belief: Distribution, reservation: OfType, levels: Array) -> Array:
    """Probabilities q at whose quantile the type is the last, or the first, to accept."""
    low, high = _bracket(belief)
    if reservation is _itself:
        return belief.cdf(levels)

    def value(types: Array) -> Array:
        return _evaluate("reservation", reservation, types)

    start, end = value(np.array([low, high]))
    if end >= start:
        return belief.cdf(invert(value, levels, low, high))
    return belief.cdf(low + high - invert(lambda t: value(low + high - t), levels, low, high))


def _bracket(belief: Distribution) -> tuple[float, float]:
    low, high = belief.support
    tails = belief.quantile([TAIL, 1 - TAIL])
    return (low if np.isfinite(low) else float(tails[0])), (high if np.isfinite(high) else float(tails[1]))


def _ends(belief: Distribution, reservation: OfType) -> tuple[float, float]:
    points = belief.nodes()[0] if belief.discrete else np.array(_bracket(belief))
    values = _evaluate("reservation", reservation, points)
    low, high = float(values.min()), float(values.max())
    return (low, high) if np.isfinite(belief.support).all() or low == high else (-np.inf, np.inf)


def _refusals(types: _Types) -> tuple[Array, Array, Array]:
    """Probability of acceptance and of refusal, and the no-deal value summed over refusals, of each offer."""
    first = np.searchsorted(types.reservation, types.level + NOISE, side="right")
    refuse, lose = (
        np.append(np.cumsum(mass[::-1])[::-1], 0.0)[first] for mass in (types.weight, types.weight * types.own)
    )
    # Divided by the sum of all weights, an offer that everybody refuses has a risk of 1 to the last bit.
    total = np.cumsum(types.weight[::-1])[-1]
    risk = refuse / total
    return 1 - risk, risk, lose / total


def _optimum(own: Array, other: Array, payoff: Array, *, risk: Array, types: _Types) -> tuple[int | None, float, float]:
    """The offer of greatest payoff; among ties the least risk, then the responder's favourite."""
    no_offer = float(types.weight @ types.own)
    top = float(payoff.max())
    tied = np.flatnonzero(payoff >= top - NOISE)
    best = tied[np.lexsort((-other[tied], risk[tied]))[0]]
    if no_offer > top + TOLERANCE or risk[best] == 1:
        return None, no_offer, 1.0
    return int(best), float(payoff[best]), float(risk[best])


def _safe(own: Array, other: Array, types: _Types) -> tuple[int | None, str | None]:
    worst, no_offer = types.ends[1], float(types.weight @ types.own)
    if not np.isfinite(worst):
        return None, "there is no limit to what the other side may have without a deal, so any offer may be refused"
    accepted = np.flatnonzero(other >= worst - TOLERANCE)
    if accepted.size == 0:
        return None, f"no offer is worth {worst:.3g} to the other side, the most it may have without a deal"
    best = accepted[np.lexsort((-other[accepted], -own[accepted]))[0]]
    if own[best] < no_offer - TOLERANCE:
        return None, f"it would be left with {own[best]:.3f} at most, less than by no deal ({no_offer:.3f})"
    return int(best), None


def _surplus(own: Array, types: _Types) -> float:
    order = np.argsort(types.level, kind="stable")
    best_from = np.append(np.maximum.accumulate(own[order][::-1])[::-1], -np.inf)
    known = best_from[np.searchsorted(types.level[order] + NOISE, types.reservation, side="left")]
    return float(types.weight @ np.maximum(known - types.own, 0.0))


def _curve(own: Array, risk: Array) -> NDArray[np.intp]:
    order = np.lexsort((-own, risk))
    before = np.append(-np.inf, np.maximum.accumulate(own[order])[:-1])
    return order[own[order] > before]


def _evaluate(name: str, function: OfType, points: Array) -> Array:
    if not callable(function):
        raise ValueError(f"{name}: {function!r} (expected a function of types)")
    values = np.asarray(function(points), dtype=np.float64)
    if values.shape != points.shape or not np.isfinite(values).all():
        raise ValueError(
            f"{name}: shape {values.shape} for {points.size} types, or not finite (expected one number each)"
        )
    return values


def _itself(types: Array) -> Array:
    return types


def _constant(value: float) -> OfType:
    return lambda types: np.full(types.shape, number("no_deal", value))
