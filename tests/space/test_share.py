"""The share of outcomes in the zone: counts against brute force, samples against counts."""

from __future__ import annotations

from math import comb
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, Floats, factors, feasible

from sim.errors import RequestError
from sim.space import share as module
from sim.space.blocks import Mask, Pair, compile_space
from sim.space.share import binomial_interval, share

SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=60)
@given(factors(most=250), SEEDS)
def test_counting_is_exact(space: Factors, seed: int) -> None:
    utilities = feasible(space)[1]
    r = np.random.default_rng(seed).uniform(-0.2, 2, (9, space.parties))
    r[:5] = utilities[:5].mean(axis=0) if len(utilities) else 0.0
    r[: len(utilities[:4])] = utilities[:4]  # exactly met
    found = share(compile_space(space), r)
    total = int(np.prod(space.sizes))
    expected = [np.count_nonzero((utilities >= point - 1e-9).all(axis=1)) / total for point in r]
    assert found.method == "counted"
    assert found.share.tolist() == found.low.tolist() == found.high.tolist() == expected


def test_fewer_than_one_draw_is_refused() -> None:
    space, r = small_space(2)
    with pytest.raises(RequestError, match="at least 1"):
        share(compile_space(space), r, draws=0)


@pytest.mark.parametrize("parties", [2, 3])
def test_many_points_are_sampled_as_each_by_itself(parties: int) -> None:
    """Grids and arbitrary points go through other methods than single points; the draws are the same."""
    space, r = small_space(parties)
    rng = np.random.default_rng(8)
    spread = r.min(axis=0) + rng.random((3000, parties)) * (r.max(axis=0) - r.min(axis=0))
    grid = np.stack(np.meshgrid(*r.T), axis=-1).reshape(-1, parties)
    for points in (spread, grid):
        many = sampled(space, points, 5, 3000).share
        assert 0 < many.mean() < 0.9
        for g in range(0, len(points), 150 if len(points) > 500 else 10):
            assert many[g] == sampled(space, points[g : g + 1], 5, 3000).share[0]


def sampled(space: Factors, r: Floats, seed: int, draws: int) -> module.Share:
    with mock.patch.object(module, "COUNTABLE", 0):
        return share(compile_space(space), r, draws=draws, rng=np.random.default_rng(seed))


def small_space(parties: int) -> tuple[Factors, Floats]:
    """A space with a linkage and a mask, and reservation points with shares from none to all."""
    rng = np.random.default_rng(parties)
    single = tuple(rng.random((n, parties)) for n in (5, 4, 6, 3))
    pair = Pair((0, 2), rng.random((5, 6, parties)))
    mask = Mask((1, 3), np.arange(12).reshape(4, 3) % 5 > 0)
    space = Factors(single, (pair,), (mask,))
    utilities = feasible(space)[1]
    steps = np.array([0.0, 0.02, 0.1, 0.3, 0.5, 0.9])
    return space, np.quantile(utilities, steps, axis=0)


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_the_interval_contains_the_exact_share_in_97_of_100_trials(parties: int) -> None:
    space, r = small_space(parties)
    exact = share(compile_space(space), r).share
    assert ((exact > 0.01) & (exact < 0.99)).sum() >= 3
    contained = np.zeros(len(r), dtype=int)
    for seed in range(100):
        found = sampled(space, r, seed, 2000)
        assert found.method == "sampled"
        assert (found.low <= found.share).all()
        assert (found.share <= found.high).all()
        assert (found.high - found.low <= 0.06).all()  # 2 x 2.58 standard deviations of 1,000 in 2,000
        contained += (found.low <= exact) & (exact <= found.high)
    assert contained[3] >= 97
    assert contained.mean() >= 97


def test_an_interval_ten_times_narrower_would_miss() -> None:
    """The trials above can fail."""
    space, r = small_space(2)
    exact = share(compile_space(space), r).share[3]
    found = [sampled(space, r[3:4], seed, 2000) for seed in range(100)]
    near = [abs(x.share[0] - exact) <= (x.high[0] - x.low[0]) / 20 for x in found]
    assert sum(near) < 60


def test_all_leverage_points_see_the_same_draws() -> None:
    space, r = small_space(3)
    many = sampled(space, np.concatenate([r, r[::-1], r + 0.01]), 5, 3000).share
    assert many[:6].tolist() == many[6:12][::-1].tolist() == sampled(space, r, 5, 3000).share.tolist()
    assert (many[12:] <= many[:6]).all()  # not merely on average: draw by draw


def test_pieces_of_draws_add_up_and_repeat() -> None:
    space, r = small_space(2)
    with mock.patch.object(module, "_DRAW", 64):
        first, again, other = (sampled(space, r, seed, 1001).share for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()
    hits = first * 1001
    assert np.allclose(hits, np.round(hits), atol=1e-9)
    with mock.patch.object(module, "COUNTABLE", 0):
        default = [share(compile_space(space), r, draws=500).share.tolist() for _ in range(2)]
    assert default[0] == default[1]


def test_a_space_beyond_counting_is_sampled() -> None:
    """21^16 outcomes; each party gets at least half in about half of them, and in the ties both do."""
    t = np.linspace(0, 1, 21) / 16
    space = compile_space(Factors((np.column_stack([t, t[::-1]]),) * 16))
    assert space.outcomes == 21**16
    found = share(space, np.array([[0.5, 0.0], [0.0, 0.5], [0.5, 0.5], [-1.0, -1.0], [2.0, 2.0]]), draws=20_000)
    assert found.method == "sampled"
    assert 0.5 < found.high[0] <= 0.54
    assert 0.47 <= found.low[1] < 0.55
    # Every draw is at least half for one of the two, and for both exactly where it is half and half.
    assert np.isclose(found.share[0] + found.share[1], 1 + found.share[2])
    assert found.share[3:].tolist() == [1.0, 0.0]
    assert found.high[3] == 1.0
    assert found.low[4] == 0.0
    assert found.low[3] < 1.0
    assert found.high[4] > 0.0


@settings(max_examples=60)
@given(st.integers(1, 60), st.data())
def test_binomial_interval_by_its_definition(draws: int, data: st.DataObject) -> None:
    """Each end is where the tail beyond what was seen has probability one half of a per cent."""
    k = data.draw(st.integers(0, draws))

    def tail(p: float, ks: range) -> float:
        return sum(comb(draws, j) * p**j * (1 - p) ** (draws - j) for j in ks)

    low, high = (end[0] for end in binomial_interval(np.array([k]), draws))
    assert 0 <= low <= k / draws <= high <= 1
    assert low == 0 if k == 0 else abs(tail(low, range(k, draws + 1)) - 0.005) < 1e-9
    assert high == 1 if k == draws else abs(tail(high, range(k + 1)) - 0.005) < 1e-9
