"""What a part of a space is worth with one level fixed, passed up the trees.

The message of a node to its parent says, for each combination of the issues they share, what all that lies at or below
the node can be worth. Here the same is told once for every level of every issue below: a *conditioned* message. Two
issues then meet in the one group of combinations where their nodes' paths join, so no space is folded again.

What no acceptable outcome can hold is dropped on the way: combinations and points that stay below the reservation
values even with the best of everything else. That loses nothing, as only existence is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Node
from sim.space.codes import Ints
from sim.space.folds import Frontier, fold, leave_one_out, merge, thinned
from sim.space.pareto import Floats
from sim.space.points import Points, joined, pruned
from sim.space.trees import Key
from sim.space.zone import TOLERANCE

__all__ = ["Choices", "Message", "Part", "collected", "no_choices", "own_part", "promising", "raised", "reaching"]

# Wider than the tolerance, so that rounding in a bound never drops what a comparison would accept.
_SLACK = 2 * TOLERANCE


@dataclass(frozen=True, eq=False)
class Choices:
    """Frontiers of a part of the space, one for each of several choices of a level.

    Levels of all issues are numbered through, first issue first: a level's *place*.

    Attributes
    ----------
    points : Points
        Of all choices, choice by choice; each frontier by rising utility of the first party.
    choice : ndarray of int, shape (n,)
        Which choice each point belongs to, never falling. Choices that nothing acceptable holds have no points.
    places : ndarray of int, shape (C, w)
        The levels that each choice means: the chosen one, and those that all points here have.
    """

    points: Points
    choice: Ints
    places: Ints

    def take(self, kept: NDArray[np.bool_]) -> Choices:
        """Return some of the points."""
        return Choices(self.points.take(np.flatnonzero(kept)), self.choice[kept], self.places)

    def where(self, flags: NDArray[np.bool_]) -> Choices:
        """Return the points of some choices, given as flags (C,)."""
        return self.take(flags[self.choice])

    def among(self, places: NDArray[np.bool_]) -> Choices:
        """Return the points of the choices that mean one of some places, given as flags (N,)."""
        return self.where(np.asarray(places[self.places].any(axis=1)))

    def each(self) -> Iterator[tuple[int, Points]]:
        """Yield every choice that has points, with them."""
        starts = np.flatnonzero(np.diff(self.choice, prepend=-1))
        for low, high in itertools.pairwise([*starts.tolist(), len(self.choice)]):
            yield int(self.choice[low]), self.points.take(slice(low, high))


Message = Mapping[Key, Choices]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the space: its frontier, and the frontiers of its choices."""

    frontier: Frontier
    choices: Choices


def no_choices(like: Points) -> Choices:
    """Return no choices at all, with points shaped like some others."""
    return Choices(like.take(slice(0)), np.empty(0, dtype=np.int64), np.empty((0, 1), dtype=np.int64))


def own_part(node: Node, rows: Ints, firsts: Ints) -> Part:
    """Return some combinations of a node as a part whose choices are the levels of its own issues.

    Parameters
    ----------
    node : Node
    rows : ndarray of int, shape (m,)
        At least one.
    firsts : ndarray of int, shape (K,)
        The place of each issue's first level.
    """
    places = node.levels[rows, : len(node.own)] + firsts[list(node.own)]
    free = (places != places[0]).any(axis=0)
    whole = pruned(node.points.take(rows))
    fixed = places[0, ~free]
    if not free.any():
        return Part(Frontier(whole), Choices(whole, np.zeros(len(whole), dtype=np.int64), fixed[None, :]))
    found = [points for column in places.T[free] for points in _by_place(node.points, rows, column)]
    chosen = np.concatenate([np.unique(column) for column in places.T[free]])
    labels = np.column_stack([chosen, np.broadcast_to(fixed, (len(chosen), len(fixed)))])
    return Part(Frontier(whole), Choices(joined(found), _numbered(found), labels))


def _by_place(points: Points, rows: Ints, column: Ints) -> list[Points]:
    order = np.argsort(column, kind="stable")
    cuts = np.flatnonzero(np.diff(column[order])) + 1
    return [points.take(part) if len(part) == 1 else pruned(points.take(part)) for part in np.split(rows[order], cuts)]


def _numbered(parts: Sequence[Points]) -> Ints:
    return np.repeat(np.arange(len(parts)), [len(part) for part in parts])


def reaching(utilities: Floats, rest: Frontier, floor: Floats) -> NDArray[np.bool_]:
    """Say which points (n, P) come to no less than `floor` (P,) with each party's best of the rest."""
    return _reach(utilities, floor - _best(rest))


def promising(parts: Sequence[Part], outside: Frontier, floor: Floats) -> list[Part]:
    """Return parts without the points that miss some `floor` (P,) even with the best of all else.

    Empty where nothing is left of some part.
    """
    best = [_best(part.frontier) for part in parts]
    total = _best(outside) + np.sum(best, axis=0)
    result = [_without_hopeless(part, floor - (total - own)) for part, own in zip(parts, best, strict=True)]
    return result if all(len(part.frontier.points) for part in result) else []


def _best(rest: Frontier) -> Floats:
    """Return a bound on each party's utility; a thinned frontier may have lost as much as its resolution."""
    return np.asarray(rest.points.utilities.max(axis=0) + rest.resolution)


def _reach(utilities: Floats, least: Floats) -> NDArray[np.bool_]:
    return np.asarray((utilities >= least - _SLACK).all(axis=1))


def _without_hopeless(part: Part, least: Floats) -> Part:
    whole = part.frontier.points
    kept = whole.take(np.flatnonzero(_reach(whole.utilities, least)))
    choices = part.choices.take(_reach(part.choices.points.utilities, least))
    return Part(Frontier(kept, part.frontier.resolution), choices)


def raised(parts: Sequence[Part], limit: int) -> list[Choices]:
    """Return each part's choices plus the frontier of all other parts: what the choices of the sum are worth."""
    if len(parts) == 1:
        return [parts[0].choices]
    first, *others = [part.frontier for part in parts]
    rests = [fold(others, limit=limit), *leave_one_out(others, start=first, limit=limit)]
    return [_plus(part.choices, rest, limit) for part, rest in zip(parts, rests, strict=True)]


def _plus(choices: Choices, rest: Frontier, limit: int) -> Choices:
    if len(rest.points) == 1:
        return Choices(choices.points.plus(rest.points.utilities, rest.points.codes), choices.choice, choices.places)
    if not len(choices.choice):
        return choices
    numbers, parts = zip(*choices.each(), strict=True)
    sums = [merge(rest, Frontier(part), limit=limit).points for part in parts]
    return Choices(joined(sums), np.asarray(numbers)[_numbered(sums)], choices.places)


def collected(found: Sequence[Choices], places: NDArray[np.bool_], limit: int) -> Choices:
    """Return choices of one level each: for each of some places, given as flags (N,), the frontier of its points."""
    meanings = [(choices.points, column[choices.choice]) for choices in found for column in choices.places.T]
    points, meant = joined([part for part, _ in meanings]), np.concatenate([place for _, place in meanings])
    rows = np.flatnonzero(places[meant])
    rows = rows[np.argsort(meant[rows], kind="stable")]
    kept, starts = np.unique(meant[rows], return_index=True)
    pieces = [points.take(part) for part in np.split(rows, starts[1:])]
    parts = [piece if len(piece) == 1 else thinned(Frontier(pruned(piece)), limit).points for piece in pieces]
    return Choices(joined(parts), _numbered(parts), kept[:, None])
