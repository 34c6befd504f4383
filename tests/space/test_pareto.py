"""Pareto filters against brute force and moocore."""

from __future__ import annotations

from unittest import mock

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import KINDS, SAME, efficient, numbers

from sim.space import pareto
from sim.space.pareto import nondominated, snapped
from sim.space.points import Points, joined, pruned

SEEDS = st.integers(0, 2**32 - 1)


def in_order(n: int) -> np.ndarray:
    return np.arange(n)[:, None]


@settings(max_examples=200)
@given(SEEDS, st.integers(0, 60), st.integers(2, 5), st.sampled_from(KINDS))
def test_agrees_with_brute_force(seed: int, n: int, parties: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    u = numbers(rng, kind, (n, parties))
    u = u + rng.choice([0, 1e-16, -1e-16], size=u.shape)  # noise: equal utilities stay equal
    codes = rng.permutation(n)[:, None]
    order = np.argsort(codes[:, 0])
    expected = order[efficient(u[order])] if n else []
    found = nondominated(u, codes)
    assert sorted(found.tolist()) == sorted(np.asarray(expected).tolist())
    assert (np.diff(u[found, 0]) >= -SAME).all()


@settings(max_examples=60)
@given(SEEDS, st.integers(1, 3000), st.integers(2, 5), st.sampled_from(["ball", "plane", "cube"]))
def test_agrees_with_moocore(seed: int, n: int, parties: int, shape: str) -> None:
    """On generic numbers, where nothing ties: balls and planes have large frontiers, cubes small ones."""
    u = np.random.default_rng(seed).random((n, parties))
    if shape == "ball":
        u = u / np.linalg.norm(u, axis=1, keepdims=True) * np.random.default_rng(seed + 1).uniform(0.9, 1, (n, 1))
    if shape == "plane":
        u = u / u.sum(axis=1, keepdims=True)
    expected = np.flatnonzero(moocore.is_nondominated(u, maximise=True))
    assert sorted(nondominated(u, in_order(n)).tolist()) == expected.tolist()


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 1500), st.integers(3, 5))
def test_small_whole_numbers_agree_with_moocore(seed: int, n: int, parties: int) -> None:
    """Where nearly everything ties; moocore keeps the first of equal rows, and so does the order of codes."""
    u = np.random.default_rng(seed).integers(0, 4, (n, parties)).astype(np.float64)
    expected = np.flatnonzero(moocore.is_nondominated(u, maximise=True))
    assert sorted(nondominated(u, in_order(n)).tolist()) == expected.tolist()


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 400), st.integers(3, 5))
def test_pieces_do_not_matter(seed: int, n: int, parties: int) -> None:
    u = numbers(np.random.default_rng(seed), "tenths", (n, parties))
    expected = set(nondominated(u, in_order(n)).tolist())
    with mock.patch.object(pareto, "_PIECE", 3), mock.patch.object(pareto, "_RUN", 3):
        assert set(nondominated(u, in_order(n)).tolist()) == expected


@pytest.mark.parametrize("parties", [2, 3, 4, 5])
def test_noise_of_1e_13_adds_no_points(parties: int) -> None:
    rng = np.random.default_rng(parties)
    u = rng.integers(0, 5, (300, parties)) / 4
    codes = in_order(300)
    expected = set(nondominated(u, codes).tolist())
    for _ in range(20):
        noisy = u + rng.uniform(-1e-13, 1e-13, u.shape)
        assert set(nondominated(noisy, codes).tolist()) == expected


@pytest.mark.parametrize("parties", [2, 3, 4, 5])
def test_differences_above_noise_count(parties: int) -> None:
    u = np.full((2, parties), 0.5)
    u[1, -1] += 1e-11
    assert nondominated(u, in_order(2)).tolist() == [1]
    u[1, 0] -= 1e-11
    assert sorted(nondominated(u, in_order(2)).tolist()) == [0, 1]


@given(SEEDS, st.integers(1, 50))
def test_snapped_ranks_are_the_ranks_of_distinct_values(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, n) / 10
    expected = np.unique(values, return_inverse=True)[1]
    assert snapped(values + rng.uniform(-1e-14, 1e-14, n)).tolist() == expected.tolist()


@given(SEEDS, st.integers(0, 30), st.integers(1, 30), st.integers(2, 4))
def test_pruning_parts_first_changes_nothing(seed: int, n: int, m: int, parties: int) -> None:
    rng = np.random.default_rng(seed)
    a = Points(numbers(rng, "tenths", (n, parties)), np.arange(n)[:, None])
    b = Points(numbers(rng, "tenths", (m, parties)), np.arange(n, n + m)[:, None])
    whole, parts = pruned(joined([a, b])), pruned(joined([pruned(a), pruned(b)]))
    assert whole.codes.tolist() == parts.codes.tolist()
    assert whole.utilities.tolist() == parts.utilities.tolist()
    assert len(whole) == len(efficient(joined([a, b]).utilities))
    moved = whole.plus(np.ones(parties), np.array([5]))
    assert moved.utilities.tolist() == (whole.utilities + 1).tolist()
    assert moved.codes.tolist() == (whole.codes + 5).tolist()
