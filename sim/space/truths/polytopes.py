"""What is known of a vector of weights: a polytope, and the least that a direction can be worth over it.

Weights w (m,) of one party share a sum S. Statements are linear: an order says w_a >= w_b, a ratio l w_b <= w_a <=
h w_b, a box w_k in [low_k, high_k]. Importances known each within an interval, before they are made to sum to S, are
linear too with one more variable t, the common scale: low_k t <= w_k <= high_k t (Charnes and Cooper 1962). So
everything asked is a linear program, and with a box alone a sort: give every weight its least, then the rest of the
sum to the cheapest directions first.

Source: Ben-Tal, El Ghaoui and Nemirovski (2009), Robust Optimization, for worst cases over polytopes by duality;
Greco, Mousseau and Slowinski (2008), Ordinal regression revisited, for statements about weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.pareto import Floats

__all__ = ["Polytope", "box", "box_least", "greatest", "least"]

_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Polytope:
    """All w (m,) with sum S, low <= w <= high, and rows @ (w, t) <= 0 for some scale t >= 0.

    Attributes
    ----------
    total : float
        S, what the weights sum to.
    low, high : ndarray, shape (m,)
    rows : ndarray, shape (q, m + 1)
        Homogeneous rows: the last column is that of the scale t.
    names : tuple of int, length q
        Which statement each row comes from.
    """

    total: float
    low: Floats
    high: Floats
    rows: Floats
    names: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """How many weights there are."""
        return len(self.low)

    @property
    def boxed(self) -> bool:
        """Whether the box and the sum alone bind."""
        return not len(self.rows)

    @property
    def known(self) -> bool:
        """Whether only one vector of weights is left."""
        return self.boxed and bool((self.high - self.low <= _TINY).all())


def box(weights: Floats, low: Floats, high: Floats) -> Polytope:
    """Return the polytope of weights with the sum of some weights, each within [low, high].

    Examples
    --------
    >>> known = np.array([0.5, 0.3, 0.2])
    >>> box(known, known * 0.5, known * 1.5).size
    3
    """
    return Polytope(float(weights.sum()), low, high, np.empty((0, len(weights) + 1)))


def least(polytope: Polytope, directions: Floats) -> tuple[Floats, Floats]:
    """Return min w.g over the polytope for each direction g, and a vector of weights that attains it.

    Parameters
    ----------
    polytope : Polytope
    directions : ndarray, shape (J, m)

    Returns
    -------
    ndarray, shape (J,)
        nan where no weights obey every statement.
    ndarray, shape (J, m)

    Examples
    --------
    >>> known = np.array([0.5, 0.3, 0.2])
    >>> least(box(known, known * 0.5, known * 1.5), np.array([[1.0, 0.0, 0.0]]))[0].round(3).tolist()
    [0.25]
    """
    if polytope.boxed:
        weights = box_least(polytope.total, polytope.low, polytope.high, directions)
    else:
        weights = np.array([_least_by_program(polytope, g) for g in directions]).reshape(len(directions), polytope.size)
    return np.einsum("jk,jk->j", weights, directions), weights


def greatest(polytope: Polytope, directions: Floats) -> tuple[Floats, Floats]:
    """Return max w.g over the polytope for each direction, and weights that attain it; see `least`."""
    value, weights = least(polytope, -directions)
    return -value, weights


def box_least(total: float, low: Floats, high: Floats, directions: Floats) -> Floats:
    """Return weights that minimise w.g for each direction over a box and a sum.

    Parameters
    ----------
    total : float
    low, high : ndarray, shape (m,) or (J, m)
    directions : ndarray, shape (J, m)

    Returns
    -------
    ndarray, shape (J, m)
        nan where the box cannot reach the sum.
    """
    low, high = np.broadcast_to(low, directions.shape), np.broadcast_to(high, directions.shape)
    order = np.argsort(directions, axis=1, kind="stable")
    room = np.take_along_axis(high - low, order, axis=1)
    left = total - low.sum(axis=1, keepdims=True)
    before = np.cumsum(room, axis=1) - room
    given = np.clip(left - before, 0.0, room)
    result = np.empty_like(directions)
    np.put_along_axis(result, order, given, axis=1)
    result += low
    off = (left[:, 0] < -1e-9) | (left[:, 0] > room.sum(axis=1) + 1e-9)
    result[off] = np.nan
    return result


def _least_by_program(polytope: Polytope, direction: Floats) -> Floats:
    from scipy.optimize import linprog

    m = polytope.size
    low, high = np.append(polytope.low, 0.0).tolist(), np.append(polytope.high, np.inf).tolist()
    answer = linprog(
        np.append(direction, 0.0),
        A_ub=polytope.rows,
        b_ub=np.zeros(len(polytope.rows)),
        A_eq=np.append(np.ones(m), 0.0)[None, :],
        b_eq=[polytope.total],
        bounds=list(zip(low, high, strict=True)),
    )
    return np.asarray(answer.x)[:m] if answer.status == 0 else np.full(m, np.nan)


def with_rows(polytope: Polytope, keep: Sequence[bool]) -> Polytope:
    """Return the polytope with only some of its rows."""
    chosen = np.flatnonzero(keep)
    names = tuple(polytope.names[k] for k in chosen)
    return Polytope(polytope.total, polytope.low, polytope.high, polytope.rows[chosen], names)
