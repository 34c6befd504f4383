"""From a claim to the sentence that makes it, and from a document's sentences to the claims that use them.

Records hold no quotation, only places; the texts lie in a folder of the reader's own. A text is known by the SHA-256 of
its bytes, so that a place never points into another version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Fault, RequestError
from sim.evidence.provenance import provenance, uses
from sim.evidence.records import Claim, Document, Records
from sim.evidence.sentences import Sentence, sentences
from sim.model.files import read_bytes
from sim.model.names import suggest
from sim.model.scenario import load

__all__ = ["Coverage", "Passage", "anchor_faults", "at_hand", "coverage", "passages", "read_document"]


@dataclass(frozen=True)
class Passage:
    """The sentence behind a claim, between the one before it and the one after it."""

    before: Sentence | None
    sentence: Sentence
    after: Sentence | None

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        parts = {"before": self.before, "after": self.after}
        around = {name: part.text if part else None for name, part in parts.items()}
        return {"at": self.sentence.at, "text": self.sentence.text, **around}


@dataclass(frozen=True)
class Coverage:
    """The sentences of a document with the claims that use each, and the claims that no scenario uses.

    Attributes
    ----------
    document : Document
    sentences : tuple of (Sentence, tuple of str)
    idle : tuple of str
        Claims of the document that no scenario looked at rests on.
    named : tuple of str
        Those of them that the words of some source name, an assumption's for instance.
    scenarios : int
        How many were looked at.
    """

    document: Document
    sentences: tuple[tuple[Sentence, tuple[str, ...]], ...]
    idle: tuple[str, ...]
    named: tuple[str, ...]
    scenarios: int

    @property
    def unused(self) -> tuple[Sentence, ...]:
        """Sentences that no claim uses."""
        return tuple(sentence for sentence, claims in self.sentences if not claims)

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        rows = [{"at": one.at, "text": one.text, "claims": list(claims)} for one, claims in self.sentences]
        fates = {"idle": list(self.idle), "named": list(self.named)}
        about = {"document": self.document.id, "scenarios": self.scenarios, **fates}
        return {"schema_version": 1, **about, "unused": [one.at for one in self.unused], "sentences": rows}


def read_document(document: Document, folder: Path) -> tuple[Sentence, ...]:
    """Return the sentences of a document whose text lies in a folder.

    Raises
    ------
    RequestError
        It lies not there, is no UTF-8 text, or is another text than the record was made from.
    """
    file = folder / document.name
    try:
        raw = read_bytes(file)
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise RequestError(f"{file}: cannot be read: {why} (expected the text of {document.id})") from None
    found = hashlib.sha256(raw).hexdigest()
    if document.sha256 is not None and found != document.sha256:
        raise RequestError(f"{file}: not the text that {document.id} was made from (expected sha256 {document.sha256})")
    return sentences(text.replace("\r\n", "\n"))


def passages(claim: Claim, text: Iterable[Sentence]) -> tuple[Passage, ...]:
    """Return the passages behind a claim; raises RequestError where a place is not in the text."""
    listed = list(text)
    numbers = {sentence.at: k for k, sentence in enumerate(listed)}
    return tuple(_passage(listed, _number(numbers, claim, at)) for at in claim.at)


def _number(numbers: Mapping[str, int], claim: Claim, at: str) -> int:
    if at not in numbers:
        raise RequestError(f"{claim.id}: no sentence {at} in {claim.document} {suggest(at, numbers)}")
    return numbers[at]


def _passage(listed: list[Sentence], k: int) -> Passage:
    after = listed[k + 1] if k + 1 < len(listed) else None
    return Passage(listed[k - 1] if k else None, listed[k], after)


def at_hand(records: Records, folder: Path) -> list[str]:
    """Return the ids of the documents whose texts lie in a folder."""
    return [name for name, document in records.documents.items() if (folder / document.name).is_file()]


def anchor_faults(records: Records, folder: Path) -> list[Fault]:
    """Return what is wrong with the places of records whose texts lie in a folder: texts, hashes, sentences.

    Nobody has to have all texts: records of others are passed over, but for a folder that holds none.
    """
    faults = []
    for name in at_hand(records, folder) or records.documents:
        document = records.documents[name]
        tree = records.trees[name]
        if document.sha256 is None:
            faults.append(tree.place(("document",)).fault("sha256", "missing (expected the SHA-256 of the text)"))
        try:
            known = {sentence.at for sentence in read_document(document, folder)}
        except RequestError as error:
            faults.append(tree.place(("sha256",)).fault("document", str(error)))
            continue
        for claim in records.claims.values():
            if claim.document == name:
                faults += _places(records, claim, known)
    return faults


def _places(records: Records, claim: Claim, known: set[str]) -> list[Fault]:
    path = f"claims.{claim.id.split('/')[1]}.at"
    if not claim.at:
        return [records.place(claim.id).fault(path, "missing (expected line and sentence of the text)")]
    lost = [at for at in claim.at if at not in known]
    return [records.place(claim.id, "at").fault(path, f"no sentence {at} {suggest(at, known)}") for at in lost]


def coverage(records: Records, document: str, folder: Path, scenarios: Iterable[str] = ()) -> Coverage:
    """Return which sentences of a document no claim uses, and which of its claims no scenario.

    Raises
    ------
    RequestError
        There is no such document, or its text is not to be had.
    ScenarioError
        A scenario is at fault.
    """
    if document not in records.documents:
        raise RequestError(f"no document {document!r} {suggest(document, records.documents)}")
    looked_at = list(scenarios)
    claims = [claim for claim in records.claims.values() if claim.document == document]
    used, named = uses(provenance(load(path)) for path in looked_at)
    rows = tuple(
        (one, tuple(claim.id for claim in claims if one.at in claim.at))
        for one in read_document(records.documents[document], folder)
    )
    idle = tuple(claim.id for claim in claims if claim.id not in used)
    return Coverage(records.documents[document], rows, idle, tuple(one for one in idle if one in named), len(looked_at))
