"""The core: known games, a slow twin of every fast path, laws and bad input."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.core import PIECE, Coalition, core

streams = st.integers(0, 2**32)


def looped(deals: np.ndarray, coalitions: list[Coalition]) -> list[list[bool]]:
    return [
        [
            any(all(y[i] > x[i] + 1e-9 for i in np.flatnonzero(coalition.members)) for y in coalition.reach)
            for x in deals
        ]
        for coalition in coalitions
    ]


def random_game(stream: int, parties: int) -> tuple[np.ndarray, list[Coalition]]:
    rng = np.random.default_rng(stream)
    deals = rng.integers(0, 6, (25, parties)) / 5
    masks = [rng.random(parties) < 0.6 for _ in range(3)]
    chosen = [mask if mask.any() else ~mask for mask in masks]
    return deals, [Coalition(mask, rng.integers(0, 6, (rng.integers(0, 9), parties)) / 5) for mask in chosen]


@given(stream=streams, parties=st.integers(1, 5))
@settings(deadline=None)
def test_blocks_against_loops(stream: int, parties: int) -> None:
    deals, coalitions = random_game(stream, parties)
    result = core(deals, coalitions)
    slow = looped(deals, coalitions)
    assert result.blocks.tolist() == slow
    assert result.stable.tolist() == [not any(column) for column in zip(*slow, strict=True)]


@given(stream=streams)
@settings(deadline=None)
def test_more_coalitions_never_enlarge_the_core(stream: int) -> None:
    deals, coalitions = random_game(stream, 3)
    stable = [core(deals, coalitions[:k]).stable for k in range(4)]
    assert stable[0].all()
    for larger, smaller in pairwise(stable):
        assert np.all(larger | ~smaller)


@given(stream=streams)
@settings(deadline=None)
def test_a_party_in_every_coalition_keeps_the_core_from_being_empty(stream: int) -> None:
    _, coalitions = random_game(stream, 3)
    with_first = [Coalition(np.append([True], each.members[1:]), each.reach) for each in coalitions]
    deals = np.concatenate([each.reach for each in with_first])
    found = core(deals, with_first)
    assert found.stable.any() or not len(deals)
    assert found.stable[deals[:, 0] == deals[:, 0].max(initial=-1)].all()


def test_divide_the_dollar_by_majority_has_no_core() -> None:
    # Any two of three can share what the third has: every division of ten coins is blocked.
    deals = np.array([(a, b, 10 - a - b) for a in range(11) for b in range(11 - a)], dtype=float)
    pairs = [Coalition(np.arange(3) != out, deals) for out in range(3)]
    assert not core(deals, pairs).stable.any()


def test_grand_coalition_alone_leaves_the_weak_pareto_frontier() -> None:
    deals = np.array([[1.0, 3.0, 2.0], [0.5, 2.0, 1.0], [1.0, 2.0, 2.0], [3.0, 0.0, 0.0]])
    assert core(deals, [Coalition(np.ones(3, dtype=bool), deals)]).stable.tolist() == [True, False, True, True]


def test_differences_within_the_tolerance_block_nothing() -> None:
    for parties in (1, 2, 3):
        everyone = np.ones(parties, dtype=bool)
        for gain, blocked in [(1e-10, False), (1e-8, True)]:
            result = core(np.zeros((1, parties)), [Coalition(everyone, np.full((1, parties), gain))])
            assert result.blocks.tolist() == [[blocked]]


def test_many_deals_are_worked_through_in_pieces() -> None:
    rng = np.random.default_rng(11)
    deals, reach = rng.random((3000, 3)), rng.random((5000, 3)) * 0.9
    assert len(deals) * len(reach) > 10 * PIECE
    result = core(deals, [Coalition(np.ones(3, dtype=bool), reach)])
    picked = rng.choice(3000, 200, replace=False)
    slow = [(reach > deals[x] + 1e-9).all(axis=1).any() for x in picked]
    assert result.blocks[0, picked].tolist() == slow


@pytest.mark.parametrize(
    ("deals", "members", "reach", "named"),
    [
        (np.zeros(3), [True] * 3, np.zeros((1, 3)), "utilities"),
        (np.zeros((1, 3)), [True] * 2, np.zeros((1, 3)), "members"),
        (np.zeros((1, 3)), [False] * 3, np.zeros((1, 3)), "members"),
        (np.zeros((1, 3)), [1, 0, 1], np.zeros((1, 3)), "members"),
        (np.zeros((1, 3)), [True] * 3, np.zeros((1, 2)), "reach"),
        (np.full((1, 3), np.nan), [True] * 3, np.zeros((1, 3)), "utilities"),
        (np.zeros((1, 3)), [True] * 3, np.full((1, 3), np.inf), "reach"),
    ],
)
def test_bad_input_names_the_argument(deals: np.ndarray, members: list, reach: np.ndarray, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        core(deals, [Coalition(np.array(members), reach)])
