"""Alternating offers: x_2 = d_2 + delta_2 (y_2 - d_2), y_1 = d_1 + delta_1 (x_1 - d_1), x and y on the frontier.

Two parties take turns to propose a point of a concave frontier; each refusal costs a round, after which gains over
the disagreement point d are worth delta_i of what they were. In the one stationary subgame-perfect equilibrium party
1 always proposes x and party 2 always y, each just acceptable to the other, so the first proposal is accepted.
Variants:

- *finite horizon*: by backward induction; refusing the last offer leaves d. Tends to the stationary proposals.
- *breakdown*: after each refusal talks end with a given probability. The same game from another d with less patience.
- *outside option*: the party that answers may opt out. It changes nothing until it is worth more than waiting; then
  the answer is exactly that much.
- *fixed costs*: a round costs each party a given amount instead of a share.
- *vanishing delay*: as rounds shorten both x and y tend to the Nash bargaining solution with powers proportional to
  -1 / ln delta_i, kept at or above the outside options.

Sources: Rubinstein (1982), Perfect Equilibrium in a Bargaining Model; Stahl (1972), Bargaining Theory; Binmore,
Rubinstein and Wolinsky (1986), The Nash Bargaining Solution in Economic Modelling; Binmore, Shaked and Sutton (1989),
An Outside Option Experiment.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining import nash
from sim.theory.bargaining.hull import as_frontier, cut
from sim.theory.checks import broadcast, whole
from sim.theory.talks.offers_terms import discount, limit_power, options, pairs, with_breakdown, with_steady_risk

__all__ = ["finite", "fixed_costs", "limit", "limit_power", "stationary", "with_breakdown", "with_steady_risk"]

TOLERANCE = 1e-9
INDIFFERENT = 1e-12  # float noise in asking whether a proposal reproduces itself
HALVINGS = 64

Reply = Callable[[NDArray[np.float64], int], NDArray[np.float64]]


def stationary(
    frontier: ArrayLike, *, disagreement: ArrayLike, patience: ArrayLike, outside: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Proposals of the stationary equilibrium, whoever begins.

    Parameters
    ----------
    frontier : array_like, shape (k, 2)
        Concave polyline, party 1's utility rising; what lies below it can be reached too.
    disagreement : array_like, shape (..., 2)
        Utilities of endless disagreement; not above the frontier.
    patience : array_like, shape (..., 2)
        Discount factor of each party per round, in (0, 1).
    outside : array_like, shape (..., 2), optional
        What a party gets by opting out when it has to answer; no such option when not given (or -inf).

    Returns
    -------
    ndarray, shape (..., 2, 2)
        Utilities agreed on when party i begins, [..., i, :]; to float precision divided by 1 - delta_1 delta_2. nan
        where disagreement and outside options leave nothing to agree on.

    Raises
    ------
    ValueError
        If the frontier is none, shapes do not match, a discount factor lies outside (0, 1), or a number is nan or
        (but for an outside option) infinite.

    References
    ----------
    Rubinstein (1982), Perfect Equilibrium in a Bargaining Model; Binmore, Shaked and Sutton (1989).

    Examples
    --------
    >>> pie = [[0, 1], [1, 0]]
    >>> stationary(pie, disagreement=[0, 0], patience=[0.9, 0.8]).round(4)
    array([[0.7143, 0.2857],
           [0.6429, 0.3571]])
    >>> stationary(pie, disagreement=[0, 0], patience=[0.9, 0.9], outside=[0, 0.6])[0].round(4)
    array([0.4, 0.6])
    """
    curve, low = as_frontier(frontier), pairs("disagreement", disagreement)
    keep, out = discount("patience", patience), options(outside)
    low, keep, out = broadcast(disagreement=low, patience=keep, outside=out)

    def waits(value: NDArray[np.float64], party: int) -> NDArray[np.float64]:
        start = low[..., party]
        return np.asarray(np.maximum(out[..., party], start + keep[..., party] * (value - start)))

    opening = _settle(curve, waits, low.shape[:-1], margin=0.0)
    return _where_possible(curve, np.maximum(low, out), _proposals(curve, waits, opening))


def finite(
    frontier: ArrayLike,
    *,
    disagreement: ArrayLike,
    patience: ArrayLike,
    rounds: int,
    first: int = 0,
    outside: ArrayLike | None = None,
    refused: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Agreement in the first of a given number of rounds, by backward induction.

    Parameters
    ----------
    frontier, disagreement, patience, outside
        As for `stationary`.
    rounds : int
        Number of offers, at least 1.
    first : {0, 1}
        Position of the party that makes the first.
    refused : array_like, shape (..., 2), optional
        What refusing the last offer leaves where it is not the disagreement point; the party that answers it can
        still opt out.

    Returns
    -------
    ndarray, shape (..., 2)
        Utilities agreed on in the first round; nan where there is nothing to agree on.

    Raises
    ------
    ValueError
        As `stationary`, and if `rounds` is no whole number of at least 1 or `first` is neither 0 nor 1.

    References
    ----------
    Stahl (1972), Bargaining Theory.

    Examples
    --------
    >>> finite([[0, 1], [1, 0]], disagreement=[0, 0], patience=[0.9, 0.9], rounds=3).round(4)
    array([0.91, 0.09])
    """
    if whole("rounds", rounds) < 1:
        raise ValueError(f"rounds: {rounds} (expected at least 1)")
    if whole("first", first) not in (0, 1):
        raise ValueError(f"first: {first} (expected 0 or 1)")
    curve, low = as_frontier(frontier), pairs("disagreement", disagreement)
    keep, out = discount("patience", patience), options(outside)
    last = low if refused is None else pairs("refused", refused)
    low, keep, out, waiting = broadcast(disagreement=low, patience=keep, outside=out, refused=last)
    agreed = low
    for played in reversed(range(rounds)):
        answering = (first + played + 1) % 2
        agreed = _proposal(curve, np.maximum(out, waiting)[..., answering], answering)
        waiting = low + keep * (agreed - low)
    return _where_possible(curve, np.maximum(low, out), agreed)


def fixed_costs(
    frontier: ArrayLike, *, disagreement: ArrayLike, costs: ArrayLike, outside: ArrayLike | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Proposals of the stationary equilibria when each round costs each party a fixed amount.

    Over a straight frontier of slope -1 the party with the lower cost gets all when it begins, and all but its own cost
    when the other does; with equal costs there is a whole range of equilibria.

    Parameters
    ----------
    frontier : array_like, shape (k, 2)
        Concave polyline, party 1's utility rising.
    disagreement : array_like, shape (..., 2)
        The least a party accepts; not above the frontier.
    costs : array_like, shape (..., 2)
        Utility each party loses a round, above 0.
    outside : array_like, shape (..., 2), optional
        As for `stationary`.

    Returns
    -------
    least, most : ndarray, shape (..., 2, 2)
        Proposals (as `stationary`) in party 1's worst and best equilibrium; alike where there is one.

    Raises
    ------
    ValueError
        If the frontier is none, shapes do not match, a cost is not above 0, or a number is nan or (but for an outside
        option) infinite.

    References
    ----------
    Rubinstein (1982), Perfect Equilibrium in a Bargaining Model.

    Examples
    --------
    >>> least, most = fixed_costs([[0, 1], [1, 0]], disagreement=[0, 0], costs=[0.2, 0.1])
    >>> least[0].round(4), bool((least == most).all())
    (array([0.1, 0.9]), True)
    """
    curve, cost = as_frontier(frontier), pairs("costs", costs)
    if not (cost > 0).all():
        raise ValueError(f"costs: {cost.tolist()} (expected above 0)")
    low, out, cost = broadcast(disagreement=pairs("disagreement", disagreement), outside=options(outside), costs=cost)
    floor = np.maximum(low, out)

    def waits(value: NDArray[np.float64], party: int) -> NDArray[np.float64]:
        return np.asarray(np.maximum(floor[..., party], value - cost[..., party]))

    openings = (_settle(curve, waits, floor.shape[:-1], margin) for margin in (INDIFFERENT, -INDIFFERENT))
    least, most = (_where_possible(curve, floor, _proposals(curve, waits, opening)) for opening in openings)
    return least, most


def limit(
    frontier: ArrayLike, *, disagreement: ArrayLike, patience: ArrayLike, outside: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Agreement as the time between offers vanishes: the Nash bargaining solution at or above the outside options.

    Parameters
    ----------
    frontier : array_like, shape (k, 2)
        Concave polyline, party 1's utility rising.
    disagreement, patience : array_like, shape (2,)
        As for `stationary`; the discount factors may be over any one length of time.
    outside : array_like, shape (2,), optional
        As for `stationary`.

    Returns
    -------
    ndarray, shape (2,)
        Utilities agreed on, whoever begins; nan where there is nothing to agree on.

    Raises
    ------
    ValueError
        As `stationary`, and if an argument holds more than one problem.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986); Binmore, Shaked and Sutton (1989).

    Examples
    --------
    >>> limit([[0, 1], [1, 0]], disagreement=[0, 0], patience=[0.9, 0.9], outside=[0, 0.6]).round(4)
    array([0.4, 0.6])
    """
    low, power, out = pairs("disagreement", disagreement), limit_power(patience), options(outside)
    for name, given in {"disagreement": low, "patience": power, "outside": out}.items():
        if given.shape != (2,):
            raise ValueError(f"{name}: shape {given.shape} (expected (2,), one problem at a time)")
    accepted = cut(as_frontier(frontier), np.maximum(low, out))
    if not len(accepted):
        return np.full(2, np.nan)
    return nash.on_hull(accepted, disagreement=low, ideal=accepted.max(axis=0), power=power)


def _proposal(curve: NDArray[np.float64], level: NDArray[np.float64], answering: int) -> NDArray[np.float64]:
    """The proposer's best point that gives the answering party at least a level, (...) to (..., 2)."""
    along = curve if answering == 0 else curve[::-1]
    given = np.clip(level, along[0, answering], along[-1, answering])
    kept = np.interp(given, along[:, answering], along[:, 1 - answering])
    return np.stack([given, kept] if answering == 0 else [kept, given], axis=-1)


def _proposals(curve: NDArray[np.float64], waits: Reply, opening: NDArray[np.float64]) -> NDArray[np.float64]:
    """Party 2's proposal given what party 1 gets by opening, and party 1's given that, (...) to (..., 2, 2)."""
    second = _proposal(curve, waits(opening, 0), 0)
    return np.stack([_proposal(curve, waits(second[..., 1], 1), 1), second], axis=-2)


def _settle(curve: NDArray[np.float64], waits: Reply, batch: tuple[int, ...], margin: float) -> NDArray[np.float64]:
    """What party 1 gets by opening, at which proposals reproduce themselves.

    What is won by opening less what that leads to rises from at most 0 to at least 0 along the frontier; `margin`
    above 0 finds the low end of a stretch where it is 0, below 0 the high end.
    """
    low, high = np.full(batch, curve[0, 0]), np.full(batch, curve[-1, 0])
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2.0
        more = _proposals(curve, waits, middle)[..., 0, 0] - middle > margin
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return low


def _where_possible(
    curve: NDArray[np.float64], floor: NDArray[np.float64], agreed: NDArray[np.float64]
) -> NDArray[np.float64]:
    least = floor - TOLERANCE
    reached = np.interp(least[..., 0], curve[:, 0], curve[:, 1]) >= least[..., 1]
    possible = reached & (least[..., 0] <= curve[-1, 0])
    return np.where(possible.reshape(possible.shape + (1,) * (agreed.ndim - possible.ndim)), agreed, np.nan)
