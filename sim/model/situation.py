"""The situation around the table: the war lottery, leverage, and sections about what comes later."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Strict

from sim.model.base import Level, Name, NonNegative, Number, PathText, Positive, Record, Text

__all__ = [
    "Distribution",
    "Drift",
    "Dynamics",
    "Event",
    "FutureDate",
    "Leverage",
    "Move",
    "Private",
    "Shift",
    "Source",
    "Talks",
    "Uncertain",
    "WarOutcome",
    "WarSection",
    "gather_drifts",
]


def _whole(value: Any) -> Any:
    """Return a whole number written as 5.0, or made by a sweep, as a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Probability = Annotated[Number, Field(ge=0, le=1)]


@dataclass(frozen=True, kw_only=True)
class WarOutcome(Record):
    """One way the war can end: a point in issue space with its odds."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    odds: Annotated[NonNegative, Field(description="Shared odds; only ratios matter.")]
    levels: Annotated[dict[Name, Level], Field(description="A level for every issue; numbers may be off the grid.")]
    worse_by: Annotated[dict[Name, Number], Field(description="Utility a party loses beyond what the issues hold.")] = (
        field(default_factory=dict)
    )


@dataclass(frozen=True, kw_only=True)
class WarSection(Record):
    """The war lottery that parties with `no_deal: {war: ...}` face."""

    label: Annotated[
        Text | None, Field(description="What a reader calls the contest, such as strike; war if left out.")
    ] = None
    end_rate: Annotated[Positive | None, Field(description="Rate at which the war ends, per year.")] = None
    round: Annotated[Positive | None, Field(description="Years between offers.")] = None
    status_quo: Annotated[dict[Name, Level] | None, Field(description="Where matters stand while war lasts.")] = None
    outcomes: Annotated[dict[Name, WarOutcome], Field(min_length=1, description="How the war can end.")]


@dataclass(frozen=True, kw_only=True)
class Talks(Record):
    """How the sides talk: what offers cost and risk, which is last, how many demands, where talks after moves end."""

    breakdown: Annotated[Number, Field(ge=0, lt=1, description="Chance that a refusal ends talks for good.")] = 0.0
    last_round: Annotated[
        int | None,
        Field(ge=1, le=100, strict=True, description="Offers that a deadline leaves; refusing the last ends talks."),
        BeforeValidator(_whole),
    ] = None
    costs: Annotated[dict[Name, Positive], Field(description="Utility that a round of talks costs each side.")] = field(
        default_factory=dict
    )
    stances: Annotated[
        int, Strict(), Field(ge=2, le=10, description="Packages each side may demand."), BeforeValidator(_whole)
    ] = 5
    solution: Annotated[Text, Field(description="Bargaining solution that talks after moves end in.")] = "nash"


@dataclass(frozen=True, kw_only=True)
class Shift(Record):
    """What one unit of a leverage variable does to a number: adds, or multiplies."""

    by: Annotated[Number | None, Field(description="Added, times the level.")] = None
    factor: Annotated[Positive | None, Field(description="Multiplied, to the power of the level.")] = None


_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Leverage(Record):
    """A named variable of the situation that shifts what the parties have without a deal."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    meaning: Annotated[Text | None, Field(description="What the ends of the range stand for.")] = None
    range: Annotated[tuple[Number, Number], Field(description="Lowest and highest level.")]
    default: Annotated[Number, Field(description="Level assumed unless told otherwise.")]
    shifts: Annotated[dict[PathText, Shift], Field(description="Numbers moved, by path; the file's are level 0.")]

    def holds(self, levels: Any) -> Any:
        """Say whether levels, a number or an array of them, lie in the range, float noise aside.

        Examples
        --------
        >>> lever = Leverage(range=(0, 0.3), default=0, shifts={})
        >>> lever.holds(0.1 + 0.2), lever.holds(0.31)
        (True, False)
        """
        low, high = self.range
        slack = _SLACK * max(1.0, abs(low), abs(high))
        return (levels >= low - slack) & (levels <= high + slack)


@dataclass(frozen=True, kw_only=True)
class FutureDate(Record):
    """A later date at which leverage will have changed, if peace has held till then or while fighting goes on."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    after_years: Annotated[Positive, Field(description="Years from today.")]
    during: Annotated[
        Literal["peace", "war"],
        Field(alias="if", description="Whether leverage changes in peace, or as fighting goes on."),
    ] = "peace"
    leverage: Annotated[dict[Name, Number], Field(description="Levels at that date; the others stay.")]
    terms: Annotated[
        dict[Name, dict[Name, dict[str, Number]]],
        Field(
            description="What the terms of a deal add to leverage by then: variable, issue, level (or from and to, the "
            "ends of a numeric issue's range)."
        ),
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move(Record):
    """Something a side may do before the next round."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    leverage: Annotated[dict[Name, Number], Field(description="Added to the leverage levels.")] = field(
        default_factory=dict
    )
    cost: Annotated[Number, Field(description="Utility the mover pays.")] = 0.0


@dataclass(frozen=True, kw_only=True)
class Distribution(Record):
    """A belief about one number; exactly one family."""

    uniform: Annotated[tuple[Number, Number] | None, Field(description="[low, high]")] = None
    triangular: Annotated[tuple[Number, Number, Number] | None, Field(description="[low, mode, high]")] = None
    normal: Annotated[tuple[Number, Positive] | None, Field(description="[mean, standard deviation]")] = None
    beta: Annotated[tuple[Positive, Positive, Number, Number] | None, Field(description="[a, b, low, high]")] = None
    discrete: Annotated[
        tuple[tuple[Number, Probability], ...] | None,
        Field(min_length=1, description="[value, probability] pairs; probabilities sum to 1"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Private(Record):
    """A number that one side knows and the other side only has a belief about."""

    known_to: Annotated[Name, Field(description="The party that knows it.")]
    distribution: Annotated[Distribution, Field(description="What the others believe.")]


@dataclass(frozen=True, kw_only=True)
class Uncertain(Record):
    """What is known of numbers that are not known: an order of importances, or how far numbers may be off."""

    order: Annotated[
        tuple[Name | tuple[Name, ...], ...] | None,
        Field(min_length=1, description="Issues by importance, most important first; within brackets no order."),
    ] = None
    within: Annotated[Positive | None, Field(description="Each number within this share of the file's.")] = None
    between: Annotated[tuple[Number, Number] | None, Field(description="[low, high]")] = None
    ratios: Annotated[
        dict[Text, tuple[Positive, Number]] | None,
        Field(description="ISSUE/ISSUE: [low, high], how many times as important the first is."),
    ] = None
    distribution: Annotated[Distribution | None, Field(description="What the analyst believes.")] = None


@dataclass(frozen=True, kw_only=True)
class Drift(Record):
    """How a leverage variable wanders from step to step."""

    drift: Annotated[Number, Field(description="Mean change a step.")] = 0.0
    volatility: Annotated[NonNegative, Field(description="Standard deviation of the change a step.")] = 0.0
    reversion: Annotated[Probability, Field(description="Share of the distance to the default closed a step.")] = 0.0


@dataclass(frozen=True, kw_only=True)
class Event(Record):
    """Something that moves leverage at one step."""

    at: Annotated[NonNegative, Field(description="Step at which it happens.")]
    label: Annotated[Text | None, Field(description="What a reader sees.")] = None
    leverage: Annotated[dict[Name, Number], Field(description="Added to the leverage levels.")]


def gather_drifts(data: Any) -> Any:
    """Move the keys that name leverage variables under `drifts`, where the record keeps them."""
    if not isinstance(data, dict):
        return data
    own = {"step_months", "months", "events", "correlations"}
    drifts = {key: value for key, value in data.items() if key not in own and not _misspelt(key, value, own)}
    return {key: value for key, value in data.items() if key not in drifts} | {"drifts": drifts}


def _misspelt(key: str, value: Any, own: set[str]) -> bool:
    return not isinstance(value, dict) and bool(difflib.get_close_matches(key, own, 1))


@dataclass(frozen=True, kw_only=True)
class _DynamicsFields(Record):
    """How leverage moves over time; every other key names a leverage variable."""

    step_months: Annotated[Positive, Field(description="Months a step.")] = 1.0
    months: Annotated[Positive, Field(description="How far ahead.")] = 36.0
    events: Annotated[tuple[Event, ...], Field(description="What happens when.")] = ()
    correlations: Annotated[
        dict[Text, Annotated[Number, Field(ge=-1, le=1)]],
        Field(description="VARIABLE/VARIABLE: how closely two variables wander together, -1 to 1."),
    ] = field(default_factory=dict)
    drifts: Annotated[dict[Name, Drift], Field(description="How each leverage variable wanders.")] = field(
        default_factory=dict
    )

    @property
    def steps(self) -> int:
        """How many whole steps the months ahead hold."""
        return int(self.months / self.step_months + 1e-9)


Dynamics = Annotated[_DynamicsFields, BeforeValidator(gather_drifts)]


@dataclass(frozen=True, kw_only=True)
class Source(Record):
    """Who vouches for the numbers below a path: claims of documents, or an assumption."""

    claims: Annotated[tuple[Text, ...] | None, Field(min_length=1, description="Ids such as doc-001/army-cap.")] = None
    differs: Annotated[Text | None, Field(description="Why a number below differs from the claims.")] = None
    assumption: Annotated[Text | None, Field(description="One line of reasoning.")] = None
    doubt: Annotated[Positive | None, Field(description="How far an assumption may be off, as a share.")] = None
