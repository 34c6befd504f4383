"""Evidence records: claims of documents, in a folder `seeds/` beside or above the scenario, a YAML file a document."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.errors import Fault, RequestError, ScenarioError
from sim.model.files import read_text
from sim.model.frozen import frozen
from sim.model.load import read_tree
from sim.model.paths import is_number
from sim.model.shape import faults_of_shape, shown
from sim.model.tree import Place, Tree

if TYPE_CHECKING:
    from sim.evidence.format import RecordFile

__all__ = ["FIELDS", "Claim", "Document", "Records", "find_seeds", "read_records", "read_seeds"]


@dataclass(frozen=True)
class Claim:
    """One statement of a document that bears on the negotiation, in our own words.

    Attributes
    ----------
    id, document : str
        DOCUMENT/CLAIM, and the document's id.
    text, kind : str
    party, issue, unit, as_of, word_of, reported_by, confidence : str or None
    value : number, text, list or None
    bound : str or None
        How the text qualifies the number: ``at least``, ``almost`` or ``more than``.
    standing : str or None
        Who says it, by rank.
    at : tuple of str
        Where the text says it: line and sentence, as ``12.3``.
    same_report, disagrees_with : tuple of str
        Ids of claims.
    """

    id: str
    document: str
    text: str
    party: str | None
    issue: str | None
    value: Any
    unit: str | None
    kind: str
    as_of: str | None
    bound: str | None = None
    at: tuple[str, ...] = ()
    standing: str | None = None
    word_of: str | None = None
    reported_by: str | None = None
    confidence: str | None = None
    same_report: tuple[str, ...] = ()
    disagrees_with: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        plain = {name: getattr(self, name) for name in FIELDS}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


FIELDS = tuple(one.name for one in dataclasses.fields(Claim))


@dataclass(frozen=True)
class Document:
    """A text that claims were taken from: what it is, and how to know it again.

    Attributes
    ----------
    id, name : str
        Its id, and the file name of the text.
    sha256, publisher, reported_by, date, inferred, note : str or None
        Of its bytes; the outlet; whose reporting it retells; when it was written and from what that is inferred; what
        sort of text it is.
    """

    id: str
    name: str
    sha256: str | None
    publisher: str | None
    reported_by: str | None
    date: str | None
    inferred: str | None
    note: str | None


@dataclass(frozen=True, eq=False)
class Records:
    """A folder of evidence records.

    Attributes
    ----------
    documents, claims : dict
        By id.
    trees : dict
        The file of each document, with places, by the document's id.
    """

    documents: Mapping[str, Document]
    claims: Mapping[str, Claim]
    trees: Mapping[str, Tree] = field(repr=False)

    def place(self, claim: str, *keys: str, key: bool = False) -> Place:
        """Return where a claim, or a part of it, stands."""
        document, name = claim.split("/")
        return self.trees[document].place(("claims", name, *keys), key=key)


def find_seeds(scenario_path: str) -> Path | None:
    """Return the folder `seeds` beside or above a scenario file, None where there is none."""
    start = Path(scenario_path).resolve().parent
    return next((d / "seeds" for d in (start, *start.parents) if (d / "seeds").is_dir()), None)


def read_seeds(folder: Path) -> dict[str, Claim]:
    """Return every claim of a folder of evidence records, by id; raises as `read_records`."""
    return dict(read_records(folder).claims)


def read_records(folder: Path) -> Records:
    """Return the records of a folder.

    Raises
    ------
    RequestError
        The folder holds no records.
    ScenarioError
        A record is malformed, or two have one id, or a file would be passed over: every fault, with its place.
    """
    records, faults = readable(folder)
    if faults:
        raise ScenarioError(faults)
    return records


def readable(folder: Path) -> tuple[Records, list[Fault]]:
    """Return what could be read of a folder of records, and what is wrong with the rest; raises RequestError."""
    if not folder.is_dir():
        raise RequestError(f"{folder}: no such folder (expected one with evidence records)")
    files = sorted(folder.glob("*.yaml"))
    faults = [Fault(str(file), 0, 0, "", why) for file, why in _passed_over(folder)]
    if not files and not faults:
        raise RequestError(f"{folder}: no evidence records (expected YAML files with claims)")
    found = [one for file in files if (one := _record(file, faults)) is not None]
    trees: dict[str, Tree] = {}
    for tree, record in found:
        first = trees.setdefault(record.id, tree)
        if first is not tree:
            place = first.place(("id",))
            message = f"{record.id!r} is the id of {place.file} too (expected each document's own)"
            faults.append(tree.place(("id",)).fault("id", message))
    sound = [record for tree, record in found if trees[record.id] is tree]
    documents = {record.id: _document(record) for record in sound}
    claims = {claim.id: claim for record in sound for claim in _claims(record)}
    return Records(documents, claims, trees), faults


def _passed_over(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield files that look like records where none are read."""
    for file in sorted(folder.rglob("*.y*ml")):
        if file.suffix == ".yml":
            yield file, "a record that is not read (expected a name that ends in .yaml)"
        elif file.suffix == ".yaml" and file.parent != folder:
            yield file, f"a record in a folder below (expected it in {folder} itself)"


def _record(file: Path, faults: list[Fault]) -> tuple[Tree, RecordFile] | None:
    """Return a record with its tree; what is wrong joins the faults."""
    from sim.evidence.format import RecordFile, record_adapter

    try:
        tree = read_tree(*read_text(str(file)))
    except ScenarioError as error:
        faults.extend(error.faults)
        return None
    try:
        record = record_adapter().validate_python(tree.data)
    except ValidationError as error:
        faults.extend(faults_of_shape(tree, error, RecordFile))
        return None
    found = list(_faults(tree, record))
    faults += found
    return None if found else (tree, record)


_NAME = re.compile(r"[\w-]+")
_NAMED = "expected a name of letters, digits, _ and -"
_AT = re.compile(r"[1-9]\d*\.[1-9]\d*(, ?[1-9]\d*\.[1-9]\d*)*")
_SHA = re.compile(r"[0-9a-f]{64}")


def _faults(tree: Tree, record: RecordFile) -> Iterator[Fault]:
    """Yield what the types of a record leave open."""
    if not _NAME.fullmatch(record.id):
        yield tree.place(("id",)).fault("id", f"{shown(record.id)} ({_NAMED}, such as doc-001)")
    if record.sha256 is not None and not _SHA.fullmatch(record.sha256):
        yield tree.place(("sha256",)).fault("sha256", f"{shown(record.sha256)} (expected 64 digits of 0-9 and a-f)")
    for name, claim in record.claims.items():
        keys = ("claims", name)
        if not _NAME.fullmatch(name):
            yield tree.place(keys, key=True).fault(keys, f"{name!r} ({_NAMED}, such as army-cap)")
        if not claim.text.strip():
            yield tree.place((*keys, "text")).fault((*keys, "text"), "empty (expected the claim, one sentence)")
        if not _is_value(claim.value):
            message = f"{shown(claim.value)} (expected a number, text, or a list of them)"
            yield tree.place((*keys, "value")).fault((*keys, "value"), message)
        if claim.at is not None and not _AT.fullmatch(claim.at):
            message = f'{shown(claim.at)} (expected line and sentence of the text, as "12.3")'
            yield tree.place((*keys, "at")).fault((*keys, "at"), message)


def _is_value(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return value is None or all(isinstance(part, str) or is_number(part) for part in parts)


def _document(record: RecordFile) -> Document:
    date, inferred = (record.date.value, record.date.inferred) if record.date else (None, None)
    about = record.publisher, record.reported_by, date, inferred, record.note
    return Document(record.id, record.document, record.sha256, *about)


def _claims(record: RecordFile) -> Iterator[Claim]:
    for name, entry in record.claims.items():
        known = {one: getattr(entry, one) for one in FIELDS if one not in ("id", "document")}
        known["at"] = tuple(part.strip() for part in entry.at.split(",")) if entry.at else ()
        yield Claim(id=f"{record.id}/{name}", document=record.id, **frozen(known))
