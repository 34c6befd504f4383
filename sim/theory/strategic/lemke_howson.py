"""One equilibrium of a bimatrix game by complementary pivoting, where listing all of them is out of reach.

With payoffs made positive, equilibria are the completely labelled pairs of vertices, other than the origin, of

    P = {x >= 0, B' x <= 1},    Q = {y >= 0, A y <= 1}:

each row i is unused in x or a best reply to y, each column j unused in y or a best reply to x. Dropping one label at
the origin and pivoting in P and Q by turns ends at an equilibrium (Lemke and Howson 1964). Tableaux hold whole numbers
(Edmonds 1967: all divisions by the previous pivot leave no remainder) and ties in the ratio test are broken
lexicographically, so that the path neither cycles nor drifts in degenerate games. Which equilibrium is found
depends on the label dropped; it need not be a plausible one, and others may exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import SizeError
from sim.theory.checks import whole
from sim.theory.strategic.bimatrix_exact import integers
from sim.theory.strategic.bimatrix_payoffs import Floats, checked_pair, evaluate

__all__ = ["STRATEGIES", "OneEquilibrium", "one_equilibrium"]

STRATEGIES = 200
"""Most strategies, both players' together; exact tableaux grow with the cube of it."""


@dataclass(frozen=True, eq=False)
class OneEquilibrium:
    """One equilibrium of each of N games.

    Attributes
    ----------
    row, column : array (N, m), (N, n)
    payoffs : array (N, 2)
    regret : array (N,)
        The most either player could gain by changing strategy: rounding only.
    """

    row: Floats
    column: Floats
    payoffs: Floats
    regret: Floats

    def __post_init__(self) -> None:
        for array in vars(self).values():
            array.flags.writeable = False


@dataclass
class _Tableau:
    """Rows of a system in basic form: the labels of its basic variables, one column a label, the last the right side.

    Where both players' tableaux use the labels 0 .. m + n - 1, a label names a slack in one and a weight in the other.
    """

    cells: NDArray[Any]
    basis: list[int]
    slacks: list[int]
    pivot: int = 1

    def enter(self, label: int) -> int:
        """Bring a label into the basis and return the one that leaves."""
        row = self._leaving(label)
        left, self.basis[row] = self.basis[row], label
        kept = self.cells[row].copy()
        value = kept[label]
        self.cells = (self.cells * value - np.outer(self.cells[:, label], kept)) // self.pivot
        self.cells[row] = kept
        self.pivot = value
        return left

    def _leaving(self, label: int) -> int:
        entering = self.cells[:, label]
        rows = [row for row in range(len(self.basis)) if entering[row] > 0]
        for column in [-1, *self.slacks]:
            if len(rows) == 1:
                break
            ratios = [Fraction(self.cells[row, column], entering[row]) for row in rows]
            least = min(ratios)
            rows = [row for row, ratio in zip(rows, ratios, strict=True) if ratio == least]
        return rows[0]

    def weights(self, labels: range) -> list[float]:
        """Probabilities of the labels, from the basic solution."""
        values = {label: self.cells[row, -1] for row, label in enumerate(self.basis)}
        chosen = [values.get(label, 0) for label in labels]
        total = sum(chosen)
        return [value / total for value in chosen]


def _tableau(payoffs: NDArray[Any], weights: range, slacks: range) -> _Tableau:
    """Weighted payoffs + slacks = 1, a row for each of the player's own strategies; their labels are the slacks'."""
    count = len(slacks)
    cells = np.zeros((count, count + len(weights) + 1), dtype=object)
    cells[:, weights.start : weights.stop] = payoffs + 1
    cells[np.arange(count), list(slacks)] = 1
    cells[:, -1] = 1
    return _Tableau(cells, list(slacks), list(slacks))


def _follow(a: NDArray[Any], b: NDArray[Any], label: int) -> tuple[list[float], list[float]]:
    """Follow the path from the origin on which only one label may be missing; a (m, n), b (n, m)."""
    m, n = a.shape
    rows, columns = range(m), range(m, m + n)
    q, p = _tableau(a, columns, rows), _tableau(b, rows, columns)
    side, other, entering = (p, q, label) if label < m else (q, p, label)
    while True:
        entering = side.enter(entering)
        if entering == label:
            return p.weights(rows), q.weights(columns)
        side, other = other, side


def one_equilibrium(A: ArrayLike, B: ArrayLike, *, label: int = 0) -> OneEquilibrium:
    """One equilibrium of each of N games, exact up to the last rounding.

    Parameters
    ----------
    A, B : array_like (N, m, n) or (m, n)
        Payoffs of the row and the column player.
    label : int
        The strategy dropped first: 0 .. m - 1 a row, m .. m + n - 1 a column. Other labels may lead elsewhere.

    Returns
    -------
    OneEquilibrium

    Raises
    ------
    ValueError
        If the shapes do not match, payoffs are not finite, or there is no such label.
    SizeError
        If the players have more than `STRATEGIES` strategies together.

    Notes
    -----
    Lemke and Howson (1964), Journal of the Society for Industrial and Applied Mathematics.

    Examples
    --------
    >>> one_equilibrium([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]).row
    array([[0.5, 0.5]])
    """
    first, second = checked_pair(A, B)
    games, m, n = first.shape
    if m + n > STRATEGIES:
        raise SizeError(
            f"a {m} x {n} game has {m + n} strategies, the limit of exact pivoting is {STRATEGIES}: "
            "remove dominated strategies or take fewer"
        )
    if not 0 <= whole("label", label) < m + n:
        raise ValueError(f"label: {label} (expected 0 to {m + n - 1}, rows first)")
    a, b = integers(first), integers(second).swapaxes(0, 1)
    found = [_follow(a[:, :, game], b[:, :, game], label) for game in range(games)]
    x = np.array([row for row, _ in found]).reshape(games, m)
    y = np.array([column for _, column in found]).reshape(games, n)
    payoff_a, regret_a = evaluate(first.transpose(1, 2, 0), x.T, y.T)
    payoff_b, regret_b = evaluate(second.transpose(2, 1, 0), y.T, x.T)
    return OneEquilibrium(x, y, np.stack([payoff_a, payoff_b], axis=1), np.maximum(regret_a, regret_b))
