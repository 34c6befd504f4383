"""Checking files without solving anything: what `sim validate` reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import ScenarioError
from sim.model.scenario import load

__all__ = ["FileReport", "check_files"]


@dataclass(frozen=True)
class FileReport:
    """What is wrong with one file, or what to know about it.

    Attributes
    ----------
    path : str
    faults : tuple of str
        One line each, the first hundred and how many more there are; empty for a sound file.
    notes : dict of str to str
        Advice on a sound file, by path.
    """

    path: str
    faults: tuple[str, ...]
    notes: Mapping[str, str]

    @property
    def sound(self) -> bool:
        """Whether the file can be used."""
        return not self.faults

    def lines(self) -> list[str]:
        """Return what to print."""
        if not self.sound:
            return list(self.faults)
        return [f"{self.path}: sound", *(f"{self.path}: note: {path}: {text}" for path, text in self.notes.items())]

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        return {"path": self.path, "sound": self.sound, "faults": list(self.faults), "notes": dict(self.notes)}


def check_files(paths: Iterable[str]) -> list[FileReport]:
    """Return a report of each file."""
    return [_check(path) for path in paths]


def _check(path: str) -> FileReport:
    try:
        return FileReport(path, (), load(path).notes)
    except ScenarioError as error:
        return FileReport(path, tuple(error.lines()), {})
