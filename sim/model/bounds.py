"""Between which values a number of a scenario file may lie, as the records of the file declare it."""

from __future__ import annotations

import operator
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from sim.model.paths import Keys
from sim.model.spec import Spec

__all__ = ["Bound", "bounds"]

_TESTS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "gt": ("more than", operator.gt),
    "ge": ("at least", operator.ge),
    "lt": ("less than", operator.lt),
    "le": ("at most", operator.le),
}


@dataclass(frozen=True)
class Bound:
    """One end of what is allowed.

    Attributes
    ----------
    kind : str
        ``gt``, ``ge``, ``lt`` or ``le``.
    limit : float
    """

    kind: str
    limit: float

    @property
    def expected(self) -> str:
        """The bound in words."""
        return f"{_TESTS[self.kind][0]} {self.limit:g}"

    def holds(self, numbers: Any) -> Any:
        """Say whether a number, or each of an array of them, keeps to the bound."""
        return _TESTS[self.kind][1](numbers, self.limit)


def bounds(spec: Spec, keys: Keys) -> tuple[Bound, ...]:
    """Return what is expected of the number at a path, whether or not the file gives it.

    A number within its bounds may still be refused by other checks.
    """
    here: Any = spec
    hint: Any = Spec
    for key in keys:
        if isinstance(here, Mapping):
            hint, here = _of_values(hint), here.get(key)
        elif is_dataclass(here):
            hint, here = _hints(here.__class__).get(key), getattr(here, key, None)
        else:
            return ()
    return tuple(_declared(hint))


@cache
def _hints(record: Any) -> dict[str, Any]:
    return typing.get_type_hints(record, include_extras=True)


def _of_values(hint: Any) -> Any:
    """Return the type of a map's values."""
    return next((typing.get_args(inner)[1] for inner in _unwrapped(hint) if typing.get_origin(inner) is dict), None)


def _unwrapped(hint: Any) -> Iterator[Any]:
    """Yield the types that a hint allows, without what is noted on them."""
    if typing.get_origin(hint) in (None, dict):
        yield hint
        return
    annotated = typing.get_origin(hint) is typing.Annotated
    for argument in typing.get_args(hint)[: 1 if annotated else None]:
        yield from _unwrapped(argument)


def _declared(hint: Any) -> Iterator[Bound]:
    """Yield the bounds noted on a type, and on the types that it allows; those of what it holds are not its own."""
    for note in getattr(hint, "__metadata__", ()):
        for part in note.metadata if isinstance(note, FieldInfo) else (note,):
            yield from (Bound(kind, getattr(part, kind)) for kind in _TESTS if hasattr(part, kind))
    if typing.get_origin(hint) in (typing.Annotated, typing.Union, types.UnionType):
        for argument in typing.get_args(hint):
            yield from _declared(argument)
