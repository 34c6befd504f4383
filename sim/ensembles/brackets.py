"""The best margin in many truths at once, between two bounds, where weights and no-deal values differ in each.

In one truth, for prices lambda >= 0 with sum 1, margin <= sum over blocks of max over combinations of lambda.U, less
lambda.r (Lagrangian relaxation of the signers' rows; Geoffrion (1974)). With two signers the best price is where two
lines meet, found by cutting (Kelley 1960); with more by subgradient steps (Polyak 1969). Each price yields outcomes
too, and exchanging one block's combination after the other for the one with the best margin raises the lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

__all__ = ["Bracket", "bracket", "utilities_in"]

_CUTS = 24
_STEPS = 40
_CLOSE = 1e-12
_CELLS = 1 << 19
_EXCHANGES = 2
_AIMED = 120
_OFTEN = 8
_SHRINK = 0.98


@dataclass(frozen=True, eq=False)
class Bracket:
    """The best margin in n truths.

    Attributes
    ----------
    low, high : ndarray, shape (n,)
        `low` is reached by the deal in `chosen`; both -inf where red lines leave no outcome.
    prices : ndarray, shape (n, P)
        The prices that `high` comes from, in all 1: how fast the margin rises as each signer's no-deal value falls.
    chosen : ndarray of int, shape (n, B)
        Of each block the combination in the deal found.
    """

    low: Floats
    high: Floats
    prices: Floats
    chosen: Ints

    @classmethod
    def joined(cls, parts: Sequence[Bracket]) -> Bracket:
        """Return several as one."""
        names = ("low", "high", "prices", "chosen")
        low, high, prices, chosen = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
        return cls(low, high, prices, chosen)


def utilities_in(features: Sequence[Floats], fixed: Sequence[Floats], weights: Floats) -> list[Floats]:
    """Return one signer's utility of each combination of each block, shape (n, n_b) each, for weights (n, m)."""
    result = []
    for values, rest in zip(features, fixed, strict=True):
        own = np.flatnonzero((values != 0).any(axis=0))
        result.append(weights[:, own] @ values[:, own].T + rest)
    return result


def bracket(
    features: Sequence[Sequence[Floats]],
    fixed: Sequence[Sequence[Floats]],
    known: Sequence[Floats],
    reservation: Floats,
    *,
    closely: bool = True,
) -> Bracket:
    """Return bounds of the best margin in every truth.

    Parameters
    ----------
    features, fixed : for each signer its features (n_b, m) and fixed utilities (n_b,) of each block
    known : for each signer its weights, shape (n, m)
    reservation : ndarray, shape (n, P)
    closely : bool
        Whether the bounds are brought together; else a truth is left as soon as they tell whether there is a zone.

    Examples
    --------
    >>> value = np.linspace(0, 1, 5)[:, None]
    >>> features, fixed, weights = [[value], [1 - value]], [[np.zeros(5)]] * 2, [np.ones((2, 1))] * 2
    >>> found = bracket(features, fixed, weights, np.array([[0.2, 0.2], [0.6, 0.8]]))
    >>> found.low.round(9).tolist(), found.high.round(9).tolist()
    ([0.3, -0.3], [0.3, -0.2])
    """
    sizes = [len(values) for values in features[0]]
    count = len(reservation)
    if not all(sizes):
        nothing = np.full(count, -np.inf)
        return Bracket(nothing, nothing, np.full(reservation.shape, np.nan), np.zeros((count, len(sizes)), np.int64))
    step = max(1, _CELLS // max(1, sum(sizes) * len(known)))
    parts = []
    for start in range(0, max(count, 1), step):
        rows = slice(start, start + step)
        tables = [utilities_in(*each) for each in zip(features, fixed, (w[rows] for w in known), strict=True)]
        chunk = _Chunk(tables, reservation[rows])
        parts.append(chunk.bracket() if closely else chunk.sides())
    return Bracket.joined(parts)


class _Chunk:
    """A piece of the truths that fits the cache, and the best found in it so far."""

    def __init__(self, tables: Sequence[Sequence[Floats]], reservation: Floats) -> None:
        self.tables, self.reservation = tables, reservation
        n, signers = reservation.shape
        self.low, self.high = np.full(n, -np.inf), np.full(n, np.inf)
        self.prices = np.full((n, signers), 1 / signers)
        self.chosen = np.zeros((n, len(tables[0])), dtype=np.int64)

    def bracket(self) -> Bracket:
        """Return the bracket."""
        if self.reservation.shape[1] == 2:
            self._cut()
        else:
            self._step()
        return Bracket(self.low, np.maximum(self.high, self.low), self.prices, self.chosen)

    def sides(self) -> Bracket:
        """Return bounds that lie on one side of 0 where that is found soon."""
        self._aim(improve=True)
        return Bracket(self.low, np.maximum(self.high, self.low), self.prices, self.chosen)

    def _at(self, prices: Floats, rows: Ints) -> tuple[Floats, Ints]:
        """Return the gains (n, P) and combinations (n, B) of a best outcome at prices; both bounds take note."""
        whole = len(rows) == len(self.low)
        gains, chosen = -self.reservation[rows], np.empty((len(rows), len(self.tables[0])), dtype=np.int64)
        line = np.arange(len(rows))
        for b in range(chosen.shape[1]):
            parts = [table[b] if whole else table[b][rows] for table in self.tables]
            score = sum(prices[:, [i]] * part for i, part in enumerate(parts))
            chosen[:, b] = np.asarray(score).argmax(axis=1)
            for i, part in enumerate(parts):
                gains[:, i] += part[line, chosen[:, b]]
        height = (prices * gains).sum(axis=1)
        better = height < self.high[rows]
        self.high[rows[better]], self.prices[rows[better]] = height[better], prices[better]
        self._note(rows, gains, chosen)
        return gains, chosen

    def _note(self, rows: Ints, gains: Floats, chosen: Ints) -> None:
        least = gains.min(axis=1)
        better = least > self.low[rows]
        self.low[rows[better]], self.chosen[rows[better]] = least[better], chosen[better]

    def _improve(self, rows: Ints, gains: Floats, chosen: Ints) -> None:
        """Twice exchange, in each truth, the one block's combination that raises the margin most."""
        gains, chosen, line = gains.copy(), chosen.copy(), np.arange(len(rows))
        for _ in range(_EXCHANGES):
            least, at, to = gains.min(axis=1), np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64)
            for b in range(chosen.shape[1]):
                score = self._score(rows, gains, (b, chosen[:, b]))
                best = score.argmax(axis=1)
                better = score[line, best] > least
                least[better], at[better], to[better] = score[line, best][better], b, best[better]
            for b in range(chosen.shape[1]):
                mine = np.flatnonzero(at == b)
                for i, table in enumerate(self.tables):
                    part = table[b][rows[mine]]
                    here = np.arange(len(mine))
                    gains[mine, i] += part[here, to[mine]] - part[here, chosen[mine, b]]
                chosen[mine, b] = to[mine]
        self._note(rows, gains, chosen)

    def _score(self, rows: Ints, gains: Floats, block: tuple[int, Ints]) -> Floats:
        """Return the margin with each combination of one block in place of the one chosen, shape (n, n_b)."""
        b, mine = block
        line, score = np.arange(len(rows)), None
        for i, table in enumerate(self.tables):
            part = table[b] if len(rows) == len(self.low) else table[b][rows]
            gain = (gains[:, i] - part[line, mine])[:, None] + part
            score = gain if score is None else np.minimum(score, gain, out=score)
        assert score is not None
        return score

    def _cut(self) -> None:
        """Two signers: cut where the lines of the last outcomes on either side meet."""
        every = np.arange(len(self.low))
        prices = np.tile([0.0, 1.0], (len(every), 1))
        left, left_deal = self._at(prices, every)
        right, right_deal = self._at(prices[:, ::-1], every)
        for _ in range(_CUTS):
            slope = (right[:, 0] - right[:, 1]) - (left[:, 0] - left[:, 1])
            meet = np.divide(left[:, 1] - right[:, 1], slope, out=np.full(len(slope), 0.5), where=slope > _CLOSE)
            meet = np.clip(meet, 0.0, 1.0)
            height = meet * left[:, 0] + (1 - meet) * left[:, 1]
            open_ = np.flatnonzero((self.high - np.maximum(height, self.low) > _CLOSE) & (slope > _CLOSE))
            if not len(open_):
                break
            price = np.stack([meet, 1 - meet], axis=1)[open_]
            gains, chosen = self._at(price, open_)
            first = gains[:, 0] > gains[:, 1]
            right[open_[first]], right_deal[open_[first]] = gains[first], chosen[first]
            left[open_[~first]], left_deal[open_[~first]] = gains[~first], chosen[~first]
        for gains, chosen in ((left, left_deal), (right, right_deal)):
            self._improve(every, gains, chosen)
        self._again(every)

    def _step(self) -> None:
        """More signers: steps against the gains, as long as the distance to the best deal found tells."""
        every = np.arange(len(self.low))
        prices = self.prices.copy()
        for k in range(_STEPS):
            gains, chosen = self._at(prices, every)
            if k % _OFTEN == 0:
                self._improve(every, gains, chosen)
            slope = gains - gains.mean(axis=1, keepdims=True)
            size = (slope**2).sum(axis=1)
            room = np.maximum((prices * gains).sum(axis=1) - self.low, 0.0)
            step = np.divide(room, size, out=np.zeros_like(size), where=size > _CLOSE)
            prices = _on_simplex(prices - step[:, None] * slope)
        self._again(every)
        self._aim()

    def _aim(self, *, improve: bool = False) -> None:
        """Where a zone is neither found nor ruled out, step on to prices that rule it out, or deals that show it."""
        prices, rate = self.prices.copy(), 1.0
        for k in range(_AIMED):
            open_ = np.flatnonzero((self.low < -TOLERANCE) & (self.high >= -TOLERANCE))
            if not len(open_):
                return
            gains, chosen = self._at(prices[open_], open_)
            if improve and k % _OFTEN == 0:
                self._improve(open_, gains, chosen)
            slope = gains - gains.mean(axis=1, keepdims=True)
            size = (slope**2).sum(axis=1)
            room = (prices[open_] * gains).sum(axis=1) + 2 * TOLERANCE
            step = rate * np.divide(room, size, out=np.zeros_like(size), where=size > _CLOSE)
            prices[open_] = _on_simplex(prices[open_] - step[:, None] * slope)
            rate *= _SHRINK

    def _again(self, rows: Ints) -> None:
        """Improve the best deals found."""
        line = np.arange(len(rows))
        gains = -self.reservation.copy()
        for b in range(self.chosen.shape[1]):
            for i, table in enumerate(self.tables):
                gains[:, i] += table[b][line, self.chosen[:, b]]
        self._improve(rows, gains, self.chosen)


def _on_simplex(points: Floats) -> Floats:
    """Return the nearest points with entries at or above 0 that sum to 1 (Held, Wolfe and Crowder 1974)."""
    ranked = -np.sort(-points, axis=1)
    shift = (np.cumsum(ranked, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
    last = (ranked > shift).sum(axis=1) - 1
    return np.asarray(np.maximum(points - shift[np.arange(len(points)), last][:, None], 0.0))
