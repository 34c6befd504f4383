"""A record to fill in: one empty claim a sentence of a new text, each with its place; no sentence is copied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sim.errors import RequestError
from sim.evidence.sentences import sentences
from sim.model.files import read_bytes
from sim.model.load import write_text

__all__ = ["skeleton"]

_ABOUT = """\
# Fill in what is "" (the note: what sort of text it is; of a claim: text, one sentence of your own, its kind, and who
# says it) and of the rest what is known; delete the claims that are none. Several claims may stand at one place; give
# each a short name, such as army-cap. sim evidence check says what is left.
"""
# What a record needs is to be filled in (empty text is refused); what it may lack is null.
_BLANK = {"text": "", "party": None, "issue": None, "value": None, "unit": None, "kind": "", "as_of": None}


def skeleton(file: Path, taken: Iterable[str] = ()) -> str:
    """Return the YAML of a record for a text.

    Parameters
    ----------
    file : Path
        The text.
    taken : iterable of str
        Ids of documents that have records.

    Raises
    ------
    RequestError
        The text cannot be read.
    """
    try:
        raw = read_bytes(file)
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise RequestError(f"{file}: cannot be read: {why} (expected the text of a document)") from None
    found = sentences(text.replace("\r\n", "\n"))
    digest = hashlib.sha256(raw).hexdigest()
    claims = {f"at-{one.line}-{one.number}": {**_BLANK, "at": one.at, "standing": "", "word_of": None} for one in found}
    about = {"publisher": None, "reported_by": None, "date": None, "note": ""}
    head = {"format": 1, "id": _free(set(taken)), "document": file.name, "sha256": digest, **about}
    return _ABOUT + write_text({**head, "claims": claims})


def _free(taken: set[str]) -> str:
    return next(name for k in range(len(taken) + 1) if (name := f"doc-{k:03d}") not in taken)
