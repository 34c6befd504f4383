"""Bodies that must ratify a deal: blocs with seats that value like parties, or named parties with a vote each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sim.model.base import Name, Number, Record, Text
from sim.model.parties import Linkage
from sim.model.values import AnyValue

__all__ = ["MOST_SETS", "Bloc", "Body", "least_winning"]

MOST_SETS = 64
"""Most ways to carry all bodies, each by a least set of members that suffices."""


def _whole(value: Any) -> Any:
    """Return a whole number written as 5.0, or made by a sweep, as a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Seats = Annotated[int, Field(ge=1, le=100_000, strict=True), BeforeValidator(_whole)]
Quota = Annotated[int, Field(ge=0, le=100_000_000, strict=True), BeforeValidator(_whole)]


@dataclass(frozen=True, kw_only=True)
class Bloc(Record):
    """Members of a body who vote together."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    seats: Annotated[Seats, Field(description="How many votes it has.")]
    values: Annotated[dict[Name, AnyValue], Field(description="Value function and importance of each issue.")]
    linkages: Annotated[dict[Name, Linkage], Field(description="Pairs of issues worth more or less together.")] = field(
        default_factory=dict
    )
    no_deal: Annotated[Number, Field(description="The least utility for which it votes yes.")]


@dataclass(frozen=True, kw_only=True)
class Body(Record):
    """A parliament, a council or a vote that a deal must pass: blocs, or named parties with one vote each."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    party: Annotated[Name | None, Field(description="The party whose signature it ratifies.")] = None
    quota: Annotated[Quota, Field(description="How many votes carry a deal.")]
    blocs: Annotated[dict[Name, Bloc], Field(description="Who sits in it, with seats.")] = field(default_factory=dict)
    parties: Annotated[tuple[Name, ...], Field(description="Parties that have one vote each, in place of blocs.")] = ()

    @property
    def seats(self) -> dict[str, int]:
        """The votes of each bloc or party."""
        return {name: bloc.seats for name, bloc in self.blocs.items()} or dict.fromkeys(self.parties, 1)


def least_winning(seats: Mapping[str, int], quota: int, most: int = MOST_SETS) -> list[tuple[str, ...]] | None:
    """Return the sets of members that reach a quota and none of whose members can be spared; None where over `most`.

    Examples
    --------
    >>> least_winning({"a": 50, "b": 49, "c": 1}, 51)
    [('a', 'b'), ('a', 'c')]
    >>> least_winning({"a": 1}, 0)
    [()]
    """
    names = sorted(seats, key=lambda name: -seats[name])
    rest = [sum(seats[name] for name in names[k:]) for k in range(len(names) + 1)]
    found: list[tuple[str, ...]] = []

    def extend(k: int, chosen: tuple[str, ...], held: int) -> bool:
        """Take members from the largest down: a set is least where the last and smallest taken is needed."""
        if held >= quota:
            found.append(tuple(name for name in seats if name in chosen))
            return len(found) <= most
        if held + rest[k] < quota:
            return True
        return extend(k + 1, (*chosen, names[k]), held + seats[names[k]]) and extend(k + 1, chosen, held)

    return found if extend(0, (), 0) else None
