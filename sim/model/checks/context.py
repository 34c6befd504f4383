"""What a check sees, and the questions all checks ask about levels."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.errors import Fault
from sim.model.issues import MAX_LEVELS, Issue, grid_size, level_index, too_wide
from sim.model.names import listed, suggest
from sim.model.paths import Keys, lookup
from sim.model.spec import Spec
from sim.model.tree import Tree

__all__ = ["Context"]

MOST_COMPARED = 10_000


@dataclass(frozen=True, eq=False)
class Context:
    """A scenario under check.

    Attributes
    ----------
    spec : Spec
        What could be read; parts with a fault of shape are left out of it.
    tree : Tree
        The data as written, with places; names are looked up here so that a broken part is not called unknown.
    hints : Counter
        How many names were compared for hints.
    """

    spec: Spec
    tree: Tree
    hints: Counter[str] = field(default_factory=Counter)

    def hint(self, name: str, known: Collection[str]) -> str:
        """Return a hint at the nearest known name, as long as few enough names have been compared."""
        self.hints["names compared"] += len(known)
        if self.hints["names compared"] > MOST_COMPARED:
            return f"(expected one of: {listed(known)})"
        return suggest(name, known)

    def fault(self, keys: Iterable[str], message: str, *, key: bool = False) -> Fault:
        """Return a fault at a path."""
        path = tuple(keys)
        return self.tree.place(path, key=key).fault(path, message)

    def names(self, *keys: str) -> list[str]:
        """Return the names a section holds as written."""
        section = lookup(self.tree.data, keys) if keys else self.tree.data
        return list(section) if isinstance(section, Mapping) else []

    def unknown(self, keys: Keys, name: str, kind: str, *section: str) -> Iterator[Fault]:
        """Yield a fault where `name` is not in a section as written."""
        known = lookup(self.tree.data, section)
        if not isinstance(known, Mapping) or name not in known:
            hint = self.hint(name, self.names(*section))
            yield self.fault(keys, f"no {kind} named {name!r} {hint}", key=keys[-1] == name)

    def issue(self, name: str) -> Issue | None:
        """Return a sound issue by name; None where it is unknown or itself at fault."""
        issue = self.spec.issues.get(name)
        return issue if issue is not None and sound(issue) else None

    def off_grid(self, keys: Keys, issue: Issue, level: Any, *, key: bool = False) -> Iterator[Fault]:
        """Yield a fault where `level` is not one of the issue's levels; `key`: the level is itself a key."""
        if level_index(issue, level) is not None:
            return
        shown = repr(level) if isinstance(level, str) else f"{level:.12g}"
        levels = issue.levels or ()
        if issue.numeric and isinstance(level, str):
            yield self.fault(keys, f"{shown} is not a number (the issue is numeric)", key=key)
        elif issue.range is not None:
            low, high = issue.range
            expected = f"{low:.12g} to {high:.12g} in steps of {issue.step:.12g}"
            yield self.fault(keys, f"{shown} is not a level (expected {expected})", key=key)
        else:
            hint = (
                self.hint(level, [str(x) for x in levels])
                if isinstance(level, str)
                else f"(expected one of: {listed(levels)})"
            )
            yield self.fault(keys, f"{shown} is not a level {hint}", key=key)

    def off_space(self, keys: Keys, issue: Issue, level: Any) -> Iterator[Fault]:
        """Yield a fault where a point in issue space does not fit; numbers may be off the grid."""
        if not (issue.numeric and isinstance(level, (int, float))):
            yield from self.off_grid(keys, issue, level)


def sound(issue: Issue) -> bool:
    """Say whether an issue's levels can be listed."""
    if issue.levels is not None:
        kinds = {isinstance(level, str) for level in issue.levels}
        rising = True in kinds or all(a < b for a, b in itertools.pairwise(map(float, issue.levels)))
        return issue.range is None and len(kinds) == 1 and rising
    if issue.range is None or issue.step is None or too_wide(*issue.range, issue.step):
        return False
    return grid_size(*issue.range, issue.step) <= MAX_LEVELS
