"""What a deal takes of each budget, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.game.budgets import spent
from sim.game.compiled import Game
from sim.model.base import label_of
from sim.show.words import number_text

__all__ = ["bound_text", "budget_sentences"]


def budget_sentences(game: Game, outcome: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an outcome takes of each budget and what it may take."""
    for name in game.budgets:
        constraint = game.scenario.spec.constraints[name]
        label = label_of(name, constraint)
        yield f"{label[:1].upper()}{label[1:]}: {number_text(spent(constraint, outcome))} ({bound_text(game, name)})"


def bound_text(game: Game, name: str) -> str:
    """Return what a budget allows, in words."""
    constraint = game.scenario.spec.constraints[name]
    ends = (("at least", constraint.min), ("at most", constraint.max))
    return " and ".join(f"{word} {number_text(end)}" for word, end in ends if end is not None)
