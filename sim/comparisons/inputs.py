"""What differs between the inputs of two scenarios, by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.paths import Keys, dotted

__all__ = ["KINDS", "Change", "Inputs", "Members", "differences"]

# Words for the reader and what vouches for the numbers: they move no result.
_PROSE = {"label", "meaning", "unit"}
_ABOUT = {"format", "name", "as_of", "summary", "extends", "sources"}
KINDS = {"issues": ("issues",), "parties": ("parties",), "red_lines": ("parties", "*", "red_lines")}
KINDS |= {"leverage": ("leverage",), "war_outcomes": ("war", "outcomes")}


@dataclass(frozen=True)
class Change:
    """A value in two scenarios; None on a side that lacks it."""

    path: str
    old: Any
    new: Any

    def values(self) -> dict[str, Any]:
        """Return both values as plain data."""
        return {"old": self.old, "new": self.new}


@dataclass(frozen=True)
class Members:
    """Which named parts only one of two scenarios has."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """The inputs that differ.

    Attributes
    ----------
    added, removed, changed : tuple of Change
        Numbers, names and lists by path, in file order.
    members : dict of str to Members
        Issues, parties, red lines (as PARTY.LINE), leverage variables and war outcomes that only one side has.
    """

    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]
    members: Mapping[str, Members]

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "added": [{"path": change.path, "new": change.new} for change in self.added],
            "removed": [{"path": change.path, "old": change.old} for change in self.removed],
            "changed": [{"path": change.path, **change.values()} for change in self.changed],
            **{kind: {"added": list(m.added), "removed": list(m.removed)} for kind, m in self.members.items()},
        }


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Inputs:
    """Return what differs between two scenarios' data; labels, summaries and sources are passed over.

    Examples
    --------
    >>> found = differences({"parties": {"a": {"no_deal": 0.2}}}, {"parties": {"a": {"no_deal": 0.3}, "b": {}}})
    >>> found.changed, found.members["parties"].added
    ((Change(path='parties.a.no_deal', old=0.2, new=0.3),), ('b',))
    """
    first, second = dict(_leaves(old)), dict(_leaves(new))
    return Inputs(
        added=tuple(Change(dotted(k), None, v) for k, v in second.items() if k not in first),
        removed=tuple(Change(dotted(k), v, None) for k, v in first.items() if k not in second),
        changed=tuple(Change(dotted(k), v, second[k]) for k, v in first.items() if k in second and v != second[k]),
        members={kind: _members(old, new, pattern) for kind, pattern in KINDS.items()},
    )


def _leaves(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield every value that can move a result, with its path; lists are whole."""
    if not isinstance(data, Mapping):
        yield keys, data
        return
    for key, value in data.items():
        about = key in _ABOUT if not keys else key in _PROSE and isinstance(value, str)
        if not about:
            yield from _leaves(value, (*keys, key))


def _members(old: Mapping[str, Any], new: Mapping[str, Any], pattern: Keys) -> Members:
    first, second = (dict.fromkeys(_names(data, pattern)) for data in (old, new))
    return Members(tuple(n for n in second if n not in first), tuple(n for n in first if n not in second))


def _names(data: Any, pattern: Keys, prefix: str = "") -> Iterator[str]:
    """Yield the names of what a pattern leads to; the parts that stood for `*` come first."""
    if not isinstance(data, Mapping):
        return
    if not pattern:
        yield from (prefix + name for name in data)
        return
    if pattern[0] == "*":
        for name, inner in data.items():
            yield from _names(inner, pattern[1:], f"{prefix}{name}.")
    else:
        yield from _names(data.get(pattern[0]), pattern[1:], prefix)
