"""Where every number comes from: a claim of a document, or an assumption that says so.

Evidence records live in a folder `seeds/` beside or above the scenario, one YAML file a document. A scenario's
`sources` name, for the numbers below a path, the claims they equal or the assumption made; the nearest path wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import Fault, RequestError, ScenarioError
from sim.model.files import read_text
from sim.model.frozen import frozen
from sim.model.load import read_tree
from sim.model.names import suggest
from sim.model.paths import Keys, dotted, is_number, numbers, split
from sim.model.scenario import Scenario
from sim.model.shape import shown
from sim.model.situation import Source
from sim.model.tree import Tree

__all__ = [
    "FIELDS",
    "Claim",
    "Input",
    "Provenance",
    "find_seeds",
    "provenance",
    "read_seeds",
    "unsupported",
]


@dataclass(frozen=True)
class Claim:
    """One statement of a document that bears on the negotiation, in our own words."""

    id: str
    document: str
    text: str
    party: str | None
    issue: str | None
    value: Any
    unit: str | None
    kind: str
    as_of: str | None
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


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
    """

    path: str
    value: Any
    kind: str
    claims: tuple[str, ...] = ()
    text: str = ""

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
        What stands in words: the named levels of issues, and red lines.
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


def _worded(data: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    """Yield the paths of named levels and of red lines, with what they say."""
    for name, issue in data["issues"].items():
        if "levels" in issue:
            yield ("issues", name, "levels"), issue["levels"]
    for name, party in data["parties"].items():
        for line, record in party.get("red_lines", {}).items():
            yield ("parties", name, "red_lines", line), {k: v for k, v in record.items() if k != "label"}


def _input(keys: Keys, value: Any, sources: Mapping[Keys, Source]) -> Input:
    source = next((sources[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in sources), None)
    if source is None:
        return Input(dotted(keys), value, "none")
    if source.claims is not None:
        return Input(dotted(keys), value, "evidence", source.claims, source.differs or "")
    return Input(dotted(keys), value, "assumption", (), source.assumption or "")


def find_seeds(scenario_path: str) -> Path | None:
    """Return the folder `seeds` beside or above a scenario file, None where there is none."""
    start = Path(scenario_path).resolve().parent
    return next((d / "seeds" for d in (start, *start.parents) if (d / "seeds").is_dir()), None)


def read_seeds(folder: Path) -> dict[str, Claim]:
    """Return every claim of a folder of evidence records, by id.

    Raises
    ------
    RequestError
        The folder holds no records.
    ScenarioError
        A record is malformed, or two have one id: every fault, with its place.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise RequestError(f"{folder}: no evidence records (expected YAML files with claims)")
    faults: list[Fault] = []
    records = [record for file in files if (record := _record(file, faults)) is not None]
    documents: dict[str, Tree] = {}
    for record in records:
        first = documents.setdefault(record.data["id"], record)
        if first is not record:
            place = first.place(("id",))
            message = f"{record.data['id']!r} is the id of {place.file} too (expected each document's own)"
            faults.append(record.place(("id",)).fault("id", message))
    claims = [claim for record in records for claim in _claims(record, faults)]
    if faults:
        raise ScenarioError(faults)
    return {claim.id: claim for claim in claims}


FIELDS = ("text", "party", "issue", "value", "unit", "kind", "as_of")
_REQUIRED = ("text", "kind")
_TEXTS = ("text", "party", "issue", "unit", "kind", "as_of")
_NAME = re.compile(r"[\w-]+")


def _record(file: Path, faults: list[Fault]) -> Tree | None:
    """Return the tree of a record whose claims can be looked at; what is wrong with it joins the faults."""
    try:
        tree = read_tree(*read_text(str(file)))
    except ScenarioError as error:
        faults.extend(error.faults)
        return None
    document, claims = tree.data.get("id"), tree.data.get("claims")
    if document is None or not isinstance(claims, Mapping):
        faults.append(tree.place(()).fault("", "not an evidence record (expected id and claims)"))
        return None
    if not isinstance(document, str) or not _NAME.fullmatch(document):
        faults.append(tree.place(("id",)).fault("id", f"{shown(document)} ({_NAMED}, such as doc-001)"))
        return None
    return tree


_NAMED = "expected a name of letters, digits, _ and -"


def _claims(record: Tree, faults: list[Fault]) -> Iterator[Claim]:
    """Yield the claims of a record; what is wrong with the others joins the faults."""
    document = record.data["id"]
    for name, entry in record.data["claims"].items():
        found = list(_claim_faults(record, name, entry))
        faults += found
        if not found:
            known: dict[str, Any] = {key: entry.get(key) for key in FIELDS}
            extra = {key: value for key, value in entry.items() if key not in FIELDS}
            yield Claim(id=f"{document}/{name}", document=document, extra=frozen(extra), **frozen(known))


def _claim_faults(record: Tree, name: str, entry: Any) -> Iterator[Fault]:
    keys = ("claims", name)
    if not _NAME.fullmatch(name):
        yield record.place(keys, key=True).fault(keys, f"{name!r} ({_NAMED}, such as army-cap)")
    if not isinstance(entry, Mapping):
        yield record.place(keys).fault(keys, f"{shown(entry)} (expected a map with text and kind)")
        return
    missing = [key for key in _REQUIRED if entry.get(key) is None]
    if missing:
        yield record.place(keys).fault(keys, f"{' and '.join(missing)} missing (expected text and kind)")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str | None):
            yield record.place((*keys, key)).fault((*keys, key), f"{shown(entry[key])} (expected text, in quotes)")


def unsupported(scenario: Scenario, claims: Mapping[str, Claim]) -> Iterator[tuple[str, str]]:
    """Yield (path, what is wrong) for every source that does not hold.

    A claim must exist; each number below its path must equal a claim's value unless the source says why it differs.
    """
    for path, source in scenario.spec.sources.items():
        for claim in source.claims or ():
            if claim not in claims:
                yield path, f"no claim {claim!r} {suggest(claim, claims)}"
    for item in provenance(scenario).inputs:
        known = [claims[c].value for c in item.claims if c in claims]
        values = [v for value in known for v in (value if isinstance(value, list) else [value])]
        wanted = [item.value] if is_number(item.value) else [n for _, n in _flat(item.value)]
        if item.kind == "evidence" and not item.text and not all(_equals_some(n, values) for n in wanted):
            yield item.path, f"{item.value} is in none of {', '.join(item.claims)} (expected `differs` with the reason)"


def _flat(value: Any) -> Iterator[tuple[Keys, Any]]:
    for item in value:
        if isinstance(item, list):
            yield from _flat(item)
        elif is_number(item):
            yield (), item


def _equals_some(number: float, values: list[Any]) -> bool:
    return any(is_number(value) and value == number for value in values)
