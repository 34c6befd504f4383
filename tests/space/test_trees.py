"""Slices and possible levels against brute force, with and without trees."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, efficient, factors, feasible, rows

from sim.space import blocks, folds
from sim.space.blocks import Pair, compile_space
from sim.space.codes import decode
from sim.space.maps import pair_maps
from sim.space.points import joined, pruned
from sim.space.trees import Folded, fold_space, frontier, possible_levels, slices
from sim.space.zone import some_acceptable

LIMITS = st.sampled_from([(100_000, 4096, 1 << 20), (1, 4096, 1 << 20), (10, 12, 40)])


@settings(max_examples=120)
@given(factors(most=200, pairs=4), LIMITS)
def test_slices_are_the_frontiers_of_the_outcomes_with_a_level(space: Factors, limits: tuple[int, int, int]) -> None:
    joint, few, pairs = limits
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.multiple(folds, _SMALL=few, _PAIRS=pairs):
        parts: dict[tuple[int, int], list] = {}
        for issue, level, points in slices(fold_space(compile_space(space))):
            assert len(points)
            assert (np.diff(points.utilities[:, 0]) >= -1e-12).all()
            parts.setdefault((issue, level), []).append(points)
    levels, utilities = feasible(space)
    assert set(parts) == {(k, int(x)) for k in range(len(space.sizes)) for x in levels[:, k]}
    for (issue, level), found in parts.items():
        mine = levels[:, issue] == level
        best = efficient(utilities[mine])
        whole = pruned(joined(found))
        obtained = dict(zip(rows(decode(whole.codes, space.sizes)), whole.utilities, strict=True))
        expected = dict(zip(rows(levels[mine][best]), utilities[mine][best], strict=True))
        assert set(obtained) == set(expected)
        assert all(np.allclose(u, expected[outcome], rtol=0, atol=1e-13) for outcome, u in obtained.items())


@settings(max_examples=80)
@given(factors(most=200, pairs=4), LIMITS, st.integers(0, 2**32 - 1))
def test_possible_levels(space: Factors, limits: tuple[int, int, int], seed: int) -> None:
    levels, utilities = feasible(space)
    rng = np.random.default_rng(seed)
    reservation = rng.uniform(0, 1, (6, space.parties)) * max(1.0, utilities.max(initial=0))
    reservation[0] = -1  # all levels that occur at all
    if len(utilities):
        reservation[1] = utilities[rng.integers(len(utilities))]  # met exactly
    joint, few, pairs = limits
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.multiple(folds, _SMALL=few, _PAIRS=pairs):
        found = possible_levels(fold_space(compile_space(space)), reservation)
    assert [part.shape for part in found] == [(6, n) for n in space.sizes]
    for g, r in enumerate(reservation):
        inside = levels[(utilities - r >= -1e-9).all(axis=1)]
        for k, part in enumerate(found):
            assert np.flatnonzero(part[g]).tolist() == sorted(set(inside[:, k].tolist()))


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.integers(2, 4))
def test_some_acceptable(seed: int, n: int, parties: int) -> None:
    rng = np.random.default_rng(seed)
    u = rng.random((n, parties))
    u = u[sorted(efficient(u), key=lambda row: u[row, 0])]
    reservation = np.concatenate([rng.random((8, parties)) * 0.8, u, u + 0.9e-9, u + 1.1e-9])
    expected = [bool((u - r >= -1e-9).all(axis=1).any()) for r in reservation]
    assert some_acceptable(u, reservation).tolist() == expected


def test_masks_that_leave_nothing_leave_no_slices() -> None:
    table = np.zeros((2, 2))
    nothing = blocks.Mask((0,), np.zeros(2, dtype=bool))
    folded = fold_space(compile_space(Factors((table, table), (), (nothing,))))
    assert len(folded.frontier.points) == 0
    assert list(slices(folded)) == []
    assert len(frontier(folded.space).points) == 0
    assert [part.any() for part in possible_levels(folded, np.zeros((1, 2)))] == [False, False]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda folded: pickle.loads(pickle.dumps(folded))])
def test_copies_of_a_folded_tree_answer_alike(copied: Callable[[Folded], Folded]) -> None:
    rng = np.random.default_rng(7)
    pairs = tuple(Pair(edge, rng.random((3, 3, 2))) for edge in ((0, 1), (1, 2), (2, 3), (4, 5)))
    with mock.patch.object(blocks, "MAX_JOINT", 1):
        folded = fold_space(compile_space(Factors(tuple(rng.random((7, 3, 2))), pairs)))
    assert any(child.children for block in folded.space.blocks for child in block.children)
    other = copied(folded)
    mine, theirs = ([(k, n, p.utilities.tolist(), p.codes.tolist()) for k, n, p in slices(x)] for x in (folded, other))
    assert len(mine) >= 21
    assert theirs == mine
    u = folded.frontier.points.utilities
    r = np.concatenate([u[:1], u[:1] - 0.5, u.min(axis=0, keepdims=True)])
    assert [x.tolist() for x in possible_levels(other, r)] == [x.tolist() for x in possible_levels(folded, r)]
    expected = {pair: grid.tolist() for pair, grid in pair_maps(folded, r).items()}
    assert {pair: grid.tolist() for pair, grid in pair_maps(other, r).items()} == expected
