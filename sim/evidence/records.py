"""Evidence records: claims of documents, in a folder `seeds/` beside or above the scenario, a YAML file a document."""

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
from sim.model.shape import shown
from sim.model.tree import Tree

__all__ = [
    "FIELDS",
    "Claim",
    "find_seeds",
    "read_seeds",
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
