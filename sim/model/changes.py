"""What was changed of a scenario file, and the two digests that say which file and which numbers were used.

Everything that leaves the program reads this record: text, JSON, figures, datasets, pages.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.scenario import Scenario

__all__ = ["Changes", "changes"]

_SHORT = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes:
    """What differs from the file as it stands, and the digests.

    Attributes
    ----------
    set : dict
        Values set, by path.
    at : dict of str to float
        Leverage levels other than the file's defaults.
    lift : tuple of str
        Red lines left out, as PARTY.LINE.
    sign : tuple of str
        Parties that sign though the file does not ask for their consent.
    file_sha256 : str or None
        Of the file's own bytes; None for what was not read from a file.
    sha256 : str
        The scenario's fingerprint: of what the file and those that it extends say together, as canonical JSON, values
        set included.
    """

    set: Mapping[str, Any]
    at: Mapping[str, float]
    lift: tuple[str, ...]
    sign: tuple[str, ...]
    file_sha256: str | None
    sha256: str

    def data(self) -> dict[str, Any]:
        """Return what was changed as plain data, ready for JSON."""
        return {"set": dict(self.set), "at": dict(self.at), "lift": list(self.lift), "sign": list(self.sign)}

    def values(self) -> list[tuple[str, str]]:
        """Return the paths set, each with its value as the command line takes it."""
        return [(path, _written(value)) for path, value in self.set.items()]

    def words(self) -> list[str]:
        """Return what was changed but for leverage, each in a few words."""
        found = [f"{path} = {value}" for path, value in self.values()]
        if self.lift:
            found.append(f"without {', '.join(self.lift)}")
        return found + ([f"{', '.join(self.sign)} signing"] if self.sign else [])

    def digests(self) -> str:
        """Return the beginnings of both digests in words."""
        file = f"file sha256 {self.file_sha256[:_SHORT]} · " if self.file_sha256 else ""
        return f"{file}scenario sha256 {self.sha256[:_SHORT]}"


def changes(
    scenario: Scenario, *, leverage: Mapping[str, float] | None = None, signers: Collection[str] = ()
) -> Changes:
    """Return what was changed of a scenario's file.

    Parameters
    ----------
    scenario : Scenario
    leverage : mapping, optional
        Levels of leverage variables.
    signers : collection of str
        All parties that sign.
    """
    spec = scenario.spec
    moved = {name: float(x) for name, x in (leverage or {}).items() if float(x) != float(spec.leverage[name].default)}
    return Changes(
        set=dict(scenario.set),
        at=moved,
        lift=scenario.lifted,
        sign=tuple(name for name in signers if not spec.parties[name].consent),
        file_sha256=scenario.file_sha256,
        sha256=scenario.sha256,
    )


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, bool)) else str(value)
