"""The outcome space as a sum of blocks, each a small tree of nodes.

Utilities are U_i(x) = sum_k u_ik(x_k) + sum_{k<l} u_ikl(x_k, x_l), and red lines forbid levels or combinations.
Issues joined by a pair term or by a red line with a condition form a *block*, a connected component; everything else
is a sum over blocks, so the space is as large as the product of its blocks while the arrays are only as large as
their sum.

A block of few combinations is one *node* that lists them all. In a larger block issues are eliminated one at a time,
the one with the fewest neighbouring combinations first (bucket elimination; Dechter (1999), Bucket Elimination: A
Unifying Framework for Reasoning): its node lists the combinations of the issue and its neighbours, and hangs below
the node of the neighbour eliminated next. A star or a chain of linked issues stays small; a block whose nodes are too
wide is refused with its size.

A weighted sum of issues that is bounded joins them too where their combinations are few enough to list. Where they are
not, the blocks know nothing of it: `Space.rows` holds it, and `Space.wide` has it as columns that must reach a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.codes import Ints, decode, strides
from sim.space.constraints import FINEST, Mask, Sum, side_columns
from sim.space.factors import Factors, Pair, with_columns
from sim.space.pareto import Floats
from sim.space.points import Points, frozen

__all__ = [
    "LISTED",
    "MAX_JOINT",
    "MAX_NODE",
    "Factors",
    "Mask",
    "Node",
    "Pair",
    "Scope",
    "Space",
    "compile_space",
    "components",
]

MAX_JOINT = 100_000
MAX_NODE = 2_000_000
LISTED = 2_000_000
_PIECE = 1 << 18
Scope = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """Some issues with every combination of theirs that no constraint forbids.

    Attributes
    ----------
    own : tuple of int
        Issues that are settled here.
    shared : tuple of int
        Issues that are settled nearer the root but matter here; empty at a root.
    levels : ndarray of int, shape (n, len(own) + len(shared))
        The combinations.
    points : Points
        What the terms placed here are worth in each, and the codes of the own issues.
    children : tuple of Node
    """

    own: tuple[int, ...]
    shared: tuple[int, ...]
    levels: Ints
    points: Points
    children: tuple[Node, ...] = ()

    @property
    def issues(self) -> tuple[int, ...]:
        """Every issue settled here or below."""
        return self.own + tuple(k for child in self.children for k in child.issues)

    def column(self, issue: int) -> Ints:
        """Return the level of an issue in each combination."""
        return np.asarray(self.levels[:, (self.own + self.shared).index(issue)])


@dataclass(frozen=True, eq=False)
class Space:
    """A compiled outcome space: all that the solver needs, no names.

    Attributes
    ----------
    factors : Factors
    blocks : tuple of Node
        The root of each block.
    rows : tuple of Sum
        The constraints that the blocks do not keep: too many combinations of levels to list.
    least : ndarray, shape (B,)
        What the last B columns must reach, where columns stand for such constraints (`wide`).
    """

    factors: Factors
    blocks: tuple[Node, ...]
    rows: tuple[Sum, ...] = ()
    least: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each issue has."""
        return self.factors.sizes

    @property
    def parties(self) -> int:
        """How many parties must agree."""
        return self.factors.parties - len(self.least)

    @cached_property
    def wide(self) -> Space:
        """The same space with the constraints in `rows` as further columns; itself where there are none."""
        if not self.rows:
            return self
        tables, least = side_columns(self.rows, self.sizes)
        factors = with_columns(self.factors, tables)
        return replace(_compiled(factors, self.rows), rows=(), least=least)

    @cached_property
    def outcomes(self) -> int:
        """How many outcomes there are, red lines or not; a Python integer, however large."""
        return math.prod(self.sizes)

    def levels(self, codes: Ints) -> Ints:
        """Return the level of every issue (n, K) of outcomes given as codes (n, W)."""
        return decode(codes, self.sizes)


def compile_space(factors: Factors) -> Space:
    """Return the space of some factors.

    Raises
    ------
    SizeError
        Linked issues have too many combinations to be looked at jointly.

    Examples
    --------
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> compile_space(Factors((table, table))).outcomes
    4
    """
    sums = [mask for mask in factors.masks if isinstance(mask, Sum)]
    large = [bound for bound in sums if bound.combinations > LISTED]
    try:
        return _compiled(factors, large)
    except SizeError:
        if len(large) == len(sums) or any(bound.units > FINEST for bound in sums):
            raise
        # What few linked issues leave room for alone may not fit together with a budget's list.
        return _compiled(factors, sums)


def _compiled(factors: Factors, rows: Sequence[Sum]) -> Space:
    """Return the space with all constraints listed but some sums."""
    masks = _together([mask.mask() if isinstance(mask, Sum) else mask for mask in factors.masks if mask not in rows])
    steps, listed = strides(factors.sizes), replace(factors, masks=masks)
    blocks = tuple(_tree(listed, issues, steps) for issues in components(listed))
    return Space(replace(factors, masks=(*masks, *rows)), blocks, tuple(rows))


def _together(masks: Sequence[Mask]) -> tuple[Mask, ...]:
    """Return constraints that forbid the same, one for each set of issues."""
    found: dict[Scope, NDArray[np.bool_]] = {}
    for mask in masks:
        scope, allowed = tuple(sorted(mask.issues)), np.transpose(mask.allowed, np.argsort(mask.issues))
        found[scope] = found[scope] & allowed if scope in found else allowed
    return tuple(Mask(scope, allowed) for scope, allowed in found.items())


def components(factors: Factors) -> list[tuple[int, ...]]:
    """Return the connected components of the graph whose edges are pair terms and joint constraints.

    Examples
    --------
    >>> table = np.zeros((2, 1))
    >>> components(Factors((table, table, table), (Pair((0, 2), np.zeros((2, 2, 1))),)))
    [(0, 2), (1,)]
    """
    home = list(range(len(factors.sizes)))
    for scope in _scopes(factors):
        for k in scope[1:]:
            old, new = home[k], home[scope[0]]
            home = [new if h == old else h for h in home]
    groups: dict[int, list[int]] = {}
    for k, h in enumerate(home):
        groups.setdefault(h, []).append(k)
    return [tuple(group) for group in groups.values()]


def _scopes(factors: Factors) -> Iterator[tuple[int, ...]]:
    yield from (pair.issues for pair in factors.pairs)
    yield from (mask.issues for mask in factors.masks)


def _tree(factors: Factors, issues: tuple[int, ...], steps: Ints) -> Node:
    """Return the root node of one block."""
    sizes = factors.sizes
    left = set(issues)
    near = {k: {j for scope in _scopes(factors) if k in scope for j in scope} - {k} for k in issues}
    waiting: list[Node] = []
    pairs, masks = [p for p in factors.pairs if p.issues[0] in left], [m for m in factors.masks if m.issues[0] in left]
    while math.prod(sizes[k] for k in left) > MAX_JOINT and len(left) > 1:
        k = min(left, key=lambda k: (math.prod(sizes[j] for j in near[k]), k))
        shared = tuple(sorted(near[k]))
        _check_width(sizes, (k, *shared), issues)
        here = Factors(
            factors.single, tuple(p for p in pairs if k in p.issues), tuple(m for m in masks if k in m.issues)
        )
        pairs, masks = [p for p in pairs if k not in p.issues], [m for m in masks if k not in m.issues]
        waiting = _hang(waiting, here, ((k,), shared), steps)
        left.remove(k)
        for j in shared:
            near[j] = (near[j] | near[k]) - {j, k}
    rest = Factors(factors.single, tuple(pairs), tuple(masks))
    return _hang(waiting, rest, (tuple(sorted(left)), ()), steps)[0]


def _check_width(sizes: Sequence[int], scope: Sequence[int], issues: Sequence[int]) -> None:
    count = math.prod(sizes[k] for k in scope)
    if count > MAX_NODE:
        raise SizeError(
            f"linkages and conditional red lines join {len(issues)} issues so closely that {len(scope)} of them must "
            f"be looked at together: {count:,} combinations (the limit is {MAX_NODE:,}); use wider steps on these "
            "issues, or drop a linkage between them"
        )


def _hang(
    waiting: list[Node], here: Factors, scope: tuple[tuple[int, ...], tuple[int, ...]], steps: Ints
) -> list[Node]:
    """Return the nodes without a parent after the node of `scope` has taken its children."""
    own, _ = scope
    mine = tuple(node for node in waiting if set(node.shared) & set(own))
    others = [node for node in waiting if not set(node.shared) & set(own)]
    return [*others, _node(here, scope, steps, mine)]


def _node(here: Factors, scope: tuple[Scope, Scope], steps: Ints, children: tuple[Node, ...]) -> Node:
    own, shared = scope
    issues = own + shared
    local = _localised(here, issues, len(own))
    count = math.prod(local.sizes)
    parts = [_piece(local, range(low, min(low + _PIECE, count))) for low in range(0, count, _PIECE)]
    levels, utilities = (np.concatenate(part) for part in zip(*parts, strict=True))
    points = Points(utilities, levels[:, : len(own)] @ steps[list(own)])
    return Node(own, shared, levels, frozen(points), children)


def _localised(here: Factors, issues: tuple[int, ...], own: int) -> Factors:
    """Return factors renumbered to some issues; the single terms of shared issues count elsewhere."""
    place = {k: n for n, k in enumerate(issues)}
    pairs = tuple(Pair((place[p.issues[0]], place[p.issues[1]]), p.table) for p in here.pairs)
    masks = tuple(m.renumbered(place) for m in here.masks)
    single = [here.single[k] if n < own else np.zeros_like(here.single[k]) for n, k in enumerate(issues)]
    return Factors(tuple(single), pairs, masks)


def _piece(local: Factors, codes: range) -> tuple[Ints, Floats]:
    levels = np.stack(np.unravel_index(np.arange(codes.start, codes.stop), local.sizes), axis=1).astype(np.int64)
    levels = levels[local.allowed(levels)]
    return levels, local.utilities(levels)
