"""Random outcome spaces as arrays, and brute force over all their outcomes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.space.blocks import Factors, Mask, Pair

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAME = 1e-12

# Eighths are exact in binary and tie exactly; tenths tie but for float noise; the third kind hardly ever ties.
KINDS = ("eighths", "tenths", "generic")


def numbers(rng: np.random.Generator, kind: str, shape: tuple[int, ...]) -> Floats:
    if kind == "generic":
        return rng.random(shape)
    return rng.integers(0, 11, shape) / (8 if kind == "eighths" else 10)


@st.composite
def factors(
    draw: Any,
    *,
    parties: tuple[int, int] = (2, 5),
    issues: tuple[int, int] = (1, 5),
    most: int = 400,
    pairs: int = 3,
    masks: int = 2,
    opposed: bool = False,
) -> Factors:
    """Factors of a space of at most so many outcomes, with pair terms and masks along any graph."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(KINDS))
    count, width = draw(st.integers(*issues)), draw(st.integers(*parties))
    sizes: list[int] = []
    for k in range(count):
        room = most // int(np.prod(sizes, dtype=int))
        sizes.append(int(rng.integers(1, max(1, min(room, 2 + int(room ** (1 / (count - k))))) + 1)))
    single = [numbers(rng, kind, (n, width)) for n in sizes]
    if opposed:  # the more for one, the less for the others: nearly every outcome is efficient
        single = [np.column_stack([part[:, :-1], width - part[:, :-1].sum(axis=1)]) for part in single]
    edges = list(itertools.combinations(range(count), 2))
    linked = [edges[int(rng.integers(len(edges)))] for _ in range(draw(st.integers(0, pairs)))] if edges else []
    terms = [Pair((k, j), numbers(rng, kind, (sizes[k], sizes[j], width)) / 2) for k, j in linked]
    limits = []
    for _ in range(draw(st.integers(0, masks))):
        scope = rng.permutation(count)[: int(rng.integers(1, min(3, count) + 1))].tolist()
        limits.append(Mask(tuple(scope), rng.random([sizes[k] for k in scope]) > 0.2))
    return Factors(tuple(single), tuple(terms), tuple(limits))


def all_levels(sizes: tuple[int, ...]) -> Ints:
    """Every outcome as levels, in file order."""
    return np.array(list(itertools.product(*(range(n) for n in sizes))), dtype=np.int64)


def feasible(space: Factors) -> tuple[Ints, Floats]:
    """Levels and utilities of every outcome that no mask forbids, in file order, each looked up by itself."""
    levels, utilities = [], []
    for x in all_levels(space.sizes):
        if all(mask.allowed[tuple(x[list(mask.issues)])] for mask in space.masks):
            u = sum(table[x[k]] for k, table in enumerate(space.single))
            u = u + sum(pair.table[x[pair.issues[0]], x[pair.issues[1]]] for pair in space.pairs)
            levels.append(x)
            utilities.append(u)
    shape = (len(levels), space.parties)
    return np.array(levels, dtype=np.int64).reshape(len(levels), len(space.sizes)), np.array(utilities).reshape(shape)


def efficient(utilities: Floats) -> list[int]:
    """Rows that nothing dominates; of equal rows the first."""
    n = len(utilities)
    equal, no_worse = np.ones((n, n), dtype=bool), np.ones((n, n), dtype=bool)
    better = np.zeros((n, n), dtype=bool)
    for column in utilities.T:
        ahead = column[:, None] - column[None, :]
        equal &= np.abs(ahead) <= SAME
        no_worse &= ahead >= -SAME
        better |= ahead > SAME
    repeated = np.triu(equal, 1).any(axis=0)
    return np.flatnonzero(~repeated & ~(no_worse & better).any(axis=0)).tolist()


def rows(levels: Ints) -> list[tuple[int, ...]]:
    return [tuple(row) for row in levels.tolist()]
