"""The core: deals that no signing coalition can improve on for all its members.

Coalition S can bring about the outcomes R_S. It *blocks* deal x where some y in R_S has

    U_i(y) > U_i(x)  for every member i of S,

and the core is the set of deals, of any coalition that may sign, that no coalition blocks: x is a candidate where it
lies in some R_S, and one R_S alone holds only part of them. Utilities are not transferable. The core may be empty; of
given deals it keeps fewer as coalitions are added or reach more. With the grand coalition alone it is the weak Pareto
frontier. A party that belongs to every coalition keeps it from being empty: no coalition blocks the deal that is best
for that party among all.

Source: Gillies (1959), Solutions to General Non-Zero-Sum Games; Aumann (1961), The Core of a Cooperative Game
Without Side Payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite

__all__ = ["Coalition", "Core", "core"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Comparisons held at once: a few megabytes, so that they stay in cache.
PIECE = 1 << 20


@dataclass(frozen=True, eq=False)
class Coalition:
    """Parties that can sign together.

    Attributes
    ----------
    members : ndarray of bool, shape (P,)
        Who belongs to it.
    reach : ndarray, shape (m, P)
        Utilities of the outcomes its signatures bring about; m may be 0.
    """

    members: Mask
    reach: Array


@dataclass(frozen=True, eq=False)
class Core:
    """Which deals are in the core, and who blocks the others.

    Attributes
    ----------
    stable : ndarray of bool, shape (n,)
        Deals in the core.
    blocks : ndarray of bool, shape (S, n)
        Whether coalition s blocks deal x.
    """

    stable: Mask
    blocks: Mask


def core(utilities: Array, coalitions: Sequence[Coalition]) -> Core:
    """Deals that no coalition blocks, and which coalitions block the others.

    Parameters
    ----------
    utilities : ndarray, shape (n, P)
        Utilities of the deals in question to all parties: of one coalition, or of all that may sign, one after another.
    coalitions : sequence of Coalition
        The coalitions that may sign.

    Returns
    -------
    Core

    Raises
    ------
    ValueError
        Where shapes do not match, a coalition has no members, or a utility is not finite.

    References
    ----------
    Gillies (1959); Aumann (1961), The Core of a Cooperative Game Without Side Payments.

    Examples
    --------
    Two can agree on what the third rejects: the deal that gives either of them less is blocked.

    >>> deals = np.array([[0.4, 0.4, 0.2], [0.6, 0.1, 0.3]])
    >>> pair = Coalition(np.array([False, True, True]), np.array([[0.0, 0.5, 0.5]]))
    >>> core(deals, [pair]).stable.tolist()
    [False, False]
    """
    deals = finite("utilities", utilities)
    if deals.ndim != 2:
        raise ValueError(f"utilities: shape {deals.shape} (expected (n, P))")
    blocks = np.zeros((len(coalitions), len(deals)), dtype=np.bool_)
    for row, coalition in zip(blocks, coalitions, strict=True):
        members, reach = _checked(coalition, deals.shape[1])
        row[:] = _blocked(deals[:, members], reach[:, members])
    return Core(~np.asarray(blocks.any(axis=0)), blocks)


def _checked(coalition: Coalition, parties: int) -> tuple[Mask, Array]:
    members, reach = np.asarray(coalition.members), finite("reach", coalition.reach)
    if members.dtype != np.bool_ or members.shape != (parties,) or not members.any():
        raise ValueError(f"members: {coalition.members!r} (expected {parties} truth values, one at least true)")
    if reach.ndim != 2 or reach.shape[1] != parties:
        raise ValueError(f"reach: shape {reach.shape} (expected (m, {parties}))")
    return members, reach


def _blocked(deals: Array, reach: Array) -> Mask:
    """Whether some row of `reach` is strictly greater than the deal in every column."""
    if len(reach) == 0:
        return np.zeros(len(deals), dtype=np.bool_)
    if deals.shape[1] <= 2:
        return _blocked_by_sorting(deals, reach)
    return _blocked_in_pieces(deals, reach)


def _blocked_by_sorting(deals: Array, reach: Array) -> Mask:
    """One or two columns: the best last column among rows with a greater first one, from a running maximum."""
    ranked = reach[np.argsort(reach[:, 0], kind="stable")]
    best_from = np.append(np.maximum.accumulate(ranked[::-1, -1])[::-1], -np.inf)
    better = np.searchsorted(ranked[:, 0], deals[:, 0] + TOLERANCE, side="right")
    blocked: Mask = best_from[better] > deals[:, -1] + TOLERANCE
    return blocked


def _blocked_in_pieces(deals: Array, reach: Array) -> Mask:
    # Outcomes good for all on average block most, so they go first and few deals are left for the others.
    ranked = reach[np.argsort(-reach.sum(axis=1), kind="stable")]
    blocked = np.zeros(len(deals), dtype=np.bool_)
    start, size = 0, 64
    while start < len(ranked) and not blocked.all():
        open_deals = np.flatnonzero(~blocked)
        piece = ranked[start : start + size]
        for part in np.array_split(open_deals, -(-open_deals.size * len(piece) // PIECE)):
            blocked[part] = _any_better(deals[part], piece)
        start, size = start + size, 4096
    return blocked


def _any_better(deals: Array, reach: Array) -> Mask:
    better = np.ones((len(deals), len(reach)), dtype=np.bool_)
    for column, other in zip(deals.T, reach.T, strict=True):
        better &= other > column[:, None] + TOLERANCE
    return np.asarray(better.any(axis=1))
