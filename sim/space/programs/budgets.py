"""How long work may take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

__all__ = ["Budget"]

_MOST = 1e7


@dataclass(frozen=True)
class Budget:
    """A moment at which work must stop, on the clock of `time.monotonic`.

    Attributes
    ----------
    deadline : float
        Infinite: never.

    Examples
    --------
    >>> Budget().spent, Budget.of(0.0).spent
    (False, True)
    """

    deadline: float = math.inf

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """Return a budget of so many seconds from now; None: without end."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    @property
    def spent(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.deadline

    def seconds_left(self) -> float:
        """Return how many seconds are left, at least one thousandth: solvers take no 0."""
        return min(_MOST, max(1e-3, self.deadline - time.monotonic()))
