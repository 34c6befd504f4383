"""Messages along the trees of a space: the frontier of everything, and slices of it.

Inward, every node tells its parent, for each combination of the issues they share, the frontier of all that lies at
or below it. At the top the blocks' frontiers are folded. Outward, every node learns the frontier of all that lies
outside it, so that the outcomes in which one issue has a given level are the node's combinations with that level plus
what is outside: a *slice*, found for every level of every issue without enumeration. Objectives that never fall in any
party's utility are attained on slices' frontiers, so ranges and profiles are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.blocks import Node, Scope, Space
from sim.space.codes import Ints, strides
from sim.space.corners import with_corners
from sim.space.folds import LIMIT, Frontier, fold, leave_one_out, thinned, union
from sim.space.limited import limited_frontier
from sim.space.pareto import Floats
from sim.space.points import Points, pruned
from sim.space.programs.extremes import extreme_outcomes
from sim.space.zone import TOLERANCE, some_acceptable

__all__ = [
    "Folded",
    "Group",
    "Visit",
    "fold_space",
    "frontier",
    "has_outcome",
    "nothing",
    "possible_levels",
    "slices",
    "visits",
]

THINNED, THINNED_TREE = 20_000, 2_000
CELL = 20_000
_SLACK = 2 * TOLERANCE
Key = tuple[int, ...]
Cells = Mapping[Key, Frontier]


@dataclass(frozen=True, eq=False)
class Group:
    """Combinations of a node that look alike from outside.

    Attributes
    ----------
    key : tuple of int
        Their levels of the issues shared with the node's parent.
    rows : ndarray of int, shape (m,)
        Which combinations they are.
    inner : tuple of tuple of int
        For each child their levels of the issues it shares.
    parts : tuple of Frontier
        The children's messages for these.
    """

    key: Key
    rows: Ints
    inner: tuple[Key, ...]
    parts: tuple[Frontier, ...]


@dataclass(frozen=True, eq=False)
class Visit:
    """A group of a node's combinations, seen from outside.

    Attributes
    ----------
    node : Node
    group : Group
    outside : Frontier
        Of all that lies neither in the node nor below it.
    without : Frontier
        Of all that does not lie in the node: `outside` and the children's messages.
    """

    node: Node
    group: Group
    outside: Frontier
    without: Frontier


@dataclass(frozen=True, eq=False)
class Folded:
    """A space folded inward: what every question about zones starts from.

    Attributes
    ----------
    space : Space
    frontier : Frontier
        Of all outcomes that no constraint forbids, if any; of two parties with every corner of its hull.
    cells : dict
        Each node's message to its parent, by the node's own issues: every issue is settled in one node. Where the
        whole does not fit exactly, these are thinned further.
    limit : int
        Points kept by merges that answer questions about slices.
    floor : ndarray, shape (P,), optional
        Slices may lack outcomes that do not reach it.
    """

    space: Space
    frontier: Frontier
    cells: Mapping[Scope, Cells]
    limit: int
    floor: Floats | None = None

    @cached_property
    def rest(self) -> tuple[Frontier, ...]:
        """For each block the frontier of all other blocks; empty where there is no outcome.

        Made when first asked for: they cost many times what the frontier does, and the margin needs none.
        """
        if self.space.rows:
            return (self.frontier,)
        tops = _of_blocks(self.space, self.cells)
        if not tops:
            return ()
        return tuple(leave_one_out(tops, start=nothing(self.space), limit=self.limit, floor=self.floor))

    def acceptable(self, reservation: Floats) -> Folded:
        """Return the same space for questions about agreements alone, where parties accept no less than (P,)."""
        floor = np.where(np.isnan(reservation), -np.inf, reservation - _SLACK)
        return Folded(self.space, self.frontier, self.cells, self.limit, floor)


def fold_space(space: Space, *, limit: int = LIMIT) -> Folded:
    """Fold a space.

    Parameters
    ----------
    space : Space
    limit : int
        Points kept by a merge before the frontier is thinned.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> fold_space(compile_space(Factors((table, table)))).frontier.points.utilities.tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    """
    if space.rows:
        return Folded(space, _limited(space, limit), {}, limit)
    cells = _all_cells(space, limit)
    whole = with_corners(space, _whole(space, _of_blocks(space, cells), limit))
    trees = any(block.children for block in space.blocks)
    narrow = limit if whole.resolution == 0 else min(limit, THINNED_TREE if trees else THINNED)
    if narrow < limit and trees:
        cells = {node: {key: thinned(cell, narrow) for key, cell in table.items()} for node, table in cells.items()}
    return Folded(space, whole, cells, narrow)


def frontier(space: Space, *, limit: int = LIMIT, reservation: Floats | None = None) -> Frontier:
    """Return only the Pareto frontier of a space, or its part that reaches reservation values (P,)."""
    floor = None if reservation is None else reservation - _SLACK
    if space.rows:
        return _limited(space, limit)
    return _whole(space, _of_blocks(space, _all_cells(space, limit)), limit, floor)


def has_outcome(space: Space) -> bool:
    """Say whether the constraints leave any outcome."""
    if space.rows:
        return len(extreme_outcomes(space)[0]) > 0
    return _of_blocks(space, _all_cells(space, 1)) is not None


def _limited(space: Space, limit: int) -> Frontier:
    """Return the frontier of a space with constraints in columns of their own."""
    tops, extremes = _of_blocks(space.wide, _all_cells(space.wide, limit)), extreme_outcomes(space)
    if tops is None or not len(extremes[0]):
        return _no_outcome(space)
    return limited_frontier(space.wide, tops, *extremes)


def _all_cells(space: Space, limit: int) -> dict[Scope, Cells]:
    """Return the messages of all nodes."""
    cells: dict[Scope, Cells] = {}
    for block in space.blocks:
        _inward(block, cells, limit)
    return cells


def _of_blocks(space: Space, cells: Mapping[Scope, Cells]) -> list[Frontier] | None:
    """Return each block's frontier; None where some block has no combination."""
    found = [cells[block.own].get(()) for block in space.blocks]
    tops = [top for top in found if top is not None]
    return tops if len(tops) == len(found) else None


def _whole(space: Space, tops: list[Frontier] | None, limit: int, floor: Floats | None = None) -> Frontier:
    if tops is None:
        return _no_outcome(space)
    return fold(tops, limit=limit, floor=floor) if tops else nothing(space)


def nothing(space: Space) -> Frontier:
    """Return the frontier of no issues at all: one point worth nothing, what sums start from."""
    return Frontier(Points(np.zeros((1, space.parties)), np.zeros((1, strides(space.sizes).shape[1]), dtype=np.int64)))


def _no_outcome(space: Space) -> Frontier:
    return Frontier(nothing(space).points.take(slice(0)))


def _inward(node: Node, cells: dict[Scope, Cells], limit: int) -> None:
    if node.children:
        limit = min(limit, CELL)
    for child in node.children:
        _inward(child, cells, limit)
    found: dict[Key, list[Frontier]] = {}
    for group in _groups(node, cells):
        own = Frontier(pruned(node.points.take(group.rows)))
        found.setdefault(group.key, []).append(fold([own, *group.parts], limit=limit))
    cells[node.own] = {key: union(parts, limit=limit) for key, parts in found.items()}


def _groups(node: Node, cells: Mapping[Scope, Cells]) -> Iterator[Group]:
    """Yield the groups of a node; combinations that a child has no message for are impossible and left out."""
    scope = node.own + node.shared
    outer = list(range(len(node.own), len(scope)))
    inner = [[scope.index(k) for k in child.shared] for child in node.children]
    columns = sorted({*outer, *(c for part in inner for c in part)})
    for rows in _alike(node.levels[:, columns]):
        first = node.levels[rows[0]]
        keys = tuple(tuple(first[part].tolist()) for part in inner)
        parts = [cells[child.own].get(key) for child, key in zip(node.children, keys, strict=True)]
        sound = tuple(part for part in parts if part is not None)
        if len(sound) == len(parts):
            yield Group(tuple(first[outer].tolist()), rows, keys, sound)


def _alike(levels: Ints) -> list[Ints]:
    """Return groups of equal rows, as row numbers."""
    if not len(levels):
        return []
    if levels.shape[1] == 0:
        return [np.arange(len(levels))]
    order = np.lexsort(levels.T[::-1])
    changed = np.flatnonzero(np.any(np.diff(levels[order], axis=0) != 0, axis=1)) + 1
    return [np.asarray(rows) for rows in np.split(order, changed)]


def slices(folded: Folded) -> Iterator[tuple[int, int, Points]]:
    """Yield (issue, level, frontier of outcomes with that level), perhaps several for one level.

    Each is a frontier by rising utility of the first party; together those of a level hold the frontier of all
    outcomes with it. Levels that no outcome has are left out. Where constraints stand in columns of their own all
    that is known is the frontier's outcomes.
    """
    if folded.space.rows:
        yield from _of_frontier(folded)
        return
    for visit in visits(folded):
        yield from _levels(visit, folded)


def _of_frontier(folded: Folded) -> Iterator[tuple[int, int, Points]]:
    points = folded.frontier.points
    for issue, column in enumerate(folded.space.levels(points.codes).T):
        for rows in _alike(column[:, None]):
            yield issue, int(column[rows[0]]), points.take(np.sort(rows))


def visits(folded: Folded) -> Iterator[Visit]:
    """Yield every group of every node that some outcome uses, parents before their children.

    Raises
    ------
    SizeError
        Constraints stand in columns of their own.
    """
    if folded.space.rows:
        raise SizeError(
            "a budget over so many combinations of levels leaves no map of which levels go together; use wider steps "
            "on its issues, or do without maps"
        )
    if not folded.rest:
        return
    for block, rest in zip(folded.space.blocks, folded.rest, strict=True):
        if len(rest.points):
            yield from _outward(block, {(): rest}, folded)


def _outward(node: Node, outside: Cells, folded: Folded) -> Iterator[Visit]:
    beyond: list[dict[Key, list[Frontier]]] = [{} for _ in node.children]
    for group in _groups(node, folded.cells):
        if group.key not in outside:
            continue
        own, far = Frontier(pruned(node.points.take(group.rows))), outside[group.key]
        without, *without_child = leave_one_out([own, *group.parts], start=far, limit=folded.limit, floor=folded.floor)
        if len(without.points):
            yield Visit(node, group, far, without)
        for key, found, part in zip(group.inner, beyond, without_child, strict=True):
            if len(part.points):
                found.setdefault(key, []).append(part)
    for child, found in zip(node.children, beyond, strict=True):
        known = {key: union(parts, limit=folded.limit) for key, parts in found.items()}
        yield from _outward(child, known, folded)


def _levels(visit: Visit, folded: Folded) -> Iterator[tuple[int, int, Points]]:
    node, rows, without = visit.node, visit.group.rows, visit.without
    for issue in node.own:
        column = node.column(issue)
        for same in _alike(column[rows][:, None]):
            chosen, level = rows[same], int(column[rows[same[0]]])
            if len(chosen) == 1:
                yield issue, level, without.points.plus(node.points.utilities[chosen], node.points.codes[chosen])
            else:
                here = Frontier(pruned(node.points.take(chosen)))
                yield issue, level, fold([without, here], limit=folded.limit, floor=folded.floor).points


def possible_levels(folded: Folded, reservation: Floats) -> list[NDArray[np.bool_]]:
    """Say which levels of each issue occur in some agreement.

    Parameters
    ----------
    folded : Folded
    reservation : ndarray, shape (G, P)

    Returns
    -------
    list of ndarray of bool, shape (G, n_k) each
    """
    space = folded.space
    result = [np.zeros((len(reservation), size), dtype=bool) for size in space.sizes]
    if not len(reservation):
        return result
    for issue, level, points in slices(folded.acceptable(reservation.min(axis=0))):
        result[issue][:, level] |= some_acceptable(points.utilities, reservation)
    return result
