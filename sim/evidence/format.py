"""The evidence record as a file, format 1: what a document claims, claim by claim, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, TypeAdapter

from sim.model.base import Record, Text

__all__ = ["KINDS", "STANDINGS", "ClaimEntry", "RecordFile", "record_adapter", "record_schema"]

Kind = Literal["position", "red_line", "offer", "fact", "leverage", "obstacle", "process"]
Standing = Literal["official", "named", "unnamed", "analyst", "opinion", "document"]
Bound = Literal["at least", "almost", "more than"]
KINDS: tuple[str, ...] = get_args(Kind)
STANDINGS: tuple[str, ...] = get_args(Standing)

_VALUE: dict[str, Any] = {"type": ["number", "string", "array", "null"], "items": {"type": ["number", "string"]}}


def _no_truth(value: Any) -> Any:
    """Keep `true` from passing for 1."""
    return str(value).lower() if isinstance(value, bool) else value


@dataclass(frozen=True, kw_only=True)
class ClaimEntry(Record):
    """One statement of a document that bears on the negotiation, in the recorder's own words."""

    text: Annotated[Text, Field(description="The claim, one sentence.")]
    kind: Annotated[Kind, Field(description="What sort of statement it is.")]
    party: Annotated[Text | None, Field(description="Whose position or act it is.")] = None
    issue: Annotated[Text | None, Field(description="Subject, one key across all files.")] = None
    value: Annotated[Any, Field(description="A number, text, or a list of them.", json_schema_extra=_VALUE)] = None
    unit: Annotated[Text | None, Field(description="Unit of the value.")] = None
    bound: Annotated[Bound | None, Field(description="How the text qualifies the number.")] = None
    as_of: Annotated[Text | None, Field(description="The time the claim is about, as 2025-01 or spring 2022.")] = None
    at: Annotated[Text | None, Field(description="Line and sentence of the text, as 12.3; several with commas.")] = None
    standing: Annotated[Standing | None, Field(description="Who says it, by rank.")] = None
    word_of: Annotated[Text | None, Field(description="On whose word, in words.")] = None
    reported_by: Annotated[Text | None, Field(description="The outlet the text credits with it.")] = None
    confidence: Annotated[Text | None, Field(description="Only where the document itself signals doubt.")] = None
    same_report: Annotated[tuple[Text, ...], Field(description="Claims elsewhere that pass on the same report.")] = ()
    disagrees_with: Annotated[tuple[Text, ...], Field(description="Claims that say otherwise or in part.")] = ()


@dataclass(frozen=True, kw_only=True)
class DateEntry(Record):
    """When a document was written."""

    value: Annotated[Text, Field(description="The date, as 2025-01.")]
    inferred: Annotated[Text | None, Field(description="From what, where the document prints none.")] = None


@dataclass(frozen=True, kw_only=True)
class RecordFile(Record):
    """The claims of one document."""

    format: Annotated[Literal[1], BeforeValidator(_no_truth), Field(description="Version of the file format.")]
    id: Annotated[Text, Field(description="The document's id, as doc-001.")]
    document: Annotated[Text, Field(description="File name of the text.")]
    sha256: Annotated[Text | None, Field(description="SHA-256 of the bytes of the text.")] = None
    publisher: Annotated[Text | None, Field(description="The outlet, where the text names it.")] = None
    reported_by: Annotated[Text | None, Field(description="The outlet whose reporting the text retells.")] = None
    date: Annotated[DateEntry | None, Field(description="When the document was written.")] = None
    note: Annotated[Text | None, Field(description="What sort of text it is.")] = None
    claims: Annotated[dict[str, ClaimEntry], Field(description="The claims, by a short name of each.")]


@cache
def record_adapter() -> TypeAdapter[RecordFile]:
    """Return the one validator of the record format."""
    return TypeAdapter(RecordFile)


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of record files, as plain data."""
    schema = record_adapter().json_schema(ref_template="#/$defs/{model}")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **schema, "title": "Evidence record, format 1"}
