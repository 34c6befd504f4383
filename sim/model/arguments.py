"""What callers in Python hand over, looked at once, at the door of every public function.

Numbers may be numpy's, maps may be a pandas Series, lists may be arrays or ranges. Behind the door names are text,
levels are floats and values are plain data; whatever cannot be made so is a RequestError that names the argument.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Mapping, Sized
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from sim.errors import RequestError, SimError, shown

__all__ = [
    "count_in",
    "flag_in",
    "level_in",
    "levels_in",
    "map_in",
    "outcome_in",
    "path_in",
    "source_in",
    "told",
    "value_in",
    "values_in",
]

_MOST = 10**9
_DEEPEST = 8
_ARRAYS = frozenset("biufUOS")


def source_in(what: str, given: Any) -> str:
    """Return the path of a file as text."""
    if isinstance(given, (str, os.PathLike)) and isinstance(path := os.fspath(given), str):
        return path
    raise RequestError(f"{what}: {shown(given)} (expected a scenario or the path of its file)")


def path_in(what: str, given: Any) -> str:
    """Return where to write as text."""
    if (
        isinstance(given, (str, os.PathLike))
        and isinstance(path := os.fspath(given), str)
        and "\0" not in path
        and _writable(path)
    ):
        return path
    raise RequestError(f"{what}: {shown(given)} (expected the path of a file)")


def map_in(what: str, given: Any) -> dict[str, Any]:
    """Return what is given by name as a dict; none is an empty one, a pandas Series is its entries."""
    if given is None:
        return {}
    items = getattr(given, "items", None)
    if isinstance(given, type) or not callable(items):
        raise RequestError(f"{what}: {shown(given)} (expected a map by name)")
    try:
        pairs = [(name, value) for name, value in items()]
    except (TypeError, ValueError):
        raise RequestError(f"{what}: {shown(given)} (expected a map by name)") from None
    found: dict[str, Any] = {}
    for name, value in pairs:
        if not isinstance(name, str):
            raise RequestError(f"{what}: the name {shown(name)} is no text (expected names)")
        if name in found:
            raise RequestError(f"{what}: {name} twice (expected each name once)")
        found[str(name)] = value
    return found


def levels_in(what: str, given: Any) -> dict[str, float]:
    """Return levels by name, each one number."""
    return {name: level_in(name, level) for name, level in map_in(what, given).items()}


def level_in(name: str, level: Any) -> float:
    """Return one level as a float."""
    number = _single(level)
    if size := _size(number):
        raise RequestError(f"{name}: {size} (expected one number; sim.sweep takes many, as an axis)")
    if isinstance(number, bool) or not isinstance(number, (Real, Decimal)):
        raise RequestError(f"{name}: {shown(level)} is not a level (expected a number)")
    try:
        return float(number)
    except (OverflowError, ValueError):
        raise RequestError(f"{name}: {shown(level)} is not a level (expected a number that a float can hold)") from None


def values_in(what: str, given: Any) -> dict[str, Any]:
    """Return values by path as plain data."""
    return {path: value_in(f"{what} {path}", value) for path, value in map_in(what, given).items()}


def value_in(what: str, value: Any, depth: int = 0) -> Any:
    """Return a value as plain data: text, a number, true or false, none, or lists and maps of these."""
    plain = _single(value)
    if isinstance(plain, str) and not _writable(plain):
        raise RequestError(f"{what}: {shown(plain)} holds half a character (expected text that a file could hold)")
    if plain is None or isinstance(plain, (bool, int, float, str)):
        return plain
    if isinstance(plain, (Decimal, Fraction)):
        return level_in(what, plain)
    if depth >= _DEEPEST:
        raise RequestError(f"{what}: lists within lists, too deep (expected a value that a file could hold)")
    if isinstance(plain, Mapping):
        return {name: value_in(f"{what}.{name}", inner, depth + 1) for name, inner in map_in(what, plain).items()}
    if isinstance(plain, (list, tuple, range)):
        return [value_in(what, inner, depth + 1) for inner in plain]
    raise RequestError(f"{what}: {shown(value)} (expected a number, a name or a list of them)")


def outcome_in(what: str, given: Any) -> dict[str, str | float | None]:
    """Return a level of each issue: names as they are, numbers as floats."""
    return {name: _level(name, level) for name, level in map_in(what, given).items()}


def _level(name: str, level: Any) -> str | float | None:
    if level is None or isinstance(level, bool):
        # No issue has such a level: whoever knows the issue refuses it, and says which levels there are.
        return level
    return str(level) if isinstance(level, str) else level_in(name, level)


def count_in(what: str, given: Any, least: int = 1, most: int = _MOST) -> int:
    """Return a whole number that is neither below the least nor above the most."""
    try:
        count = operator.index(given)
    except TypeError:
        count = None
    if count is None or isinstance(given, (bool, np.bool_)) or count > most:
        raise RequestError(f"{what}: {shown(given)} (expected a whole number from {least} to {most:,})")
    if count < least:
        raise RequestError(f"{what}: {count} (expected at least {least})")
    return count


def flag_in(what: str, given: Any) -> bool:
    """Return true or false."""
    if isinstance(given, (bool, np.bool_)):
        return bool(given)
    raise RequestError(f"{what}: {shown(given)} (expected True or False)")


def told(what: str, follow: Any) -> Callable[[Any], None] | None:
    """Return a function that tells a caller of something; what the caller's own raises is a RequestError."""
    if follow is None:
        return None
    if not callable(follow):
        raise RequestError(f"{what}: {shown(follow)} (expected a function of one argument)")

    def tell(news: Any) -> None:
        try:
            follow(news)
        except SimError:
            raise
        except Exception as error:
            raise RequestError(f"{what}: the function given raised {type(error).__name__}: {error}") from error

    return tell


def _single(value: Any) -> Any:
    """Return what stands in an array, a Series or one of numpy's numbers as Python's own."""
    if isinstance(value, (np.generic, np.ndarray)) or hasattr(value, "__array__"):
        try:
            array = np.asarray(value)
        except (TypeError, ValueError):
            return value
        return array.tolist() if array.dtype.kind in _ARRAYS else value
    return value


def _size(value: Any) -> str:
    """Return how many levels there are in words, where these are not one."""
    many = isinstance(value, Sized) and not isinstance(value, (str, bytes))
    return f"{len(value)} levels" if many else ""


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
