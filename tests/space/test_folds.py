"""Folded frontiers against brute force: exact where they say so, certain bounds where they are thinned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Floats, Ints, efficient, factors, feasible, rows

from sim.space import blocks, folds
from sim.space.blocks import Factors, compile_space
from sim.space.codes import decode
from sim.space.folds import Frontier, fold, leave_one_out, merge, union
from sim.space.points import Points, pruned
from sim.space.trees import fold_space, frontier


@contextmanager
def small(joint: int = 100_000, pairs: int = 1 << 20, most: int = 1 << 26) -> Iterator[None]:
    """Limits so small that a brute force's spaces go through every branch."""
    few = 12 if pairs < 4096 else 4096
    with (
        mock.patch.multiple(folds, _SMALL=few, _PAIRS=pairs, _MOST_PAIRS=most),
        mock.patch.object(blocks, "MAX_JOINT", joint),
    ):
        yield


def assert_same(found: Frontier, levels: Ints, utilities: Floats, sizes: tuple[int, ...]) -> None:
    """The frontier is exactly the brute force's: the same outcomes, their utilities, in rising order."""
    best = efficient(utilities)
    obtained = rows(decode(found.points.codes, sizes))
    expected = dict(zip(rows(levels[best]), utilities[best], strict=True))
    assert found.resolution == 0
    assert len(obtained) == len(set(obtained))
    assert set(obtained) == set(expected)
    for outcome, u in zip(obtained, found.points.utilities, strict=True):
        assert np.allclose(u, expected[outcome], rtol=0, atol=1e-13)
    assert (np.diff(found.points.utilities[:, 0]) >= -1e-12).all()


@settings(max_examples=80)
@given(factors(), st.sampled_from([(100_000, 1 << 20), (100_000, 40), (1, 1 << 20), (10, 40)]))
def test_the_frontier_of_a_space(space: Factors, limits: tuple[int, int]) -> None:
    with small(*limits):
        compiled = compile_space(space)
        found, folded = frontier(compiled), fold_space(compiled).frontier
    assert_same(found, *feasible(space), space.sizes)
    assert_same(folded, *feasible(space), space.sizes)


@settings(max_examples=25)
@given(factors(issues=(4, 6), most=1200, pairs=0, masks=0, opposed=True, parties=(2, 4)))
def test_large_frontiers(space: Factors) -> None:
    """Where nearly every outcome is efficient."""
    with small(pairs=40):
        found = frontier(compile_space(space))
    levels, utilities = feasible(space)
    assert_same(found, levels, utilities, space.sizes)


def assert_covers(found: Frontier, levels: Ints, utilities: Floats, sizes: tuple[int, ...]) -> None:
    """The stated resolution is certain, and every kept point is a real outcome with its utilities."""
    u = found.points.utilities
    real = dict(zip(rows(levels), utilities, strict=True))
    for outcome, row in zip(rows(decode(found.points.codes, sizes)), u, strict=True):
        assert outcome in real
        assert np.allclose(row, real[outcome], rtol=0, atol=1e-13)
    noise = 1e-11
    no_worse = u[None, :, -1] >= utilities[:, None, -1] - noise
    near = (u[None, :, :-1] >= utilities[:, None, :-1] - found.resolution - noise).all(axis=2)
    assert (no_worse & near).any(axis=1).all()


HOSTILE = {"issues": (4, 6), "most": 1200, "opposed": True}


@pytest.mark.parametrize("parties", [2, 3, 4, 5])
@pytest.mark.parametrize("limit", [8, 40])
def test_the_resolution_is_certain(parties: int, limit: int) -> None:
    thinned = []

    @settings(max_examples=25)
    @given(
        factors(parties=(parties, parties), pairs=0, masks=0, **HOSTILE)
        | factors(parties=(parties, parties), **HOSTILE),
        st.sampled_from([(100_000, 1 << 20, 1 << 26), (100_000, 40, 60), (10, 40, 60)]),
    )
    def run(space: Factors, limits: tuple[int, int, int]) -> None:
        with small(*limits):
            compiled = compile_space(space)
            found = frontier(compiled, limit=limit)
        levels, utilities = feasible(space)
        assert_covers(found, levels, utilities, space.sizes)
        if found.resolution == 0:
            assert_same(found, levels, utilities, space.sizes)
        else:
            thinned.append(found.resolution)
            assert len(found.points) <= limit

    run()
    assert len(thinned) >= 5


def hostile(issues: int, levels: int, parties: int) -> Factors:
    """The same weights on both sides, opposed linear values: every outcome is efficient."""
    t = np.linspace(0, 1, levels)
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.ones(issues))
    bend = 1 + np.arange(parties) / 3
    columns = [t if i % 2 == 0 else 1 - t for i in range(parties)]
    if parties > 2:
        columns = [column**b for column, b in zip(columns, bend, strict=True)]
    return Factors(tuple(w * np.column_stack(columns) for w in weights))


@pytest.mark.parametrize(("parties", "limit", "fine"), [(2, 2000, 0.01), (2, 200, 0.1), (3, 2500, 0.8)])
def test_the_resolution_is_useful(parties: int, limit: int, fine: float) -> None:
    """Twelve issues of 21 levels, 7e15 outcomes: bounded, and checked against random outcomes."""
    space = hostile(12, 21, parties)
    found = frontier(compile_space(space), limit=limit)
    assert 0 < found.resolution <= fine
    assert len(found.points) <= limit
    levels = np.random.default_rng(1).integers(21, size=(2000, 12))
    utilities = space.utilities(levels)
    u = found.points.utilities
    assert np.allclose(space.utilities(decode(found.points.codes, space.sizes)), u, rtol=0, atol=1e-12)
    no_worse = u[None, :, -1] >= utilities[:, None, -1] - 1e-11
    near = (u[None, :, :-1] >= utilities[:, None, :-1] - found.resolution - 1e-11).all(axis=2)
    assert (no_worse & near).any(axis=1).all()


def parts_of(space: Factors) -> list[Frontier]:
    return [Frontier(pruned(block.points)) for block in compile_space(space).blocks]


def as_set(found: Frontier) -> set[tuple[int, ...]]:
    codes = rows(found.points.codes)
    assert len(codes) == len(set(codes))
    return set(codes)


@settings(max_examples=60)
@given(factors(issues=(2, 5), pairs=0, masks=1), st.randoms(use_true_random=False))
def test_the_order_of_merges_does_not_matter(space: Factors, random: object) -> None:
    parts = parts_of(space)
    expected = as_set(fold(parts))
    random.shuffle(parts)  # type: ignore[attr-defined]
    left = parts[0]
    for part in parts[1:]:
        left = merge(left, part)
    right = parts[-1]
    for part in reversed(parts[:-1]):
        right = merge(part, right)
    assert as_set(left) == as_set(right) == expected
    assert as_set(fold(parts)) == expected


@settings(max_examples=60)
@given(factors(issues=(1, 6), pairs=0, masks=0))
def test_leave_one_out_is_the_fold_of_the_others(space: Factors) -> None:
    parts = parts_of(space)
    zero = Frontier(Points(np.zeros((1, space.parties)), np.zeros_like(parts[0].points.codes[:1])))
    found = leave_one_out(parts, start=zero)
    assert len(found) == len(parts)
    for k, without in enumerate(found):
        others = [part for j, part in enumerate(parts) if j != k]
        direct = fold([zero, *others])
        assert as_set(without) == as_set(direct)
        order = np.lexsort(without.points.codes.T), np.lexsort(direct.points.codes.T)
        obtained, expected = (x.points.utilities[rank] for x, rank in zip((without, direct), order, strict=True))
        assert np.allclose(obtained, expected, rtol=0, atol=1e-13)


@settings(max_examples=40)
@given(factors(issues=(2, 4), pairs=0, masks=0))
def test_a_union_is_the_frontier_of_all_points(space: Factors) -> None:
    whole = fold(parts_of(space)).points
    pieces = [Frontier(pruned(whole.take(np.arange(k, len(whole), 3))), k / 10) for k in range(min(3, len(whole)))]
    found = union(pieces)
    assert as_set(found) == as_set(Frontier(whole))
    assert found.resolution == (len(pieces) - 1) / 10


def test_resolutions_add_up() -> None:
    points = Points(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0], [1]]))
    assert merge(Frontier(points, 0.25), Frontier(points, 0.5)).resolution == 0.75


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_noise_in_sums_adds_no_points(parties: int) -> None:
    """Twelve equal issues of three levels: 531,441 outcomes whose sums tie up to rounding, 25 totals each way."""
    t = np.array([0.0, 0.5, 1.0]) / 12 / 0.7
    columns = [t if i % 2 == 0 else t[::-1] for i in range(parties)]
    found = frontier(compile_space(Factors((np.column_stack(columns),) * 12)))
    assert len(found.points) == 25
    assert found.resolution == 0
    # Of equal outcomes the first in file order: the last issues are used up first.
    levels = decode(found.points.codes, (3,) * 12)
    assert (np.diff(levels, axis=1) >= 0).all()


def test_points_may_be_the_only_one_or_none() -> None:
    one = Frontier(Points(np.array([[0.5, 0.5, 0.5]]), np.array([[3]])))
    none = Frontier(Points(np.empty((0, 3)), np.empty((0, 1), dtype=np.int64)))
    assert merge(one, one).points.codes.tolist() == [[6]]
    assert len(merge(one, none).points) == 0
