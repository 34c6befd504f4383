"""The whole file as one record: scenario format 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from sim.model.base import Name, NonNegative, PathText, Record, Text
from sim.model.constraints import Constraint
from sim.model.issues import Issue
from sim.model.parties import Party
from sim.model.ratification import Body
from sim.model.situation import Dynamics, FutureDate, Leverage, Move, Private, Source, Talks, Uncertain, WarSection

__all__ = ["Spec", "adapter"]


def _no_truth(value: Any) -> Any:
    """Keep `true` from passing for 1."""
    return str(value).lower() if isinstance(value, bool) else value


@dataclass(frozen=True, kw_only=True)
class Spec(Record):
    """A negotiation scenario, format 1."""

    format: Annotated[Literal[1], BeforeValidator(_no_truth), Field(description="Version of the file format.")]
    name: Annotated[Text, Field(description="Title of the scenario.")]
    as_of: Annotated[Text | None, Field(description="Date or period the scenario describes.")] = None
    summary: Annotated[Text | None, Field(description="One paragraph for a reader.")] = None
    extends: Annotated[Text | None, Field(description="Another scenario this one changes, relative to this file.")] = (
        None
    )
    issues: Annotated[
        dict[Name, Issue], Field(json_schema_extra={"minProperties": 1}, description="What is on the table.")
    ]
    parties: Annotated[dict[Name, Party], Field(json_schema_extra={"minProperties": 2}, description="Who negotiates.")]
    constraints: Annotated[
        dict[Name, Constraint], Field(description="Budgets: what the numbers of a deal may add up to.")
    ] = field(default_factory=dict)
    ratification: Annotated[
        dict[Name, Body], Field(description="Bodies whose blocs, or parties, must pass a deal by a quota of votes.")
    ] = field(default_factory=dict)
    war: Annotated[WarSection | None, Field(description="The war lottery.")] = None
    talks: Annotated[Talks | None, Field(description="How the sides talk.")] = None
    leverage: Annotated[dict[Name, Leverage], Field(description="Variables that shift the no-deal values.")] = field(
        default_factory=dict
    )
    future: Annotated[dict[Name, FutureDate], Field(description="Leverage at later dates.")] = field(
        default_factory=dict
    )
    enforcement: Annotated[
        dict[Name, dict[Name, dict[str, NonNegative]]],
        Field(description="Expected loss from breaking the deal: party, issue, level."),
    ] = field(default_factory=dict)
    moves: Annotated[dict[Name, dict[Name, Move]], Field(description="What each side may do next.")] = field(
        default_factory=dict
    )
    private: Annotated[dict[PathText, Private], Field(description="Numbers known to one side only.")] = field(
        default_factory=dict
    )
    uncertain: Annotated[
        dict[PathText, Uncertain],
        Field(description="What is known of numbers that are not known: the truths that answers must hold for."),
    ] = field(default_factory=dict)
    dynamics: Annotated[Dynamics | None, Field(description="How leverage moves over time.")] = None
    sources: Annotated[dict[PathText, Source], Field(description="Who vouches for the numbers below a path.")] = field(
        default_factory=dict
    )

    @property
    def peace_dates(self) -> dict[str, FutureDate]:
        """Later dates that peace must outlast, in file order."""
        return {name: date for name, date in self.future.items() if date.during == "peace"}

    @property
    def war_dates(self) -> dict[str, FutureDate]:
        """Later dates at which the war that goes on today changes, the first first."""
        dates = {name: date for name, date in self.future.items() if date.during == "war"}
        return dict(sorted(dates.items(), key=lambda item: item[1].after_years))


@cache
def adapter() -> TypeAdapter[Spec]:
    """Return the one validator of the file format (building it takes some milliseconds)."""
    return TypeAdapter(Spec)
