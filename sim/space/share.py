"""The share of all outcomes that lie in the zone: counted, or sampled with its interval.

Up to `COUNTABLE` outcomes are counted exactly (`sim.space.counting`). Above that the share is estimated from uniform
draws, the same for every leverage point, with the exact binomial interval of Clopper and Pearson (1934), The Use of
Confidence or Fiducial Limits Illustrated in the Case of the Binomial.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.space.blocks import Factors, Space
from sim.space.codes import Ints
from sim.space.counting import COUNTABLE, count, tally, whole
from sim.space.pareto import Floats

__all__ = ["COUNTABLE", "DRAWS", "Share", "binomial_interval", "share"]

DRAWS = 1_000_000
LEVEL = 0.99
_DRAW = 1 << 16
_TABLE = 1 << 12


@dataclass(frozen=True, eq=False)
class Share:
    """Fractions of all outcomes in the zone.

    Attributes
    ----------
    share, low, high : ndarray, shape (G,)
        The fraction and its 99 % interval (equal to it when counted).
    method : str
        ``counted`` or ``sampled``.
    """

    share: Floats
    low: Floats
    high: Floats
    method: str


def share(space: Space, reservation: Floats, *, draws: int = DRAWS, rng: np.random.Generator | None = None) -> Share:
    """Return the share of all outcomes that every party accepts and no constraint forbids.

    Parameters
    ----------
    space : Space
    reservation : ndarray, shape (G, P)
    draws : int
        Uniform draws where the space is too large to count.
    rng : numpy Generator, optional
        For the draws; a fixed one by default, so that results repeat.

    Returns
    -------
    Share
        Of all outcomes, those that cross a constraint included; which of the two methods was used is named.

    Raises
    ------
    RequestError
        Fewer than one draw.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> share(compile_space(Factors((table, table))), np.array([[0.5, 0.5]])).share.tolist()
    [0.5]
    """
    if draws < 1:
        raise RequestError(f"draws: {draws} is too few (expected at least 1)")
    if space.outcomes <= COUNTABLE:
        fraction = count(space, reservation) / space.outcomes
        return Share(fraction, fraction, fraction, "counted")
    hits = _sampled(space, reservation, draws, rng or np.random.default_rng(0))
    low, high = binomial_interval(hits, draws)
    return Share(hits / draws, low, high, "sampled")


def _sampled(space: Space, reservation: Floats, draws: int, rng: np.random.Generator) -> Ints:
    factors, need = whole(space.factors, reservation)
    seed = int(rng.integers(2**63))
    return tally(lambda: _drawn(factors, draws, np.random.default_rng(seed)), need, draws)


def _drawn(factors: Factors, draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Yield the utilities (P, n) of those of some uniform draws that no constraint forbids, piece by piece."""
    groups = _groups(factors)
    for low in range(0, draws, _DRAW):
        n = min(_DRAW, draws - low)
        levels = np.array([rng.integers(size, size=n) for size in factors.sizes])
        allowed = factors.allowed(levels.T)
        levels = levels if allowed.all() else levels[:, allowed]
        total = np.zeros((factors.parties, levels.shape[1]), dtype=np.int64)
        for issues, tables in groups:
            row = np.ravel_multi_index(tuple(levels[list(issues)]), [factors.sizes[k] for k in issues])
            for mine, table in zip(total, tables, strict=True):
                mine += table[row]
        yield total


def _groups(factors: Factors) -> list[tuple[tuple[int, ...], Ints]]:
    """Return groups of issues with what their joint levels are worth (P, combinations): one look-up for several issues.

    The factors are whole numbers, so sums are the same in whatever order.
    """
    groups: list[tuple[tuple[int, ...], Ints]] = []
    for k, single in enumerate(factors.single):
        table = single.T.astype(np.int64)
        if groups and groups[-1][1].shape[1] * table.shape[1] <= _TABLE:
            issues, before = groups.pop()
            groups.append(((*issues, k), (before[:, :, None] + table[:, None, :]).reshape(len(table), -1)))
        else:
            groups.append(((k,), table))
    pairs = [(pair.issues, np.moveaxis(pair.table, 2, 0).astype(np.int64)) for pair in factors.pairs]
    return [*groups, *((issues, table.reshape(len(table), -1)) for issues, table in pairs)]


def binomial_interval(hits: NDArray[np.int64], draws: int, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the exact (Clopper-Pearson) interval of a proportion.

    Parameters
    ----------
    hits : ndarray of int, shape (G,)
    draws : int
    level : float
        Coverage, at least.

    Examples
    --------
    >>> low, high = binomial_interval(np.array([0, 50]), 100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.369], [0.052, 0.631])
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    k = hits.astype(np.float64)
    with np.errstate(all="ignore"):
        low = np.where(k > 0, betaincinv(np.maximum(k, 1), draws - k + 1, tail), 0.0)
        high = np.where(k < draws, betaincinv(k + 1, np.maximum(draws - k, 1), 1 - tail), 1.0)
    return low, high
