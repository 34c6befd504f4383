"""Budgets: what a deal's numbers may add up to, whoever signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from sim.model.base import Name, Number, Record, Text

__all__ = ["Constraint"]


@dataclass(frozen=True, kw_only=True)
class Constraint(Record):
    """A bound on a weighted sum of numeric issues; it belongs to no party and cannot be lifted."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    sum: Annotated[dict[Name, Number], Field(min_length=1, description="How much each numeric issue counts.")]
    min: Annotated[Number | None, Field(description="The least that the sum may be.")] = None
    max: Annotated[Number | None, Field(description="The most that the sum may be.")] = None
