"""When a deal is made: rules that say at which steps of which paths the sides sign.

`RULES` is the registry. A rule takes what is known of the paths and returns where all would sign, (n, S + 1); the deal
is made at the first such step before the war ends by itself.

- ``zone``: where there is a zone.
- ``durable``: where there is a deal that would last at the file's later dates of peace.
- ``waiting``: where there is a zone and no side would rather fight one more step and then see. With b_i the discount
  factor of a step of war, its own end included, fighting a step is worth (1 - b_i) r_i + b_i E[V_i next], V_i what the
  rule leads to from there; E is a regression on the levels reached, quadratic, over all paths (Longstaff and
  Schwartz 2001), from the last step backwards, where all sign that can.
- ``offers``: where demands that fall from the ideal to no deal over the months can be met at once. How they fall is
  each side's tactic by time (`sim.theory.talks.tactics`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.zone import TOLERANCE, ideal, margins
from sim.theory.talks.tactics import by_time

__all__ = ["RULES", "Reached", "signed_at"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reached:
    """What a rule may look at; arrays by paths and steps.

    Attributes
    ----------
    levels : dict of str to ndarray, shape (n, S + 1)
    utilities : ndarray, shape (m, P)
        The frontier.
    reservation, deal : ndarray, shape (n, S + 1, P)
    margin : ndarray, shape (n, S + 1)
    durable : ndarray, shape (n, S + 1), or None
    keep : ndarray, shape (P,), or None
    exponents : ndarray, shape (P,)
        Of each signer's tactic by time.
    """

    levels: Mapping[str, Floats]
    utilities: Floats
    reservation: Floats
    deal: Floats
    margin: Floats
    durable: Floats | None
    keep: Floats | None
    exponents: Floats


def _zone(reached: Reached) -> Bools:
    return np.asarray(reached.margin >= -TOLERANCE)


def _durable(reached: Reached) -> Bools:
    assert reached.durable is not None
    return _zone(reached) & (reached.durable >= -TOLERANCE)


def _waiting(reached: Reached) -> Bools:
    assert reached.keep is not None
    open_, keep = _zone(reached), reached.keep
    signs = np.zeros_like(open_)
    signs[:, -1] = open_[:, -1]
    value = np.where(open_[:, -1, None], reached.deal[:, -1], reached.reservation[:, -1])
    for s in reversed(range(open_.shape[1] - 1)):
        flow = (1 - keep) * reached.reservation[:, s]
        expected = flow + keep * _expected(reached.levels, s, value)
        signs[:, s] = open_[:, s] & (np.nan_to_num(reached.deal[:, s], nan=-np.inf) >= expected - TOLERANCE).all(axis=1)
        value = np.where(signs[:, s, None], reached.deal[:, s], flow + keep * value)
    return signs


def _expected(levels: Mapping[str, Floats], step: int, value: Floats) -> Floats:
    """Return what the next step is expected to be worth (n, P) in view of the levels at this one."""
    own = [x[:, step] for x in levels.values()]
    own = [(x - x.mean()) / x.std() for x in own if np.ptp(x) > 1e-12]
    terms = [np.ones(len(value)), *own, *(a * b for a, b in itertools.combinations_with_replacement(own, 2))]
    basis = np.stack(terms, axis=1)
    found: Floats = basis @ np.linalg.lstsq(basis, value, rcond=None)[0]
    return found


def _offers(reached: Reached) -> Bools:
    steps = reached.margin.shape[1]
    result = np.zeros(reached.margin.shape, dtype=bool)
    for s in range(steps):
        r = np.ascontiguousarray(reached.reservation[:, s])
        top = ideal(reached.utilities, r)
        rows = np.flatnonzero(np.isfinite(top).all(axis=1))
        demands = by_time(r[rows], top[rows], s / max(1, steps - 1), reached.exponents)
        result[rows, s] = margins(reached.utilities, demands) >= -TOLERANCE
    return result


RULES: dict[str, Callable[[Reached], Bools]] = {
    "zone": _zone,
    "durable": _durable,
    "waiting": _waiting,
    "offers": _offers,
}


def signed_at(signs: Bools, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first step at which all sign before the war ends, (n,); -1 where there is none.

    Examples
    --------
    >>> signed_at(np.array([[False, True, True], [False, False, True]]), np.array([3, 2])).tolist()
    [1, -1]
    """
    going = signs & (np.arange(signs.shape[1]) < ends[:, None])
    return np.where(going.any(axis=1), going.argmax(axis=1), -1)
