"""Paths name any number of a scenario: keys joined by dots, lists set whole.

Keys hold letters, digits, spaces, ``_`` and ``-``; only a table's numeric levels may hold a dot, so a path is split
against the data it points into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.model.names import suggest

__all__ = ["dotted", "is_number", "lookup", "numbers", "replace", "split"]

Keys = tuple[str, ...]
_NOT_INPUTS = {"format", "sources"}


def dotted(keys: Keys) -> str:
    """Return the path as a user writes it."""
    return ".".join(keys)


def is_number(value: Any) -> bool:
    """Say whether a value is a number (true and false are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def split(data: Mapping[str, Any], path: str) -> Keys:
    """Return the keys that a path names in `data`; the last key need not exist yet.

    Raises
    ------
    KeyError
        A key on the way does not exist; the message says which and suggests one.

    Examples
    --------
    >>> split({"a": {"0.5": 1}}, "a.0.5")
    ('a', '0.5')
    """
    keys: list[str] = []
    parts = path.split(".")
    here: Any = data
    while parts:
        if not isinstance(here, Mapping):
            raise KeyError(f"{dotted(tuple(keys))} holds no further keys (lists are set whole)")
        size = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in here), 1)
        key = ".".join(parts[:size])
        keys.append(key)
        parts = parts[size:]
        if key in here:
            here = here[key]
        elif parts:
            raise KeyError(f"no {dotted(tuple(keys))} {suggest(key, here)}")
    return tuple(keys)


def lookup(data: Mapping[str, Any], keys: Keys) -> Any:
    """Return the value at a path, None where there is none."""
    here: Any = data
    for key in keys:
        if not isinstance(here, Mapping) or key not in here:
            return None
        here = here[key]
    return here


def replace(data: Mapping[str, Any], keys: Keys, value: Any) -> dict[str, Any]:
    """Return a copy of `data` with the value at a path replaced; `data` is not changed."""
    copy = dict(data)
    copy[keys[0]] = value if len(keys) == 1 else replace(copy.get(keys[0], {}), keys[1:], value)
    return copy


def numbers(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, float | list[Any]]]:
    """Yield every input number with its path; a list that holds numbers is one input.

    Examples
    --------
    >>> list(numbers({"format": 1, "a": {"range": [0, 1], "step": 2}}))
    [(('a', 'range'), [0, 1]), (('a', 'step'), 2)]
    """
    if is_number(data):
        yield keys, data
    elif isinstance(data, list):
        if any(True for item in data for _ in numbers(item)):
            yield keys, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if keys or key not in _NOT_INPUTS:
                yield from numbers(value, (*keys, key))
