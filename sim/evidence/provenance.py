"""Where every number of a scenario comes from: a claim of a document, or an assumption that says so.

A scenario's `sources` name, for the numbers below a path, the claims they equal or the assumption made; the nearest
path wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.paths import Keys, dotted, numbers, split
from sim.model.scenario import Scenario
from sim.model.situation import Source

__all__ = ["Input", "Provenance", "provenance", "uses"]

_CLAIM = re.compile(r"[\w-]+/[\w-]+")


@dataclass(frozen=True)
class Input:
    """One input of a scenario and who vouches for it.

    Attributes
    ----------
    path : str
    value : number, list or map
    kind : str
        ``evidence``, ``assumption`` or ``none``.
    claims : tuple of str
        Ids of the claims.
    text : str
        The assumption, or why the number differs from the claims.
    doubt : float or None
        How far the assumption may be off, as a share, where its source says so.
    """

    path: str
    value: Any
    kind: str
    claims: tuple[str, ...] = ()
    text: str = ""
    doubt: float | None = None

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "path": self.path,
            "value": self.value,
            "kind": self.kind,
            "claims": list(self.claims),
            "text": self.text,
        }


@dataclass(frozen=True)
class Provenance:
    """All inputs of a scenario with their sources.

    Attributes
    ----------
    inputs : tuple of Input
        Every number.
    terms : tuple of Input
        What stands in words: the named levels of issues, red lines, and orders of importance.
    """

    inputs: tuple[Input, ...]
    terms: tuple[Input, ...] = ()

    def count(self, kind: str) -> int:
        """Return how many inputs are of a kind: evidence, assumption or none."""
        return sum(item.kind == kind for item in self.inputs)


def provenance(scenario: Scenario) -> Provenance:
    """Return every input number of a scenario with its source; the evidence files are not needed."""
    data = scenario.tree.data
    sources = {split(data, path): source for path, source in scenario.spec.sources.items()}
    return Provenance(
        tuple(_input(keys, value, sources) for keys, value in numbers(data)),
        tuple(_input(keys, value, sources) for keys, value in _worded(data)),
    )


def uses(found: Iterable[Provenance]) -> tuple[set[str], set[str]]:
    """Return the ids of the claims that sources rest on, and those that they only name in words."""
    items = [item for one in found for item in (*one.inputs, *one.terms)]
    used = {claim for item in items for claim in item.claims}
    return used, {claim for item in items for claim in _CLAIM.findall(item.text)} - used


def _worded(data: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    """Yield the paths of named levels, red lines and orders of importance, with what they say."""
    for name, issue in data["issues"].items():
        if "levels" in issue:
            yield ("issues", name, "levels"), issue["levels"]
    for name, party in data["parties"].items():
        for line, record in party.get("red_lines", {}).items():
            yield ("parties", name, "red_lines", line), {k: v for k, v in record.items() if k != "label"}
    for path, statement in data.get("uncertain", {}).items():
        if "order" in statement:
            yield ("uncertain", path, "order"), statement["order"]


def _input(keys: Keys, value: Any, sources: Mapping[Keys, Source]) -> Input:
    source = next((sources[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in sources), None)
    if source is None:
        return Input(dotted(keys), value, "none")
    if source.claims is not None:
        return Input(dotted(keys), value, "evidence", source.claims, source.differs or "")
    return Input(dotted(keys), value, "assumption", (), source.assumption or "", source.doubt)
