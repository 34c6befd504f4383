"""How much work may be done: so much time, or so many steps, which are the same on every machine."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

__all__ = ["Budget"]

_MOST = 1e7
_NODES = 2**31 - 1


@dataclass
class _Steps:
    left: float = math.inf


@dataclass(frozen=True)
class Budget:
    """When work must stop: at a moment on the clock of `time.monotonic`, or after so many steps.

    A step is one linear program or one node of a search, some milliseconds. What is reached in a number of steps does
    not depend on how fast or how busy a machine is.

    Attributes
    ----------
    deadline : float
        Infinite: never.
    steps : _Steps
        How many are left, shared by all that work on this budget.

    Examples
    --------
    >>> Budget().spent, Budget.of(0.0).spent
    (False, True)
    >>> few = Budget.of_steps(3)
    >>> few.take(2), few.spent, few.nodes_left(), few.take(1), few.spent
    (None, False, 1, None, True)
    """

    deadline: float = math.inf
    steps: _Steps = field(default_factory=_Steps)

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """Return a budget of so many seconds from now; None: without end."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    @classmethod
    def of_steps(cls, steps: int) -> Budget:
        """Return a budget of so many steps, whatever time they take."""
        return cls(steps=_Steps(steps))

    @property
    def spent(self) -> bool:
        """Whether the time is over, or no step is left."""
        return self.steps.left <= 0 or time.monotonic() >= self.deadline

    def take(self, steps: int) -> None:
        """Count steps that were done."""
        self.steps.left -= steps

    def seconds_left(self) -> float:
        """Return how many seconds are left, at least one thousandth: solvers take no 0."""
        return min(_MOST, max(1e-3, self.deadline - time.monotonic()))

    def nodes_left(self) -> int:
        """Return how many nodes a search may still have, at least one."""
        return int(min(_NODES, max(1.0, self.steps.left)))
