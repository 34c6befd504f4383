"""Two-issue maps against brute force over all outcomes."""

from __future__ import annotations

import itertools
from collections import Counter
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, Floats, all_levels, factors, feasible

from sim.space import blocks
from sim.space.blocks import compile_space
from sim.space.maps import pair_maps
from sim.space.trees import fold_space


def some_reservations(rng: np.random.Generator, utilities: Floats, parties: int) -> Floats:
    """Low, likely, met exactly, and out of reach."""
    if not len(utilities):
        return np.zeros((2, parties))
    low, high = utilities.min(axis=0), utilities.max(axis=0)
    points = [low + rng.uniform(0, 0.9, (3, parties)) * (high - low), utilities[rng.integers(len(utilities), size=3)]]
    return np.concatenate([*points, [low - 1, high + 1e-3]])


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
        assert set(found) == set(itertools.combinations(range(len(space.sizes)), 2))
        for (k, m), grid in found.items():
            assert grid.shape == (len(r), space.sizes[k], space.sizes[m])
            expected = np.zeros(grid.shape, dtype=bool)
            for g, least in enumerate(r):
                inside = levels[(utilities >= least - 1e-9).all(axis=1)]
                expected[g, inside[:, k], inside[:, m]] = True
            assert grid.tolist() == expected.tolist(), (k, m)
            seen["some"] += bool(expected.any() and not expected.all())
        seen["trees"] += any(block.children for block in compiled.blocks)
        seen["blocks"] += len(compiled.blocks) > 1
        seen["no outcome"] += not len(levels)
        seen["masked"] += len(levels) < len(all_levels(space.sizes))

    run()
    assert min(seen["some"], seen["blocks"], seen["masked"]) >= 10
    assert (seen["trees"] >= 10) == (joint < 100_000)


def test_maps_where_no_outcome_is_left_are_empty() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    nothing = blocks.Mask((0,), np.array([False, False]))
    found = pair_maps(fold_space(compile_space(Factors((table, table), (), (nothing,)))), np.array([[-1.0, -1.0]]))
    assert {pair: grid.tolist() for pair, grid in found.items()} == {(0, 1): [[[False, False], [False, False]]]}


def test_one_issue_has_no_maps() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    assert pair_maps(fold_space(compile_space(Factors((table,)))), np.zeros((1, 2))) == {}
