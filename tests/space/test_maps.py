"""Two-issue maps against brute force over all outcomes."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, Floats, Ints, all_levels, factors, feasible

from sim.space import blocks, maps, trees
from sim.space.blocks import Pair, compile_space
from sim.space.maps import pair_maps
from sim.space.trees import fold_space


def some_reservations(rng: np.random.Generator, utilities: Floats, parties: int) -> Floats:
    """Low, likely, met exactly, and out of reach."""
    if not len(utilities):
        return np.zeros((2, parties))
    low, high = utilities.min(axis=0), utilities.max(axis=0)
    points = [low + rng.uniform(0, 0.9, (3, parties)) * (high - low), utilities[rng.integers(len(utilities), size=3)]]
    return np.concatenate([*points, [low - 1, high + 1e-3]])


def expected_maps(levels: Ints, utilities: Floats, r: Floats, sizes: tuple[int, ...]) -> dict[tuple[int, int], Any]:
    """Every pair of levels of every acceptable outcome, one outcome at a time."""
    result = {
        (k, m): np.zeros((len(r), sizes[k], sizes[m]), dtype=bool)
        for k, m in itertools.combinations(range(len(sizes)), 2)
    }
    for (k, m), grid in result.items():
        for g, least in enumerate(r):
            inside = levels[(utilities >= least - 1e-9).all(axis=1)]
            grid[g, inside[:, k], inside[:, m]] = True
    return result


@pytest.mark.parametrize("joint", [100_000, 1, 6])
def test_maps_say_which_levels_go_together(joint: int) -> None:
    seen = Counter[str]()

    @settings(max_examples=120)
    @given(factors(parties=(2, 3), most=60, pairs=3), st.integers(0, 2**32 - 1))
    def run(space: Factors, seed: int) -> None:
        levels, utilities = feasible(space)
        r = some_reservations(np.random.default_rng(seed), utilities, space.parties)
        with mock.patch.object(blocks, "MAX_JOINT", joint):
            compiled = compile_space(space)
            found = pair_maps(fold_space(compiled), r)
        expected = expected_maps(levels, utilities, r, space.sizes)
        assert list(found) == list(expected)
        for pair, grid in found.items():
            assert grid.shape == expected[pair].shape
            assert grid.tolist() == expected[pair].tolist(), pair
            seen["some"] += bool(grid.any() and not grid.all())
        seen["trees"] += any(block.children for block in compiled.blocks)
        seen["blocks"] += len(compiled.blocks) > 1
        seen["no outcome"] += not len(levels)
        seen["masked"] += len(levels) < len(all_levels(space.sizes))

    run()
    assert min(seen["some"], seen["blocks"], seen["masked"]) >= 10
    assert (seen["trees"] >= 10) == (joint < 100_000)


def test_maps_of_trees_are_exact_by_every_way_of_looking() -> None:
    """One reservation point at a time: nothing tried beforehand, no pair sums, and issues that nobody links.

    Trees of three nodes and more, red lines within and across nodes, and blocks beside the tree.
    """
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(
        factors(parties=(2, 4), issues=(3, 5), most=150, pairs=5, masks=3),
        st.integers(0, 2**32 - 1),
        st.sampled_from([(0, 0), (0, 1 << 16), (20_000, 0)]),
    )
    def run(space: Factors, seed: int, ways: tuple[int, int]) -> None:
        tried, direct = ways
        levels, utilities = feasible(space)
        with (
            mock.patch.object(blocks, "MAX_JOINT", 1),
            mock.patch.multiple(maps, _TRIED=tried, _TRIED_EACH=tried, _DIRECT=direct),
        ):
            compiled = compile_space(space)
            folded = fold_space(compiled)
            for r in some_reservations(np.random.default_rng(seed), utilities, space.parties)[::3, None]:
                expected = expected_maps(levels, utilities, r, space.sizes)
                found = pair_maps(folded, r)
                assert {p: grid.tolist() for p, grid in found.items()} == {p: g.tolist() for p, g in expected.items()}
                seen["some"] += any(grid.any() and not grid.all() for grid in found.values())
        seen["deep"] += any(child.children for block in compiled.blocks for child in block.children)
        seen["beside"] += len({bool(block.children) for block in compiled.blocks}) == 2
        seen["masked"] += len(levels) < len(all_levels(space.sizes))
        seen["many parties"] += space.parties > 2

    run()
    assert min(seen[key] for key in ("some", "deep", "beside", "masked", "many parties")) >= 10, seen


@settings(max_examples=60)
@given(factors(parties=(2, 3), issues=(3, 6), most=400, pairs=3, opposed=True), st.integers(0, 2**32 - 1))
def test_maps_of_thinned_frontiers_claim_only_what_exists(space: Factors, seed: int) -> None:
    """And what the few outcomes kept show to exist is there."""
    levels, utilities = feasible(space)
    r = some_reservations(np.random.default_rng(seed), utilities, space.parties)
    with mock.patch.object(blocks, "MAX_JOINT", 6):
        folded = fold_space(compile_space(space), limit=4)
    expected, found = expected_maps(levels, utilities, r, space.sizes), pair_maps(folded, r)
    kept = folded.frontier.points
    shown = expected_maps(folded.space.levels(kept.codes), kept.utilities, r, space.sizes)
    for pair, grid in found.items():
        assert not (grid & ~expected[pair]).any()
        assert not (shown[pair] & ~grid).any()


def test_maps_ask_no_space_to_be_folded_again() -> None:
    rng = np.random.default_rng(5)
    pairs = tuple(Pair((k, k + 1), rng.random((4, 4, 2))) for k in range(4))
    with mock.patch.object(blocks, "MAX_JOINT", 1):
        folded = fold_space(compile_space(Factors(tuple(rng.random((5, 4, 2))), pairs)))
    with mock.patch.object(trees, "_inward", side_effect=AssertionError):
        assert len(pair_maps(folded, np.array([[1.0, 1.0]]))) == 10


def test_maps_where_no_outcome_is_left_are_empty() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    nothing = blocks.Mask((0,), np.array([False, False]))
    found = pair_maps(fold_space(compile_space(Factors((table, table), (), (nothing,)))), np.array([[-1.0, -1.0]]))
    assert {pair: grid.tolist() for pair, grid in found.items()} == {(0, 1): [[[False, False], [False, False]]]}


def test_one_issue_has_no_maps() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    assert pair_maps(fold_space(compile_space(Factors((table,)))), np.zeros((1, 2))) == {}
