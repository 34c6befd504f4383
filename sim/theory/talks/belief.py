"""A belief about one number: distribution F(x) = P(X <= x), quantile Q(q) = inf {x : F(x) >= q}, expectations.

Expectations are sums over nodes: E f(X) = integral over (0, 1) of f(Q(q)) dq, by Gauss-Legendre quadrature between
breaks (exact for discrete beliefs), so that an integral cut at known points never straddles a jump.

Source: Davis and Rabinowitz (1984), Methods of Numerical Integration, for composite Gauss-Legendre rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Distribution", "check_beliefs"]

Array = NDArray[np.float64]

# Quantiles bend most near 0 and 1: panels halve towards both ends, and 32 equal ones lie between.
HALVINGS = 2.0 ** -np.arange(6, 41)
PANELS = np.unique(np.concatenate([[0.0, 1.0], np.arange(1, 32) / 32, HALVINGS, 1 - HALVINGS]))
ORDER = 6


class Distribution(ABC):
    """A belief about one number; every method works element by element on arrays of any shape."""

    discrete: ClassVar[bool] = False

    @property
    def support(self) -> tuple[float, float]:
        """Least and greatest possible value; infinite where there is none."""
        low, high = self._quantile(np.array([0.0, 1.0]))
        return float(low), float(high)

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value."""

    @property
    def knots(self) -> Array:
        """Finite points, ascending, where the distribution function jumps or bends."""
        ends = np.array(self.support)
        finite: Array = ends[np.isfinite(ends)]
        return finite

    @abstractmethod
    def _cdf(self, x: Array) -> Array: ...

    @abstractmethod
    def _pdf(self, x: Array) -> Array: ...

    @abstractmethod
    def _quantile(self, q: Array) -> Array: ...

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of at most x.

        Examples
        --------
        >>> from sim.theory.talks.distributions import Uniform
        >>> Uniform(0, 0.4).cdf([-1, 0.1, 9]).tolist()
        [0.0, 0.25, 1.0]
        """
        return self._cdf(np.asarray(x, dtype=np.float64))

    def pdf(self, x: ArrayLike) -> Array:
        """Density at x; a discrete belief has none and raises ValueError.

        Examples
        --------
        >>> from sim.theory.talks.distributions import Triangular
        >>> Triangular(0, 1, 2).pdf([0.5, 1.0, 3.0]).tolist()
        [0.5, 1.0, 0.0]
        """
        return self._pdf(np.asarray(x, dtype=np.float64))

    def quantile(self, q: ArrayLike) -> Array:
        """Least x that has a probability of at least q lying at or below it; ValueError where q is outside [0, 1].

        Examples
        --------
        >>> from sim.theory.talks.distributions import Triangular
        >>> Triangular(0, 1, 2).quantile([0, 0.5, 1]).tolist()
        [0.0, 1.0, 2.0]
        """
        levels = np.asarray(q, dtype=np.float64)
        if not np.all((levels >= 0) & (levels <= 1)):
            raise ValueError("q: outside [0, 1] (expected probabilities)")
        return self._quantile(levels)

    def sample(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> Array:
        """Draw independent values, shape `size`; one uniform number each, so that draws match across beliefs.

        Examples
        --------
        >>> from sim.theory.talks.distributions import Uniform
        >>> Uniform(2, 3).sample(np.random.default_rng(0), 4).round(2).tolist()
        [2.64, 2.27, 2.04, 2.02]
        """
        return self._quantile(np.maximum(rng.random(size), 2.0**-54))

    def nodes(self, breaks: ArrayLike = ()) -> tuple[Array, Array]:
        """Nodes x and weights w, both shape (N,), ascending, with E f(X) near sum w f(x) and sum w = 1.

        `breaks` are probabilities q at whose quantile f may jump: no panel of the quadrature reaches across one.

        Examples
        --------
        >>> from sim.theory.talks.distributions import Normal
        >>> x, w = Normal(1, 2).nodes()
        >>> round(float(w @ x**2), 6)
        5.0
        """
        cuts = np.concatenate([PANELS, self._cdf(self.knots), np.asarray(breaks, dtype=np.float64).ravel()])
        edges = np.unique(np.clip(cuts, 0.0, 1.0))
        points, shares = np.polynomial.legendre.leggauss(ORDER)
        width = np.diff(edges)[:, None]
        # Rounded up to 1, the last node of an unbounded belief would be infinite.
        levels = np.minimum(edges[:-1, None] + width * (points + 1) / 2, 1 - 2.0**-53)
        return self._quantile(levels.ravel()), (width * shares / 2).ravel()


def check_beliefs(**beliefs: object) -> None:
    """Refuse what is no belief.

    Raises
    ------
    ValueError
        Naming the first such argument.

    Examples
    --------
    >>> check_beliefs(first=0.5)
    Traceback (most recent call last):
        ...
    ValueError: first: 0.5 (expected a belief, such as Uniform(0, 1))
    """
    for name, belief in beliefs.items():
        if not isinstance(belief, Distribution):
            raise ValueError(f"{name}: {belief!r} (expected a belief, such as Uniform(0, 1))")
