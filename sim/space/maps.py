"""Two-issue maps: which combinations of two issues' levels occur in some agreement.

The space is a sum of parts: its blocks, and within the tree of a block, for each group of a node's combinations, those
combinations, what hangs below each child, and all that lies outside. Two levels held by different parts go together
where a choice of the one plus a choice of the other plus all else reaches the reservation values (leave two out). Two
levels settled in the same node are read off its combinations, each with the frontier of all that is not in the node.
So every pair of levels is answered once, for every leverage point, without enumeration and without folding again.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.blocks import Node, Scope
from sim.space.codes import Ints
from sim.space.conditions import Choices, Message, Part, collected, no_choices, own_part, promising, raised, reaching
from sim.space.folds import Frontier, fold, leave_one_out, merge
from sim.space.pareto import Floats
from sim.space.trees import Folded, Key, Visit, nothing, visits
from sim.space.zone import some_acceptable_row

__all__ = ["MAX_CELLS", "pair_maps"]

MAX_CELLS = 1 << 26

Bools = NDArray[np.bool_]
_TRIED = 20_000
_TRIED_EACH = 1000
_DIRECT = 1 << 16


@dataclass(frozen=True, eq=False)
class _Search:
    """What is asked, and what has been found.

    Attributes
    ----------
    reservation : ndarray, shape (G, P)
    firsts : ndarray of int, shape (K,)
        The place of each issue's first level, levels of all issues being numbered through.
    together : ndarray of bool, shape (G, N, N)
        Which levels, by place, are known to go together; filled in as the search goes on.
    alive : ndarray of bool, shape (N,)
        Which levels may occur in some agreement; filled in before pairs are looked for.
    limit : int
        Points kept by a merge.
    """

    reservation: Floats
    firsts: Ints
    together: Bools
    alive: Bools
    limit: int

    @property
    def floor(self) -> Floats:
        """The least reservation value of each party."""
        return np.asarray(self.reservation.min(axis=0))

    def accepts(self, rest: Frontier, utilities: Floats) -> Bools:
        """Say which partial outcomes (n, P) make an agreement with some point of the rest, shape (G, n)."""
        return self.partners(rest, utilities) >= 0

    def partners(self, rest: Frontier, utilities: Floats) -> Ints:
        """Return a point of the rest with which each partial outcome (n, P) makes an agreement, -1: none; (G, n)."""
        result = np.full((len(self.reservation), len(utilities)), -1)
        some = np.flatnonzero(reaching(utilities, rest, self.floor))
        needs = (self.reservation[:, None, :] - utilities[some]).reshape(-1, utilities.shape[1])
        result[:, some] = some_acceptable_row(rest.points.utilities, needs).reshape(len(self.reservation), -1)
        return result

    def wanted(self, a: Ints, b: Ints) -> Bools:
        """Say for which choices, places (C, w) and (D, v), it is still open whether they go together, shape (C, D)."""
        result = np.zeros((len(a), len(b)), dtype=bool)
        for mine, theirs in itertools.product(a.T, b.T):
            known = self.together[:, mine[:, None], theirs].all(axis=0)
            result |= ~known & self.alive[mine][:, None] & self.alive[theirs]
        return result

    def open_beyond(self, issues: Sequence[int]) -> Bools:
        """Say which places of some issues' levels are not settled with every level of every other issue."""
        issue = np.repeat(np.arange(len(self.firsts)), np.diff([*self.firsts, self.together.shape[1]]))
        inside, every = np.isin(issue, issues), np.arange(len(issue))[:, None]
        result = np.zeros(len(issue), dtype=bool)
        result[inside] = self.wanted(every[inside], every[~inside]).any(axis=1)
        return result

    def enter(self, groups: Ints, a: Ints, b: Ints) -> None:
        """Enter pairs of choices that go together, places (n, w) and (n, v), each at one reservation point."""
        for mine, theirs in itertools.product(a.T, b.T):
            self.together[groups, mine, theirs] = True
            self.together[groups, theirs, mine] = True

    def enter_whole(self, groups: Ints, levels: Ints) -> None:
        """Enter all pairs of levels of whole agreements, levels (n, K)."""
        places = levels + self.firsts
        for column in places.T:
            self.together[groups[:, None], column[:, None], places] = True


def pair_maps(folded: Folded, reservation: Floats) -> Mapping[tuple[int, int], Bools]:
    """Return, for every pair of issues k < l, which combinations of levels occur in some agreement.

    Parameters
    ----------
    folded : Folded
    reservation : ndarray, shape (G, P)

    Returns
    -------
    dict of (k, l) to ndarray of bool, shape (G, n_k, n_l)

    Raises
    ------
    SizeError
        The issues have too many levels.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.trees import fold_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> pair_maps(fold_space(compile_space(Factors((table, table)))), np.array([[0.5, 0.5]]))[0, 1].tolist()
    [[[False, True], [True, False]]]
    """
    sizes = folded.space.sizes
    firsts = [0, *itertools.accumulate(sizes)]
    if (cells := len(reservation) * firsts[-1] ** 2) > MAX_CELLS:
        raise SizeError(
            f"the issues have {firsts[-1]:,} levels in all: maps of every two of them would hold {cells:,} cells (the "
            f"limit is {MAX_CELLS:,}); use wider steps, or do without maps"
        )
    together = np.zeros((len(reservation), firsts[-1], firsts[-1]), dtype=bool)
    alive = np.zeros(firsts[-1], dtype=bool)
    search = _Search(reservation, np.array(firsts[:-1]), together, alive, folded.limit)
    if folded.rest and len(reservation):
        _try(search, folded)
        _look(search, folded)
    bands = list(itertools.starmap(slice, itertools.pairwise(firsts)))
    return {(k, m): together[:, bands[k], bands[m]].copy() for k, m in itertools.combinations(range(len(sizes)), 2)}


def _try(search: _Search, folded: Folded) -> None:
    """Enter all pairs of levels of some efficient outcomes: most of what goes together is found here."""
    whole = folded.frontier.points
    some = whole.take(_spread(len(whole), _TRIED // len(search.reservation)))
    groups, rows = np.nonzero(search.accepts(nothing(folded.space), some.utilities))
    search.enter_whole(groups, folded.space.levels(some.codes)[rows])


def _look(search: _Search, folded: Folded) -> None:
    """Find all that goes together: within nodes on the way down, between parts on the way up."""
    seen: dict[Scope, list[tuple[Visit, Ints]]] = {}
    for visit in visits(folded):
        rows = _within(search, visit, folded)
        if len(rows):
            seen.setdefault(visit.node.own, []).append((visit, rows))
    blocks = folded.space.blocks
    told = [_message(search, block, seen).get((), no_choices(block.points)) for block in blocks]
    tops = [Part(folded.cells[block.own][()], choices) for block, choices in zip(blocks, told, strict=True)]
    _across(search, promising(tops, nothing(folded.space), search.floor), nothing(folded.space))


def _within(search: _Search, visit: Visit, folded: Folded) -> Ints:
    """Enter the levels that a node's combinations hold, and return which combinations may occur in some agreement.

    Each that does is completed to one agreement, and the levels of that are entered too.
    """
    node, rows = visit.node, visit.group.rows
    partners = search.partners(visit.without, node.points.utilities[rows])
    groups, found = np.nonzero(partners >= 0)
    places = node.levels[rows] + search.firsts[list(node.own + node.shared)]
    search.enter(groups, places[found], places[found])
    some = _spread(len(found), _TRIED_EACH)
    groups, found = groups[some], found[some]
    codes = node.points.codes[rows[found]] + visit.without.points.codes[partners[groups, found]]
    search.enter_whole(groups, folded.space.levels(codes))
    # A thinned frontier may lack the partner: then only the bound says which combinations occur in none.
    exact = visit.without.resolution == 0
    utilities = node.points.utilities[rows]
    kept = (partners >= 0).any(axis=0) if exact else reaching(utilities, visit.without, search.floor)
    search.alive[places[kept]] = True
    return rows[kept]


def _spread(count: int, most: int) -> Ints:
    """Return at most so many row numbers, at least one, evenly spread from the first to the last of some rows."""
    return np.linspace(0, count - 1, min(max(1, most), count)).astype(np.int64)


def _message(search: _Search, node: Node, seen: Mapping[Scope, list[tuple[Visit, Ints]]]) -> Message:
    """Find all pairs of levels settled at or below a node, and return what is left to find for it as a message."""
    below = [_message(search, child, seen) for child in node.children]
    open_above = search.open_beyond(node.issues)
    if not (open_above.any() or any(below)):
        return {}
    none = no_choices(node.points)
    found: dict[Key, list[Choices]] = {}
    for visit, rows in seen.get(node.own, []):
        group = visit.group
        theirs = [said.get(key, none) for said, key in zip(below, group.inner, strict=True)]
        parts = [own_part(node, rows, search.firsts), *map(Part, group.parts, theirs)]
        parts = promising(parts, visit.outside, search.floor)
        _across(search, parts, visit.outside)
        if parts and open_above.any():
            parts = [Part(part.frontier, part.choices.among(open_above)) for part in parts]
            found.setdefault(group.key, []).extend(raised(parts, limit=search.limit))
    return {key: collected(choices, open_above, search.limit) for key, choices in found.items()}


def _across(search: _Search, parts: Sequence[Part], outside: Frontier) -> None:
    """Find which choices of different parts go together, given all that lies outside."""
    before = outside
    for n, part in enumerate(parts[:-1]):
        places, others = part.choices.places, parts[n + 1 :]
        wanted = [other for other in others if search.wanted(places, other.choices.places).any()]
        if wanted:
            known = [other.frontier for other in others if other not in wanted]
            start = fold([before, *known], limit=search.limit)
            rests = leave_one_out([other.frontier for other in wanted], start=start, limit=search.limit)
            for other, rest in zip(wanted, rests, strict=True):
                _meet(search, rest, part.choices, other.choices)
        before = merge(before, part.frontier, limit=search.limit)


def _meet(search: _Search, rest: Frontier, a: Choices, b: Choices) -> None:
    """Find which choices of two parts go together, given the frontier of all else."""
    wanted = search.wanted(a.places, b.places)
    a, b = a.where(np.asarray(wanted.any(axis=1))), b.where(np.asarray(wanted.any(axis=0)))
    if len(a.choice) * len(b.choice) <= _DIRECT:
        _meet_directly(search, rest, (a, b), np.nonzero(wanted[a.choice][:, b.choice]))
        return
    if len(np.unique(b.choice)) < len(np.unique(a.choice)):
        a, b, wanted = b, a, wanted.T
    for number, points in a.each():
        theirs = b.where(wanted[number])
        found = search.accepts(merge(rest, Frontier(points), limit=search.limit), theirs.points.utilities)
        groups, rows = np.nonzero(found)
        search.enter(groups, np.tile(a.places[number], (len(rows), 1)), b.places[theirs.choice[rows]])


def _meet_directly(search: _Search, rest: Frontier, parts: tuple[Choices, Choices], pairs: tuple[Ints, ...]) -> None:
    """The same for pairs of points, rows (n,) of each part, without any merge."""
    (a, b), (i, j) = parts, pairs
    groups, rows = np.nonzero(search.accepts(rest, a.points.utilities[i] + b.points.utilities[j]))
    search.enter(groups, a.places[a.choice[i[rows]]], b.places[b.choice[j[rows]]])
