r"""Equilibria of three-player games in which everybody plays every strategy, one player having two of them.

Let player 1 choose its second strategy with probability p, players 2 and 3 mix by y (b strategies) and z (c). Each must
be indifferent between all strategies:

.. math:: E_2(p) z = 0, \quad y^T E_3(p) = 0, \quad y^T D z = 0,

where E_2 and E_3 hold the differences of payoffs from the first strategy, linear in p, and D what player 1 gains by its
second. In a generic game there is a solution only if b and c differ by at most 1, and then p is a root of one
polynomial: where b = c, of y(p)' D z(p) with y and z the signed minors of E_3 and E_2, of degree 2 (b - 1), a quadratic
where all have two strategies; else of the determinant of the square one of E_2 and E_3, of degree max(b, c) - 1. For
each root in (0, 1) the rest is linear. Solutions are polished on the whole system by Newton's method.

A polynomial that vanishes, a root of higher order or a rest that is not determined means infinitely many equilibria or
a borderline case; it is called `doubtful`, and what was found may not be all.

Sources: Nash (1951), Non-cooperative Games (a three-player game with irrational equilibria); McKelvey and McLennan
(1997), The Maximal Number of Regular Totally Mixed Nash Equilibria. The elimination is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray

__all__ = ["FullyMixed", "fully_mixed"]

Floats = NDArray[np.float64]
Profile = tuple[Floats, ...]

_ZERO = 1e-12
_FLAT = 1e-6
_RANK = 1e-7
_IMAGINARY = 1e-6
_USED = 1e-9
_STEPS = 8


@dataclass(frozen=True, eq=False)
class FullyMixed:
    """The equilibria found.

    Attributes
    ----------
    profiles : tuple of tuple of ndarray
        For each equilibrium the mixed strategy of each player.
    doubtful : bool
        Whether there may be more: infinitely many, or one that rounding hides.
    """

    profiles: tuple[Profile, ...]
    doubtful: bool


def fully_mixed(payoffs: Sequence[Floats]) -> FullyMixed:
    """Find the equilibria in which all three players use all their strategies.

    Parameters
    ----------
    payoffs : sequence of 3 ndarray, shape (n_1, n_2, n_3)
        At least two strategies each, exactly two for one player at least.

    Raises
    ------
    ValueError
        If some player has one strategy or all have more than two.

    Examples
    --------
    Everybody wants to be the odd one out:

    >>> odd = np.zeros((2, 2, 2))
    >>> odd[0, 1, 1] = odd[1, 0, 0] = 1.0
    >>> found = fully_mixed([odd, odd.transpose(1, 0, 2), odd.transpose(1, 2, 0)])
    >>> [[strategy.round(6).tolist() for strategy in profile] for profile in found.profiles]
    [[[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]]
    """
    shape = payoffs[0].shape
    if min(shape) != 2 or len(shape) != 3:
        raise ValueError(f"payoffs: {shape} strategies (expected three players, the fewest strategies being 2)")
    found = FullyMixed((), doubtful=True)
    for first in np.flatnonzero(np.array(shape) == 2).tolist():
        order = [first, *(k for k in range(3) if k != first)]
        if abs(shape[order[1]] - shape[order[2]]) > 1:
            return FullyMixed((), doubtful=False)
        found = _ordered(payoffs, order)
        # Where what one does means nothing to another, one polynomial may vanish though another does not.
        if not found.doubtful:
            break
    return found


def _ordered(payoffs: Sequence[Floats], order: list[int]) -> FullyMixed:
    """The equilibria with players in an order, the first of whom has two strategies."""
    found = _solutions(_system([np.transpose(payoffs[k], order) for k in order]))
    back = [order.index(k) for k in range(3)]
    return FullyMixed(tuple(tuple(profile[k] for k in back) for profile in found.profiles), found.doubtful)


@dataclass(frozen=True, eq=False)
class _System:
    """What each player gains by a strategy over its first: D (b, c), E_2 (2, b - 1, c) and E_3 (2, c - 1, b).

    The leading axis of the latter two is player 1's strategy.
    """

    first: Floats
    second: Floats
    third: Floats

    def at(self, p: float) -> tuple[Floats, Floats]:
        """E_2 and E_3 where player 1 plays its second strategy with probability p."""
        return (1 - p) * self.second[0] + p * self.second[1], (1 - p) * self.third[0] + p * self.third[1]


def _system(payoffs: Sequence[Floats]) -> _System:
    one, two, three = (payoff / (np.ptp(payoff) or 1.0) for payoff in payoffs)
    return _System(
        one[1] - one[0],
        two[:, 1:] - two[:, :1],
        (three[:, :, 1:] - three[:, :, :1]).swapaxes(1, 2),
    )


def _solutions(system: _System) -> FullyMixed:
    curve = Chebyshev.interpolate(
        lambda points: np.array([_condition(system, float(p)) for p in points]), _degree(system), domain=[0.0, 1.0]
    )
    size = float(np.abs(curve.coef).max())
    if size < _ZERO:
        return FullyMixed((), doubtful=True)
    # Leading coefficients that are rounding alone would only make roots far away.
    roots = curve.trim(_ZERO * size).roots()
    near = roots.real[(np.abs(roots.imag) < _IMAGINARY) & (roots.real > 0) & (roots.real < 1)]
    profiles: list[Profile] = []
    doubtful = bool((np.abs(curve.deriv()(near)) < _FLAT * size).any())
    for p in near.tolist():
        profile, determined = _rest(system, p)
        doubtful |= not determined
        if profile is not None and not any(_same(profile, other) for other in profiles):
            profiles.append(profile)
    return FullyMixed(tuple(profiles), doubtful)


def _degree(system: _System) -> int:
    b, c = system.first.shape
    return 2 * (int(b) - 1) if b == c else int(max(b, c)) - 1


def _condition(system: _System, p: float) -> float:
    """The polynomial in p of which a solution must be a root."""
    second, third = system.at(p)
    b, c = system.first.shape
    if b == c:
        return float(_minors(third) @ system.first @ _minors(second))
    return float(np.linalg.det(second if b > c else third))


def _minors(matrix: Floats) -> Floats:
    """Signed maximal minors of a matrix (k - 1, k): what it sends to 0, without a division."""
    columns = np.arange(matrix.shape[1])
    return np.array([(-1.0) ** k * np.linalg.det(matrix[:, columns != k]) for k in columns])


def _rest(system: _System, p: float) -> tuple[Profile | None, bool]:
    """Both other strategies given p, None where one leaves a strategy out; and whether p determines them."""
    second, third = system.at(p)
    right, left = _null(second), _null(third)
    if right.shape[1] == 1 and left.shape[1] == 2:
        left = _null(np.vstack([third, system.first @ right[:, 0]]))
    elif left.shape[1] == 1 and right.shape[1] == 2:
        right = _null(np.vstack([second, left[:, 0] @ system.first]))
    if right.shape[1] != 1 or left.shape[1] != 1:
        return None, not (_may_be_positive(right) and _may_be_positive(left))
    y, z = left[:, 0], right[:, 0]
    if abs(y.sum()) < _USED or abs(z.sum()) < _USED:
        return None, True
    y, z = y / y.sum(), z / z.sum()
    if min(y.min(), z.min()) <= _USED:
        return None, True
    return _polished(system, p, y, z)


def _null(matrix: Floats) -> Floats:
    """A basis of what a matrix (m, k) sends to 0, as columns."""
    _, sizes, rows = np.linalg.svd(matrix)
    return np.asarray(rows[int((sizes > _RANK).sum()) :].T)


def _may_be_positive(basis: Floats) -> bool:
    """Whether a positive vector may lie in the span of some columns; decided where there is one."""
    if basis.shape[1] > 1:
        return True
    return basis.shape[1] == 1 and bool((basis > 0).all() or (basis < 0).all())


def _polished(system: _System, p: float, y: Floats, z: Floats) -> tuple[Profile | None, bool]:
    """Newton's method on the whole system."""
    b = len(y)
    point = np.concatenate([[p], y, z])
    for _ in range(_STEPS):
        residual, slope = _newton(system, point)
        try:
            step = np.linalg.solve(slope, residual)
        except np.linalg.LinAlgError:
            return None, False
        point = point - step
        if np.abs(step).max() < 1e-15:
            break
    if not np.abs(_newton(system, point)[0]).max() < _ZERO:
        return None, False
    p, y, z = float(point[0]), point[1 : 1 + b], point[1 + b :]
    if min(p, 1 - p, y.min(), z.min()) <= _USED:
        return None, True
    return (np.array([1 - p, p]), y, z), True


def _newton(system: _System, point: Floats) -> tuple[Floats, Floats]:
    """Residuals of the 1 + b + c equations at (p, y, z), and their derivatives."""
    b, c = system.first.shape
    p, y, z = float(point[0]), point[1 : 1 + b], point[1 + b :]
    second, third = system.at(p)
    residual = np.concatenate([second @ z, third @ y, [y @ system.first @ z, y.sum() - 1, z.sum() - 1]])
    slope = np.zeros((1 + b + c, 1 + b + c))
    slope[: b - 1, 0] = (system.second[1] - system.second[0]) @ z
    slope[: b - 1, 1 + b :] = second
    slope[b - 1 : b + c - 2, 0] = (system.third[1] - system.third[0]) @ y
    slope[b - 1 : b + c - 2, 1 : 1 + b] = third
    slope[-3, 1 : 1 + b], slope[-3, 1 + b :] = system.first @ z, y @ system.first
    slope[-2, 1 : 1 + b], slope[-1, 1 + b :] = 1.0, 1.0
    return residual, slope


def _same(first: Profile, second: Profile) -> bool:
    return all(np.abs(x - y).max() < 1e-7 for x, y in zip(first, second, strict=True))
