"""Whether a folder of evidence records holds together: links, dates, units, and the scenarios that rest on it.

`check_folder` finds everything at once; what a file's types and keys already refuse is found by `records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sim.errors import Fault, ScenarioError
from sim.evidence.dates import Span, span
from sim.evidence.records import Claim, Records, readable
from sim.evidence.support import source_faults
from sim.model.files import read_text
from sim.model.load import read_tree
from sim.model.names import suggest
from sim.model.paths import is_number
from sim.model.scenario import load

__all__ = ["check_folder", "scenarios_beside"]

LINKS = ("same_report", "disagrees_with")


def check_folder(folder: Path, scenarios: Iterable[str] = ()) -> tuple[Records, list[Fault]]:
    """Return the records of a folder and every fault of them and of the scenarios that rest on them.

    Parameters
    ----------
    folder : Path
    scenarios : iterable of str
        Files whose sources are held against the claims.

    Raises
    ------
    RequestError
        There is no such folder, or it holds no records.
    """
    records, faults = readable(folder)
    whole = not faults
    for claim in records.claims.values():
        faults += _link_faults(records, claim, whole)
        faults += _worth_faults(records, claim)
        faults += _date_faults(records, claim)
    faults += _document_faults(records)
    for scenario in scenarios:
        try:
            faults += source_faults(load(scenario), records.claims)
        except ScenarioError as error:
            faults += error.faults
    return records, sorted(set(faults))


def scenarios_beside(folder: Path) -> list[str]:
    """Return the scenario files beside a folder of records, and those of a folder `scenarios` beside it."""
    files = [*folder.parent.glob("*.yaml"), *(folder.parent / "scenarios").rglob("*.yaml")]
    return [str(file) for file in sorted(files) if _is_scenario(file)]


def _is_scenario(file: Path) -> bool:
    try:
        data = read_tree(*read_text(str(file)), lenient=True).data
    except ScenarioError:
        return False
    return "issues" in data or "extends" in data


def _link_faults(records: Records, claim: Claim, whole: bool) -> Iterator[Fault]:
    for name in LINKS:
        given: Sequence[str] = getattr(claim, name)
        for k, other in enumerate(given):
            said = _link_fault(records, claim, name, other, whole) or (other in given[:k] and f"{other!r} twice")
            if said:
                yield _at(records, claim, said, name, str(k))


def _link_fault(records: Records, claim: Claim, name: str, other: str, whole: bool) -> str | None:
    """Return what is wrong with a link; where other files could not be read, what they hold is not missed."""
    if other == claim.id:
        return "a link to itself (expected another claim)"
    target = records.claims.get(other)
    if target is None:
        return f"no claim {other!r} {suggest(other, records.claims)}" if whole else None
    if name == "same_report" and target.document == claim.document:
        return f"{other!r} is of the same document (expected a claim of another that passes on the same report)"
    if claim.id not in getattr(target, name):
        place = records.place(other)
        return f"{other!r} does not name this claim back (expected {claim.id} under {name}, {place.file}:{place.line})"
    return None


def _worth_faults(records: Records, claim: Claim) -> Iterator[Fault]:
    if claim.unit is not None and claim.value is None:
        yield _at(records, claim, f"a unit {claim.unit!r} without a value (expected both or none)", "unit")
    parts = claim.value if isinstance(claim.value, list) else [claim.value]
    if claim.bound is not None and not any(is_number(part) for part in parts):
        yield _at(records, claim, f"{claim.bound!r} of what is no number (expected it beside a number)", "bound")


def _date_faults(records: Records, claim: Claim) -> Iterator[Fault]:
    if claim.as_of is None:
        return
    found, written = span(claim.as_of), _written(records, claim.document)
    if found is None:
        yield _at(records, claim, f"{claim.as_of!r} is no date ({_DATES})", "as_of")
    elif written is not None and found.first > written.last:
        date = records.documents[claim.document].date
        yield _at(records, claim, f"{claim.as_of} is after the document's own date {date} (expected no later)", "as_of")


_DATES = "expected 2025, 2025-01, 2025-01-15 or spring 2025"


def _written(records: Records, document: str) -> Span | None:
    date = records.documents[document].date
    return span(date) if date is not None else None


def _document_faults(records: Records) -> Iterator[Fault]:
    for name, document in records.documents.items():
        if document.date is not None and span(document.date) is None:
            place = records.trees[name].place(("date", "value"))
            yield place.fault("date.value", f"{document.date!r} is no date ({_DATES})")


def _at(records: Records, claim: Claim, message: str, *keys: str) -> Fault:
    name = claim.id.split("/")[1]
    return records.place(claim.id, *keys).fault(("claims", name, *keys), message)
