"""Plain data with the place in a file of every node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.errors import Fault

__all__ = ["Path_", "Place", "Tree"]

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a node was read: file name, line and column, both from 1 (0: no place in a text)."""

    file: str
    line: int = 0
    column: int = 0

    def fault(self, path: Path_ | str, message: str) -> Fault:
        """Return the fault of this place."""
        return Fault(self.file, self.line, self.column, path if isinstance(path, str) else ".".join(path), message)


@dataclass(frozen=True)
class Tree:
    """Plain data read from a file with the place of every node.

    Attributes
    ----------
    data : dict
        Maps, lists, text, numbers, truth values and None.
    values, keys : dict from path to Place
        Where each value starts, and where its key stands in the map above it.
    faults : tuple of Fault
        Values that could not be read; nothing stands in their place.
    sha256 : str or None
        Of the bytes of the file, that of the topmost where it extends others; None where there is no file.
    """

    data: dict[str, Any]
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    sha256: str | None = None

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Return the place of a path, or of the nearest enclosing node that was read."""
        table = self.keys if key else self.values
        while path and path not in table:
            path, table = path[:-1], self.values
        return table.get(path) or self.values[()]
