"""Beliefs by name: the families of probability distributions a scenario may use.

====================  ======================================================================
uniform               density 1 / (high - low) on [low, high]
triangular            density rising from low to mode and falling to high, both linearly
normal                density exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi)), unbounded
beta                  low + (high - low) B, where B has density b^(a-1) (1-b)^(b-1) / B(a, b)
discrete              probability p_k on value x_k, sum_k p_k = 1
====================  ======================================================================

Source: Johnson, Kotz and Balakrishnan (1994, 1995), Continuous Univariate Distributions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from inspect import signature
from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.talks.belief import Distribution

__all__ = ["DISTRIBUTIONS", "Beta", "Discrete", "Distribution", "Normal", "Triangular", "Uniform", "make"]

Array = NDArray[np.float64]

SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value from `low` to `high` alike; low < high."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check(low=self.low, high=self.high)

    @property
    def mean(self) -> float:
        """Expected value."""
        return 0.5 * (self.low + self.high)

    def _cdf(self, x: Array) -> Array:
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)

    def _pdf(self, x: Array) -> Array:
        return np.where((x >= self.low) & (x <= self.high), 1 / (self.high - self.low), 0.0)

    def _quantile(self, q: Array) -> Array:
        return self.low * (1 - q) + self.high * q


@dataclass(frozen=True)
class Triangular(Distribution):
    """Most likely at `mode`, impossible outside `low` and `high`; low <= mode <= high, low < high."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _check(low=self.low, mode=self.mode, high=self.high)
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode: {self.mode} (expected from {self.low} to {self.high})")

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / 3

    @property
    def knots(self) -> Array:
        """The ends and the mode."""
        return np.array([self.low, self.mode, self.high])

    def _sides(self) -> tuple[float, float, float]:
        return self.mode - self.low, self.high - self.mode, self.high - self.low

    def _cdf(self, x: Array) -> Array:
        left, right, width = self._sides()
        inside = np.clip(x, self.low, self.high)
        rising = (inside - self.low) ** 2 / (width * (left or 1.0))
        falling = 1 - (self.high - inside) ** 2 / (width * (right or 1.0))
        return np.where(inside < self.mode, rising, falling)

    def _pdf(self, x: Array) -> Array:
        left, right, width = self._sides()
        rising = 2 * (x - self.low) / (width * (left or 1.0))
        falling = 2 * (self.high - x) / (width * (right or 1.0))
        slope = np.where((x < self.mode) | (right == 0), rising, falling)
        return np.where((x >= self.low) & (x <= self.high), slope, 0.0)

    def _quantile(self, q: Array) -> Array:
        left, right, width = self._sides()
        rising, falling = self.low + np.sqrt(q * width * left), self.high - np.sqrt((1 - q) * width * right)
        return np.where(q * width < left, rising, falling)


@dataclass(frozen=True)
class Normal(Distribution):
    """The bell curve with mean `mean` and standard deviation `sd` > 0: no value is impossible."""

    centre: float
    sd: float

    def __post_init__(self) -> None:
        _check(mean=self.centre, sd=self.sd)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.centre

    def _cdf(self, x: Array) -> Array:
        from scipy.special import ndtr

        return np.asarray(ndtr((x - self.centre) / self.sd))

    def _pdf(self, x: Array) -> Array:
        density: Array = np.exp(-0.5 * ((x - self.centre) / self.sd) ** 2) / (self.sd * np.sqrt(2 * np.pi))
        return density

    def _quantile(self, q: Array) -> Array:
        from scipy.special import ndtri

        return self.centre + self.sd * np.asarray(ndtri(q))


@dataclass(frozen=True)
class Beta(Distribution):
    """A beta variable with exponents `a`, `b` > 0, stretched to run from `low` to `high`."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check(a=self.a, b=self.b, low=self.low, high=self.high)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    def _unit(self, x: Array) -> Array:
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)

    def _cdf(self, x: Array) -> Array:
        from scipy.special import betainc

        return np.asarray(betainc(self.a, self.b, self._unit(x)))

    def _pdf(self, x: Array) -> Array:
        from scipy.special import betaln, xlog1py, xlogy

        t = self._unit(x)
        log = xlogy(self.a - 1, t) + xlog1py(self.b - 1, -t) - betaln(self.a, self.b)
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, np.exp(log) / (self.high - self.low), 0.0)

    def _quantile(self, q: Array) -> Array:
        from scipy.special import betaincinv

        # The inverse fails for some exponents at probabilities below 1e-100.
        levels = np.where(q > 0, np.maximum(q, 1e-60), 0.0)
        return self.low + (self.high - self.low) * np.asarray(betaincinv(self.a, self.b, levels))


@dataclass(frozen=True)
class Discrete(Distribution):
    """One of a few `values` with the `probabilities` beside them, which sum to 1; kept in ascending order."""

    discrete: ClassVar[bool] = True

    values: Sequence[float]
    probabilities: Sequence[float]

    def __post_init__(self) -> None:
        values, shares = _numbers("values", self.values), _numbers("probabilities", self.probabilities)
        if values.size == 0 or values.shape != shares.shape:
            raise ValueError(f"probabilities: {shares.size} for {values.size} values (expected one each, at least one)")
        if (shares < 0).any():
            raise ValueError(f"probabilities: {shares.min():g} (expected numbers of at least 0)")
        if abs(shares.sum() - 1) > SUM_TOLERANCE:
            raise ValueError(f"probabilities: they sum to {shares.sum():g} (expected 1)")
        order = np.argsort(values, kind="stable")
        object.__setattr__(self, "values", tuple(values[order].tolist()))
        object.__setattr__(self, "probabilities", tuple((shares[order] / shares.sum()).tolist()))

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(np.dot(self.values, self.probabilities))

    @property
    def knots(self) -> Array:
        """The values."""
        return np.unique(self.values)

    def _steps(self) -> Array:
        steps = np.cumsum(self.probabilities)
        # Every step from the last possible value on is 1, whatever the rounding of the sum.
        steps[np.max(np.flatnonzero(self.probabilities)) :] = 1.0
        return np.concatenate([[0.0], steps])

    def _cdf(self, x: Array) -> Array:
        return self._steps()[np.searchsorted(self.values, x, side="right")]

    def _pdf(self, x: Array) -> Array:
        raise ValueError("discrete: has no density (expected a continuous belief)")

    def _quantile(self, q: Array) -> Array:
        possible = np.array(self.probabilities) > 0
        at_or_below = self._steps()[1:][possible]
        return np.array(self.values)[possible][np.searchsorted(at_or_below, q, side="left")]

    def nodes(self, breaks: ArrayLike = ()) -> tuple[Array, Array]:
        """The values that can occur and their probabilities, both shape (N,): expectations are exact."""
        shares = np.array(self.probabilities)
        return np.array(self.values)[shares > 0], shares[shares > 0]


DISTRIBUTIONS: dict[str, Callable[..., Distribution]] = {
    "uniform": Uniform,
    "triangular": Triangular,
    "normal": Normal,
    "beta": Beta,
    "discrete": Discrete,
}


def make(name: str, parameters: Sequence[object]) -> Distribution:
    """Build a belief from its name and its parameters, in the order of the record's fields.

    Parameters
    ----------
    name : str
        A key of `DISTRIBUTIONS`.
    parameters : sequence
        Numbers; for `discrete` the values and the probabilities.

    Raises
    ------
    ValueError
        For an unknown name, too few or too many parameters, or parameters that make no distribution.

    References
    ----------
    Johnson, Kotz and Balakrishnan (1994, 1995), Continuous Univariate Distributions.

    Examples
    --------
    >>> make("uniform", [0.05, 0.25]).mean
    0.15
    """
    if not isinstance(name, str) or name not in DISTRIBUTIONS:
        raise ValueError(f"distribution: {name!r} is not known (expected one of {', '.join(DISTRIBUTIONS)})")
    expected = ", ".join(signature(DISTRIBUTIONS[name]).parameters)
    if not isinstance(parameters, Iterable):
        raise ValueError(f"parameters: {parameters!r} (expected a list: {expected})")
    try:
        arguments = signature(DISTRIBUTIONS[name]).bind(*parameters)
    except TypeError as fault:
        raise ValueError(f"{name}: {len(parameters)} parameters (expected {expected})") from fault
    return DISTRIBUTIONS[name](*arguments.args)


def _numbers(name: str, numbers: object) -> Array:
    try:
        array = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.array([np.nan])
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError(f"{name}: not a list of finite numbers")
    return array


def _check(**parameters: float) -> None:
    """Refuse what is no finite number, exponents and spreads that are not positive, and an empty interval."""
    for name, number in parameters.items():
        if isinstance(number, bool) or not isinstance(number, Real) or not np.isfinite(number):
            raise ValueError(f"{name}: {number!r} (expected a finite number)")
        if name in {"a", "b", "sd"} and number <= 0:
            raise ValueError(f"{name}: {number} (expected a number above 0)")
    if "low" in parameters and not parameters["low"] < parameters["high"]:
        raise ValueError(f"high: {parameters['high']} (expected above low, {parameters['low']})")
