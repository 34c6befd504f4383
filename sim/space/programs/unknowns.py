"""The combinations of a space's blocks as the unknowns of a program: choose one of each block.

U(x) is a sum over blocks, so an outcome is one combination of each block and its utilities are linear in 0-1 unknowns
z_bj with sum_j z_bj = 1. Of combinations that fit the rest alike only the undominated matter: no question here prefers
less of any column, so a dominated combination is never needed (of equal ones the first in file order stays). A column
is a signer's utility or anything else that must reach a value: a further signer, or minus a cost that must stay low.

A block whose joint combinations are few is a flat list. A larger one stays a tree of nodes: its unknowns are the nodes'
combinations, and for each combination of the issues that a child shares with its parent both must choose it alike.
Along such a tree the relaxation to 0 <= z <= 1 has integral corners (Wainwright and Jordan (2008), Graphical Models,
Exponential Families, and Variational Inference: the marginal polytope of a junction tree), so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.space.blocks import Node, Space
from sim.space.codes import Ints
from sim.space.pareto import Floats, nondominated
from sim.space.points import Points, frozen, joined, pruned

__all__ = ["FLAT", "Link", "Part", "Program", "allowed", "assembled", "program", "restricted", "seen"]

FLAT = 20_000
Fixed = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Part:
    """A node's combinations, and the nodes below it.

    Attributes
    ----------
    points : Points
    links : tuple of Link
    """

    points: Points
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, eq=False)
class Link:
    """How a node hangs below its parent: combinations with the same number agree on the issues both know.

    Attributes
    ----------
    child : Part
    outer : ndarray of int, shape (n,)
        Number of each of the parent's combinations.
    inner : ndarray of int, shape (m,)
        Number of each of the child's.
    """

    child: Part
    outer: Ints
    inner: Ints


@dataclass(frozen=True, eq=False)
class Program:
    """The unknowns of a space: flat blocks one after the other, then the trees.

    Attributes
    ----------
    space : Space
    columns : tuple of int
        The columns of the space's utilities that are looked at: C, then those of the constraints in `space.least`.
    points : Points
        The combinations of all flat blocks: utilities (n, C + B) and codes.
    starts : ndarray of int, shape (B,)
        The first combination of each flat block.
    trees : tuple of Part
    blocks : tuple of (Node, Points or Part)
        What each block of the space became, in order; a block without combinations leaves no outcome.
    fixed : tuple of (int, int)
        Issues held, each with its level.
    """

    space: Space
    columns: tuple[int, ...]
    points: Points
    starts: Ints
    trees: tuple[Part, ...]
    blocks: tuple[tuple[Node, Points | Part], ...]
    fixed: Fixed = ()

    @property
    def width(self) -> int:
        """How many columns are looked at, C, those of constraints apart."""
        return len(self.columns) - len(self.space.least)

    @property
    def empty(self) -> bool:
        """Whether some block has no combination, or the flat ones cannot reach what a constraint asks."""
        if any(len(made.points if isinstance(made, Part) else made) == 0 for _, made in self.blocks):
            return True
        least = self.space.least
        if not len(least) or self.trees:
            return False
        return bool(
            (np.maximum.reduceat(self.points.utilities, self.starts)[:, self.width :].sum(axis=0) < least).any()
        )

    @cached_property
    def sizes(self) -> Ints:
        """How many combinations each flat block has."""
        return np.diff(self.starts, append=len(self.points))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every node of every tree, parents before their children."""
        return tuple(part for tree in self.trees for part in _walk(tree))

    @cached_property
    def unknowns(self) -> Floats:
        """Utilities (N, C + B) of every unknown: flat combinations, then the trees' nodes in order."""
        return np.concatenate([self.points.utilities, *(part.points.utilities for part in self.parts)])

    @cached_property
    def codes(self) -> Ints:
        """Codes (N, W) of every unknown, in the same order."""
        return np.concatenate([self.points.codes, *(part.points.codes for part in self.parts)])


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for link in part.links:
        yield from _walk(link.child)


def program(space: Space, *, columns: Sequence[int] | None = None, fixed: Mapping[int, int] | None = None) -> Program:
    """Return the unknowns of a space.

    Parameters
    ----------
    space : Space
    columns : sequence of int, optional
        The columns of its utilities that rows and objectives use; all when not given. Combinations are dropped as
        dominated in these alone.
    fixed : mapping of int to int, optional
        Issues held at a level; combinations without it are struck out before dominated ones are dropped.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0], [0.0, 0.4]])
    >>> program(compile_space(Factors((table, table)))).sizes.tolist()
    [2, 2]
    """
    signing = range(space.parties) if columns is None else columns
    space, held = space.wide, tuple((fixed or {}).items())
    chosen = (*signing, *range(space.parties, space.factors.parties))
    made = [(node, _made(node, space.sizes, chosen, held)) for node in space.blocks]
    return assembled(space, (chosen, held), made)


def restricted(whole: Program, fixed: Mapping[int, int]) -> Program:
    """Return a program with some further issues held at a level; blocks without these issues are kept as they are."""
    held = whole.fixed + tuple(fixed.items())
    made = [
        (node, _made(node, whole.space.sizes, whole.columns, held) if set(node.issues) & set(fixed) else old)
        for node, old in whole.blocks
    ]
    return assembled(whole.space, (whole.columns, held), made)


def assembled(space: Space, view: tuple[tuple[int, ...], Fixed], made: Sequence[tuple[Node, Points | Part]]) -> Program:
    """Return a program of what each block of a space became; the columns looked at and the issues held."""
    columns, fixed = view
    flat = [each for _, each in made if isinstance(each, Points)]
    trees = tuple(each for _, each in made if isinstance(each, Part))
    none = Points(np.empty((0, len(columns))), np.empty((0, made[0][0].points.codes.shape[1]), dtype=np.int64))
    starts = np.cumsum([0, *map(len, flat)], dtype=np.int64)[:-1] if flat else np.empty(0, dtype=np.int64)
    return Program(space, columns, frozen(joined([none, *flat])), starts, trees, tuple(made), fixed)


def _made(node: Node, sizes: tuple[int, ...], columns: tuple[int, ...], fixed: Fixed) -> Points | Part:
    rows = allowed(node, fixed)
    if not node.children:
        return pruned(seen(node, rows, columns))
    part, _ = _part(node, rows, (sizes, columns, fixed))
    listed = _joint(part, np.zeros(len(part.points), dtype=np.int64))
    return part if listed is None else listed[0]


def seen(node: Node, rows: Ints, columns: tuple[int, ...]) -> Points:
    """Return some combinations of a node, of the columns looked at."""
    return Points(node.points.utilities[rows][:, list(columns)], node.points.codes[rows])


def allowed(node: Node, fixed: Fixed) -> Ints:
    """Return the combinations of a node that have the levels held."""
    sound = np.ones(len(node.levels), dtype=bool)
    for issue, level in fixed:
        if issue in node.own + node.shared:
            sound &= node.column(issue) == level
    return np.flatnonzero(sound)


def _key(node: Node, rows: Ints, issues: Sequence[int], sizes: tuple[int, ...]) -> Ints:
    """Number the levels of some issues in each combination."""
    key = np.zeros(len(rows), dtype=np.int64)
    for issue in issues:
        key = key * sizes[issue] + node.column(issue)[rows]
    return key


_View = tuple[tuple[int, ...], tuple[int, ...], Fixed]


def _part(node: Node, rows: Ints, view: _View) -> tuple[Part, Ints]:
    """Return a node with what hangs below it, and which combinations are kept.

    Combinations alike from outside are pruned against each other.
    """
    sizes, columns, fixed = view
    known = sorted({*node.shared, *(issue for child in node.children for issue in child.shared)})
    points = seen(node, rows, columns)
    kept = _undominated(points, _key(node, rows, known, sizes))
    rows, links = rows[kept], []
    for child in node.children:
        part, below = _part(child, allowed(child, fixed), view)
        both = _key(node, rows, child.shared, sizes), _key(child, below, child.shared, sizes)
        links.append(Link(part, *both))
    return Part(points.take(kept), tuple(links)), rows


def _undominated(points: Points, key: Ints) -> Ints:
    """Return the rows that no other row with the same key dominates."""
    order = np.argsort(key, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(key[order])) + 1, len(order))
    lengths = np.diff(ends, prepend=0)
    alone = [order[ends[lengths == 1] - 1]]
    for stop, length in zip(ends[lengths > 1].tolist(), lengths[lengths > 1].tolist(), strict=True):
        rows = order[stop - length : stop]
        alone.append(rows[nondominated(points.utilities[rows], points.codes[rows])])
    return np.sort(np.concatenate(alone))


def _joint(part: Part, key: Ints) -> tuple[Points, Ints] | None:
    """Return a tree's undominated joint combinations with their keys; None where they are more than `FLAT`."""
    points = part.points
    at = np.arange(len(points))
    for link in part.links:
        below = _joint(link.child, link.inner)
        if below is None:
            return None
        pairs = _matches(link.outer[at], below[1])
        if pairs is None:
            return None
        at, points = at[pairs[0]], points.take(pairs[0]).plus(*_arrays(below[0].take(pairs[1])))
    kept = _undominated(points, key[at])
    return points.take(kept), key[at][kept]


def _arrays(points: Points) -> tuple[Floats, Ints]:
    return points.utilities, points.codes


def _matches(outer: Ints, inner: Ints) -> tuple[Ints, Ints] | None:
    """Return all pairs of positions with the same number; None where there are more than `FLAT`."""
    order = np.argsort(inner, kind="stable")
    first, last = (np.searchsorted(inner[order], outer, side=side) for side in ("left", "right"))
    counts = last - first
    total = int(counts.sum())
    if total > FLAT:
        return None
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(np.arange(len(outer)), counts), order[np.repeat(first, counts) + within]
