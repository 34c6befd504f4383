"""Value functions as a scenario file writes them; `FAMILIES` is the registry.

A family is named by the key that only it has. To add one: write its record with `at`, and enter it below; checks,
schema and the messages for wrong keys follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Discriminator, Field, Tag

from sim.model.base import NonNegative, Number, Positive, Record
from sim.model.frozen import FrozenDict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FAMILIES", "AnyValue", "Value", "key_level"]

Unit = Annotated[Number, Field(ge=0, le=1)]
Fraction = Annotated[Number, Field(gt=0, lt=1)]


def key_level(key: str) -> str | float:
    """Return a map's key as a level: a number where it reads as one.

    Examples
    --------
    >>> key_level("85000"), key_level("open door")
    (85000.0, 'open door')
    """
    try:
        return float(key) if "_" not in key else key
    except ValueError:
        return key


@dataclass(frozen=True, kw_only=True)
class Value(Record):
    """How much one party cares about one issue, and which levels it prefers."""

    importance: Annotated[NonNegative, Field(description="Worth of the swing over the declared levels; normalised.")]

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        """Return v of each level, shape (len(levels),), in [0, 1]."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Sigmoid(Record):
    """Logistic in t, rescaled to run from 0 to 1."""

    middle: Annotated[Fraction, Field(description="Where in t the curve is steepest, between 0 and 1.")]
    steepness: Annotated[
        Number, Field(ge=0.001, le=1000, description="How sharp the step is; 10 is sharp, 1 nearly linear.")
    ]


@dataclass(frozen=True, kw_only=True)
class Shape(Record):
    """How value bends between worst and best; exactly one of the three."""

    power: Annotated[Positive | None, Field(description="t to this power; below 1: diminishing returns.")] = None
    exponential: Annotated[
        Annotated[Number, Field(ge=-100, le=100)] | None,
        Field(description="Rate; above 0: diminishing returns; not 0."),
    ] = None
    sigmoid: Annotated[Sigmoid | None, Field(description="A step: middle and steepness.")] = None


@dataclass(frozen=True, kw_only=True)
class BestWorst(Value):
    """From worst (0) to best (1), linear unless a shape is given."""

    best: Annotated[Number, Field(description="Level of value 1.")]
    worst: Annotated[Number, Field(description="Level of value 0.")]
    shape: Annotated[Shape | None, Field(description="How value bends in between.")] = None

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        from sim.theory import value_functions as vf

        t = vf.progress(levels, self.best, self.worst)
        if self.shape is None:
            return t
        if self.shape.power is not None:
            return vf.power(t, self.shape.power)
        if self.shape.exponential is not None:
            return vf.exponential(t, self.shape.exponential)
        assert self.shape.sigmoid is not None
        return vf.sigmoid(t, self.shape.sigmoid.middle, self.shape.sigmoid.steepness)


@dataclass(frozen=True, kw_only=True)
class Ideal(Value):
    """1 at the ideal level, falling to 0 a tolerance away on both sides."""

    ideal: Annotated[Number, Field(description="Level of value 1.")]
    tolerance: Annotated[Positive, Field(description="Distance at which value reaches 0.")]

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        from sim.theory.value_functions import peak

        return peak(levels, self.ideal, self.tolerance)


@dataclass(frozen=True, kw_only=True)
class Points(Value):
    """Piecewise linear through given points, held at both ends."""

    points: Annotated[
        tuple[tuple[Number, Unit], ...], Field(min_length=2, description="[level, value] pairs, levels rising.")
    ]

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        from sim.theory.value_functions import piecewise

        return piecewise(levels, self.points)


@dataclass(frozen=True, kw_only=True)
class Table(Value):
    """A value for every level."""

    table: Annotated[dict[str, Unit], Field(min_length=1, description="Value of each level, in [0, 1], as it is.")]

    @cached_property
    def _levels(self) -> dict[str | float, float]:
        return FrozenDict((key_level(key), value) for key, value in self.table.items())

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        import numpy as np

        return np.array([self.lookup(level) for level in levels], dtype=np.float64)

    def lookup(self, level: Any) -> float:
        """Return the value of one level; KeyError where the table lacks it."""
        return self.table[level] if isinstance(level, str) else self._levels[float(level)]

    def has(self, level: Any) -> bool:
        """Say whether the table gives this level a value."""
        return level in self.table if isinstance(level, str) else float(level) in self._levels


@dataclass(frozen=True, kw_only=True)
class AtLeast(Value):
    """All or nothing: 1 from a level upwards."""

    at_least: Annotated[Number, Field(description="Lowest level of value 1.")]

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        import numpy as np

        return np.asarray(np.asarray(levels, dtype=np.float64) >= self.at_least, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class AtMost(Value):
    """All or nothing: 1 up to a level."""

    at_most: Annotated[Number, Field(description="Highest level of value 1.")]

    def at(self, levels: Sequence[Any]) -> NDArray[np.float64]:
        import numpy as np

        return np.asarray(np.asarray(levels, dtype=np.float64) <= self.at_most, dtype=np.float64)


FAMILIES: dict[str, type[Value]] = {
    "best": BestWorst,
    "worst": BestWorst,
    "ideal": Ideal,
    "points": Points,
    "table": Table,
    "at_least": AtLeast,
    "at_most": AtMost,
}


def _family(data: Any) -> str | None:
    for key, family in FAMILIES.items():
        if isinstance(data, family) or (isinstance(data, dict) and key in data):
            return f"<{family.__name__}>"
    return None


if TYPE_CHECKING:
    AnyValue = Value
else:
    _MEMBERS = tuple(Annotated[family, Tag(f"<{family.__name__}>")] for family in dict.fromkeys(FAMILIES.values()))
    _UNION = _MEMBERS[0]
    for _member in _MEMBERS[1:]:
        _UNION = _UNION | _member
    AnyValue = Annotated[_UNION, Discriminator(_family)]
