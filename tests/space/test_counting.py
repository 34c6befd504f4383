"""Counts by every method, and counts by level and pair of levels, against brute force over all outcomes."""

from __future__ import annotations

from itertools import combinations
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, Floats, Ints, factors, feasible

from sim.space import count_methods, count_pairs, counting
from sim.space.blocks import Mask, compile_space
from sim.space.count_methods import by_bits, by_buckets, by_ranks, directly, ranker
from sim.space.count_pairs import issue_shares, pair_shares
from sim.space.counting import count, split, tally, whole

NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
SEEDS = st.integers(0, 2**32 - 1)
METHODS = {"directly": directly, "by_ranks": by_ranks, "by_buckets": by_buckets, "by_bits": by_bits}


def reservations(rng: np.random.Generator, utilities: Floats, parties: int) -> Floats:
    """Points anywhere, met exactly, within and beyond the tolerance, on a product, repeated, and out of reach."""
    if not len(utilities):
        utilities = np.zeros((1, parties))
    low, top = utilities.min(axis=0), utilities.max(axis=0)
    points = [low + rng.uniform(-0.1, 1.1, (20, parties)) * (top - low)]
    chosen = utilities[rng.integers(len(utilities), size=10)]
    points += [chosen, chosen + rng.choice([0.9e-9, 1.1e-9], chosen.shape), chosen[:3]]
    points.append(np.column_stack([rng.choice(chosen[:, i], 12) for i in range(parties)]))
    ends = [[-np.inf] * parties, [np.inf] + [0.0] * (parties - 1), [-1e300] * parties, [1e300] * parties]
    return rng.permutation(np.concatenate([*points, ends, low[None], top[None]]))


def brute(utilities: Floats, r: Floats) -> list[int]:
    return [int(np.count_nonzero((utilities >= point - 1e-9).all(axis=1))) for point in r]


def small_pieces(size: int) -> mock._patch_dict:
    return mock.patch.multiple(counting, _PIECE=size, _TILE=size)  # type: ignore[return-value]


@settings(max_examples=120)
@given(factors(most=250), SEEDS, st.sampled_from([7, 64, 1 << 18]))
def test_every_method_counts_as_brute_force_does(space: Factors, seed: int, size: int) -> None:
    utilities = feasible(space)[1]
    r = reservations(np.random.default_rng(seed), utilities, space.parties)
    expected = brute(utilities, r)
    with small_pieces(size):
        assert count(compile_space(space), r).tolist() == expected
        for name, method in METHODS.items():
            cells = np.prod([len(np.unique(c)) + 1.0 for c in r.T])
            if (name != "by_buckets" or space.parties == 2) and (name != "by_ranks" or cells < 1e6):
                with mock.patch.object(counting, "_cheapest", return_value=(0.0, method)):
                    assert count(compile_space(space), r).tolist() == expected, name
        if space.parties == 2:
            with mock.patch.object(counting, "_cheapest", return_value=(np.inf, None)):
                assert count(compile_space(space), r).tolist() == expected


@settings(max_examples=60)
@given(st.integers(2, 4), st.integers(1, 90), st.sampled_from([3, 40, 2**51]), SEEDS)
def test_methods_agree_on_streams_whose_runs_and_chunks_are_short(parties: int, n: int, top: int, seed: int) -> None:
    """Whole numbers that tie often, hardly ever, or are as far apart as they come; thresholds in many chunks."""
    rng = np.random.default_rng(seed)
    points, need = rng.integers(-top, top + 1, (parties, 200)), rng.integers(-top - 1, top + 3, (n, parties))
    need[: n // 3] = need[n // 3 : 2 * (n // 3)]

    def stream() -> object:
        yield from (points[:, low : low + 70] for low in range(0, 200, 70))
        yield points[:, :0]

    expected = (points[None] >= need[:, :, None]).all(axis=1).sum(axis=1).tolist()
    with mock.patch.multiple(count_methods, CHUNK=16, _BITS_CHUNK=16, _BITS_PIECE=64, _TABLE_BITS=4):
        for name, method in METHODS.items():
            if (name != "by_buckets" or parties == 2) and (name != "by_ranks" or parties < 4 or n < 30):
                assert method(stream, need).tolist() == expected, name  # type: ignore[arg-type]
    assert tally(stream, need, 200).tolist() == expected  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.lists(st.integers(-50, 50), min_size=1), st.sampled_from([1, 10**13]), st.sampled_from([1, 5, 17]))
def test_ranks_are_those_of_a_search(thresholds: list[int], unit: int, bits: int) -> None:
    values = np.arange(-60, 61) * unit
    with mock.patch.object(count_methods, "_TABLE_BITS", bits):
        found = ranker(np.array(thresholds) * unit).ranks(values)
    assert found.tolist() == [len({t for t in thresholds if t * unit <= v}) for v in values.tolist()]


def test_the_fastest_method_is_chosen_by_shape() -> None:
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(np.arange(101), np.arange(101)), -1).reshape(-1, 2)
    chosen = {
        "directly": rng.integers(0, 10**9, (3, 3)),
        "by_ranks": grid,
        "by_buckets": rng.integers(0, 10**9, (10_000, 2)),
        "by_bits": rng.integers(0, 10**9, (10_000, 3)),
    }
    for name, need in chosen.items():
        assert counting._cheapest(5_000_000, need)[1] is METHODS[name]


def test_no_points_no_outcomes_one_party() -> None:
    table = np.array([[0.0, 1.0], [1.0, 0.0]])
    space = compile_space(Factors((table, table)))
    assert count(space, np.empty((0, 2))).tolist() == []
    nothing = compile_space(Factors((table, table), (), (Mask((1,), np.zeros(2, dtype=bool)),)))
    assert count(nothing, np.array([[-1.0, -1.0]] * 3)).tolist() == [0, 0, 0]
    assert count(compile_space(Factors((table[:, :1],) * 3)), np.array([[2.0], [0.0], [3.5]])).tolist() == [4, 8, 0]
    worthless = compile_space(Factors((np.zeros((3, 2)),)))
    assert count(worthless, np.array([[0.0, 0.0], [1e-10, 0.0], [0.1, 0.0], [-5.0, -5.0]])).tolist() == [3, 3, 0, 3]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_rounding_moves_no_utility_by_more_than_float_noise(scale: float) -> None:
    rng = np.random.default_rng(1)
    space = Factors(tuple(rng.normal(size=(4, 2)) * scale for _ in range(5)))
    rounded, _ = whole(space, np.zeros((1, 2)))
    levels = rng.integers(0, 4, (50, 5))
    exact, units = space.utilities(levels), rounded.utilities(levels)
    assert (units == np.rint(units)).all()
    unit = np.abs(exact).max() / np.abs(units).max()
    assert np.allclose(units * unit, exact, rtol=0, atol=1e-14 * scale)
    assert np.log2(unit).round(6) == np.log2(unit).round()


@settings(max_examples=60)
@given(factors(issues=(1, 7), most=500))
def test_halves_hold_every_issue_once_and_whole_blocks(space: Factors) -> None:
    halves = split(space)
    assert sorted(halves.left_issues + halves.right_issues) == list(range(len(space.sizes)))
    for scope in [*(p.issues for p in space.pairs), *(m.issues for m in space.masks)]:
        assert set(scope) <= set(halves.left_issues) or set(scope) <= set(halves.right_issues)
    assert len(halves.left.pairs) + len(halves.right.pairs) == len(space.pairs)


def fractions(levels: Ints, inside: NDArrayBool, scope: tuple[int, ...], sizes: tuple[int, ...]) -> Floats:
    """Acceptable outcomes with each combination of levels over all outcomes with it."""
    counts = np.zeros([sizes[k] for k in scope])
    for x in levels[inside]:
        counts[tuple(x[list(scope)])] += 1
    return counts / (np.prod(sizes) / counts.size)


@settings(max_examples=120)
@given(factors(issues=(1, 6), most=300), SEEDS, st.sampled_from([7, 64, 1 << 18]))
def test_shares_by_level_and_pair_of_levels(space: Factors, seed: int, size: int) -> None:
    levels, utilities = feasible(space)
    rng = np.random.default_rng(seed)
    r = rng.choice(reservations(rng, utilities, space.parties))
    inside = (utilities >= r - 1e-9).all(axis=1)
    with small_pieces(size), mock.patch.object(count_pairs, "_TILE", size):
        pairs, issues = pair_shares(compile_space(space), r), issue_shares(compile_space(space), r)
    assert pairs is not None
    assert issues is not None
    assert list(pairs) == list(combinations(range(len(space.sizes)), 2))
    for scope, table in [*pairs.items(), *(((k,), table) for k, table in enumerate(issues))]:
        expected = fractions(levels, inside, scope, space.sizes)
        assert table.shape == expected.shape
        assert np.allclose(table, expected, rtol=0, atol=1e-14)


def test_shares_of_pairs_are_consistent_where_one_block_is_the_whole_space() -> None:
    rng = np.random.default_rng(3)
    mask = Mask((0, 1, 2), rng.random((30, 20, 10)) > 0.3)
    space = compile_space(Factors(tuple(rng.random((n, 2)) for n in (30, 20, 10)), (), (mask,)))
    r = np.array([1.2, 1.0])
    pairs, issues = pair_shares(space, r), issue_shares(space, r)
    assert pairs is not None
    assert issues is not None
    for (k, j), table in pairs.items():
        assert np.allclose(table.mean(axis=1), issues[k])
        assert np.allclose(table.mean(axis=0), issues[j])
        assert np.isclose(table.mean() * space.outcomes, count(space, r[None])[0])


def test_large_spaces_have_no_shares_of_pairs() -> None:
    table = np.zeros((100, 2))
    space = compile_space(Factors((table,) * 4))
    assert pair_shares(space, np.zeros(2)) is None
    assert issue_shares(space, np.zeros(2)) is None
