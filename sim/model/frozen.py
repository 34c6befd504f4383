"""Maps and lists that cannot be changed, for records whose fingerprint must stay true.

They are dicts and lists in all else: they are written as JSON, pickled, copied and compared like any other.
"""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["FrozenDict", "FrozenList", "frozen", "thawed"]


def _refuse(self: Any, *given: Any, **named: Any) -> NoReturn:
    raise TypeError("what a scenario holds cannot be changed (expected with_values, or set= of load)")


class FrozenDict(dict[Any, Any]):
    """A dict that cannot be changed."""

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


class FrozenList(list[Any]):
    """A list that cannot be changed."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self),)


def frozen(data: Any) -> Any:
    """Return plain data whose maps and lists, at any depth, cannot be changed.

    Examples
    --------
    >>> data = frozen({"range": [0, 1]})
    >>> data["range"].append(2)
    Traceback (most recent call last):
    TypeError: what a scenario holds cannot be changed (expected with_values, or set= of load)
    >>> data == {"range": [0, 1]}
    True
    """
    if isinstance(data, (FrozenDict, FrozenList)):
        return data
    if isinstance(data, dict):
        return FrozenDict((key, frozen(value)) for key, value in data.items())
    return FrozenList(map(frozen, data)) if isinstance(data, list) else data


def thawed(data: Any) -> Any:
    """Return a copy of plain data whose maps and lists, at any depth, may be changed.

    Examples
    --------
    >>> data = thawed(frozen({"range": [0, 1]}))
    >>> data["range"].append(2)
    >>> data
    {'range': [0, 1, 2]}
    """
    if isinstance(data, dict):
        return {key: thawed(value) for key, value in data.items()}
    return list(map(thawed, data)) if isinstance(data, list) else data
