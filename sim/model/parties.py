"""Parties: what each values, what it refuses, and what it has without a deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol

from pydantic import Discriminator, Field, Tag

from sim.model.base import Level, Name, NonNegative, Number, Positive, Record, Text, Truth
from sim.model.values import AnyValue

__all__ = ["Bounds", "Impasse", "Linkage", "NoDeal", "PackageNoDeal", "Party", "RedLine", "Valuer", "War", "WarNoDeal"]


class Valuer(Protocol):
    """Whoever values issues: a party, or a bloc of a body that ratifies."""

    @property
    def values(self) -> Mapping[str, AnyValue]:
        """The value function and importance of each issue."""

    @property
    def linkages(self) -> Mapping[str, Linkage]:
        """Pairs of issues worth more or less together."""


@dataclass(frozen=True, kw_only=True)
class Linkage(Record):
    """Two issues worth more together (importance above 0) or less (below 0)."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    issues: Annotated[tuple[Name, Name], Field(description="The two issues that are linked.")]
    importance: Annotated[Number, Field(description="Worth of having both at their best; below 0: substitutes.")]


@dataclass(frozen=True, kw_only=True)
class Bounds(Record):
    """A stretch of a numeric issue, both ends included."""

    min: Annotated[Number | None, Field(description="Lowest level.")] = None
    max: Annotated[Number | None, Field(description="Highest level.")] = None


def _condition(data: Any) -> str:
    return "<Bounds>" if isinstance(data, (dict, Bounds)) else "<levels>"


Condition = Annotated[
    Annotated[Bounds, Tag("<Bounds>")] | Annotated[tuple[Level, ...], Tag("<levels>")], Discriminator(_condition)
]


@dataclass(frozen=True, kw_only=True)
class RedLine(Record):
    """A hard limit of one party on one issue; `when` makes it conditional on others."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    issue: Annotated[Name, Field(description="The issue that is limited.")]
    min: Annotated[Number | None, Field(description="Lowest level accepted (numeric issues).")] = None
    max: Annotated[Number | None, Field(description="Highest level accepted (numeric issues).")] = None
    forbid: Annotated[tuple[Level, ...] | None, Field(min_length=1, description="Levels refused.")] = None
    allow: Annotated[tuple[Level, ...] | None, Field(min_length=1, description="The only levels accepted.")] = None
    when: Annotated[
        dict[Name, Condition], Field(description="Holds only where all these issues have these levels.")
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Impasse(Record):
    """An outside option beside the value of endless disagreement."""

    outside: Annotated[Number, Field(description="Utility of walking away.")]
    impasse: Annotated[Number, Field(description="Utility of endless disagreement (the disagreement point).")]


@dataclass(frozen=True, kw_only=True)
class War(Record):
    """What fighting on means for one party; the outcomes stand in the section `war`."""

    cost: Annotated[Number, Field(description="Utility lost: a year with `end_rate`, else in all.")]
    discount_rate: Annotated[NonNegative | None, Field(description="Per year; needed with `end_rate`.")] = None
    optimism: Annotated[
        dict[Name, Positive], Field(description="Multiplies the shared odds of an outcome in this party's eyes.")
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WarNoDeal(Record):
    """No deal means the war lottery."""

    war: Annotated[War, Field(description="Costs, patience and optimism of this party in the war lottery.")]


@dataclass(frozen=True, kw_only=True)
class PackageNoDeal(Record):
    """No deal means an outcome that stays or comes anyway: what stands today, a court's award, another bidder."""

    package: Annotated[dict[Name, Level], Field(description="A level for every issue this party values.")]
    cost: Annotated[Number, Field(description="Utility lost on the way there.")] = 0.0


_FORMS: dict[str, type[Record]] = {
    "war": WarNoDeal,
    "package": PackageNoDeal,
    "outside": Impasse,
    "impasse": Impasse,
}


def _no_deal(data: Any) -> str | None:
    for key, form in _FORMS.items():
        if isinstance(data, form) or (isinstance(data, dict) and key in data):
            return f"<{form.__name__}>"
    return None if isinstance(data, dict) else "<number>"


NoDeal = Annotated[
    Annotated[Number, Tag("<number>")]
    | Annotated[Impasse, Tag("<Impasse>")]
    | Annotated[WarNoDeal, Tag("<WarNoDeal>")]
    | Annotated[PackageNoDeal, Tag("<PackageNoDeal>")],
    Discriminator(_no_deal),
]


@dataclass(frozen=True, kw_only=True)
class Party(Record):
    """One party to the negotiation."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    consent: Annotated[Truth, Field(description="Whether a deal needs this party's signature.")] = True
    power: Annotated[Positive, Field(description="Bargaining power: exponent in the Nash product.")] = 1.0
    patience: Annotated[
        Annotated[Number, Field(gt=0, lt=1)] | None, Field(description="Discount factor a round, between 0 and 1.")
    ] = None
    values: Annotated[dict[Name, AnyValue], Field(description="Value function and importance of each issue.")]
    linkages: Annotated[dict[Name, Linkage], Field(description="Pairs of issues worth more or less together.")] = field(
        default_factory=dict
    )
    red_lines: Annotated[dict[Name, RedLine], Field(description="Hard limits, each with a name.")] = field(
        default_factory=dict
    )
    no_deal: Annotated[NoDeal, Field(description="What the party has without a deal.")]
