"""One deal for every truth against enumeration: every outcome, every extreme weighting, every no-deal value."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.space.truths.each import each
from sim.space.truths.mixed import Program
from sim.space.truths.polytopes import Polytope, box
from sim.space.truths.possible import possible
from sim.space.truths.robust import best_deal, robust
from sim.space.truths.sides import Choices, Side, at, best_of, worst

Floats = np.ndarray
CLOSE = 1e-6


def vertices(known: Polytope) -> Floats:
    """Return every extreme point of a box with a sum: all but one weight at an end."""
    found = []
    for free in range(known.size):
        others = [k for k in range(known.size) if k != free]
        for ends in itertools.product((0, 1), repeat=len(others)):
            w = np.zeros(known.size)
            w[others] = [(known.low, known.high)[e][k] for e, k in zip(ends, others, strict=True)]
            w[free] = known.total - w.sum()
            if known.low[free] - 1e-12 <= w[free] <= known.high[free] + 1e-12:
                found.append(w)
    return np.array(found)


def problem(seed: int, signers: int, corners: int, share: float) -> tuple[list[Side], Choices]:
    """Return sides over three blocks, the last of two linked issues."""
    rng = np.random.default_rng(seed)
    sizes = ((3,), (4,), (2, 3))
    issues, first = [], 0
    for block in sizes:
        issues.append(tuple(range(first, first + len(block))))
        first += len(block)
    levels = tuple(np.array(list(itertools.product(*map(range, block)))) for block in sizes)
    count, sides = first, []
    for _ in range(signers):
        own = rng.dirichlet(np.ones(count)) * 0.9
        values = [rng.random(size) for block in sizes for size in block]
        features, fixed = [], []
        for ks, rows in zip(issues, levels, strict=True):
            part = np.zeros((len(rows), count))
            for n, k in enumerate(ks):
                part[:, k] = values[k][rows[:, n]]
            features.append(part)
            fixed.append(0.1 * part[:, list(ks)].prod(axis=1) if len(ks) > 1 else np.zeros(len(rows)))
        slopes = rng.random((corners, count)) * 0.6
        known = box(own, own * max(0.0, 1 - share), own * (1 + share))
        sides.append(Side(tuple(features), tuple(fixed), known, slopes, rng.random(corners) * 0.1))
    return sides, Choices(tuple(issues), levels)


def outcomes(among: Choices) -> list[np.ndarray]:
    return [np.concatenate(parts) for parts in itertools.product(*among.levels)]


def gains(side: Side, among: Choices, deal: np.ndarray) -> Floats:
    """Return the gain in every truth: extreme weightings by no-deal values."""
    values, fixed = at(side, among, deal)
    w = vertices(side.weights)
    return np.asarray(w @ (values - side.slopes).T + fixed - side.constants)


PROBLEM = (st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(1, 3), st.floats(0.05, 0.9))


@settings(max_examples=25)
@given(*PROBLEM)
def test_robust_and_possible_against_enumeration(seed: int, signers: int, corners: int, share: float) -> None:
    sides, among = problem(seed, signers, corners, share)
    table = [[gains(side, among, deal) for side in sides] for deal in outcomes(among)]
    least = [min(g.min() for g in row) for row in table]
    most = [min(g.max() for g in row) for row in table]
    found, loose = robust(sides, among), possible(sides, among)
    assert found.exact
    assert found.margin == pytest.approx(max(least), abs=CLOSE)
    assert found.levels is not None
    assert min(worst(side, *at(side, among, found.levels))[0] for side in sides) == pytest.approx(found.margin)
    assert loose.exact
    assert loose.bound == pytest.approx(max(most), abs=CLOSE)
    for side, deal in itertools.product(sides, outcomes(among)[::7]):
        values = at(side, among, deal)
        assert worst(side, *values)[0] == pytest.approx(gains(side, among, deal).min(), abs=1e-9)
        assert best_of(side, *values)[0] == pytest.approx(gains(side, among, deal).max(), abs=1e-9)


@settings(max_examples=15)
@given(*PROBLEM)
def test_levels_fixed_against_enumeration(seed: int, signers: int, corners: int, share: float) -> None:
    sides, among = problem(seed, signers, corners, share)
    issue, level = seed % 4, seed % 2
    mine = [deal for deal in outcomes(among) if deal[issue] == level]
    expected = max(min(gains(side, among, deal).min() for side in sides) for deal in mine)
    assert robust(sides, among, fixed=(issue, level)).margin == pytest.approx(expected, abs=CLOSE)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(2, 3), st.floats(0.05, 0.9))
def test_the_order_of_the_margins(seed: int, signers: int, share: float) -> None:
    """robust <= each <= the margin of any truth <= possible; with all known the four agree."""
    sides, among = problem(seed, signers, 1, share)
    found, loose = robust(sides, among), possible(sides, among)
    assert found.levels is not None
    between = each(sides, among, [found.levels], picked=[0] * signers)
    assert found.margin <= between.low + CLOSE
    assert between.low <= between.high + CLOSE
    rng = np.random.default_rng(seed)
    for _ in range(5):
        truth = [(vertices(side.weights)[rng.integers(len(vertices(side.weights)))], 0) for side in sides]
        margin = best_deal(sides, among, truth).margin
        assert between.low - CLOSE <= margin <= loose.bound + CLOSE
    worst_truth = best_deal(sides, among, between.truth)
    assert worst_truth.margin == pytest.approx(between.high, abs=CLOSE)
    known = [Side(s.features, s.fixed, box(v := vertices(s.weights)[0], v, v), s.slopes, s.constants) for s in sides]
    alone = robust(known, among)
    assert alone.margin == pytest.approx(possible(known, among).bound, abs=CLOSE)
    assert each(known, among, [alone.levels], picked=[0] * signers).high == pytest.approx(alone.margin, abs=CLOSE)


@settings(max_examples=15)
@given(*PROBLEM)
def test_knowing_more_never_hurts(seed: int, signers: int, corners: int, share: float) -> None:
    wide, among = problem(seed, signers, corners, share)
    narrow, _ = problem(seed, signers, corners, share / 2)
    assert robust(narrow, among).margin >= robust(wide, among).margin - CLOSE
    assert possible(narrow, among).bound <= possible(wide, among).bound + CLOSE


def test_each_may_hold_where_no_single_deal_does() -> None:
    """Two issues of two levels: whichever the first signer cares for, a deal exists, but another each time."""
    levels = (np.array([[0], [1]]), np.array([[0], [1]]))
    among = Choices(((0,), (1,)), levels)
    none = (np.zeros(2), np.zeros(2))
    first = tuple(np.array([[0.0, 0.0], np.eye(2)[k]]) for k in range(2))
    second = tuple(np.array([np.eye(2)[k], [0.0, 0.0]]) for k in range(2))
    open_ = box(np.array([0.5, 0.5]), np.zeros(2), np.ones(2))
    equal = box(np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    sides = [
        Side(first, none, open_, np.zeros((1, 2)), np.array([0.5])),
        Side(second, none, equal, np.zeros((1, 2)), np.array([0.5])),
    ]
    found = robust(sides, among)
    assert found.margin == pytest.approx(-0.5, abs=CLOSE)
    assert found.levels is not None
    between = each(sides, among, [found.levels], picked=[0, 0])
    assert (between.low, between.high) == pytest.approx((0.0, 0.0), abs=CLOSE)
    assert possible(sides, among).bound == pytest.approx(0.0, abs=CLOSE)


def test_no_outcome_is_no_margin() -> None:
    among = Choices(((0,),), (np.empty((0, 1), dtype=np.int64),))
    known = box(np.ones(1), np.ones(1), np.ones(1))
    side = Side((np.empty((0, 1)),), (np.empty(0),), known, np.zeros((1, 1)), np.zeros(1))
    assert robust([side, side], among).margin == -np.inf
    assert possible([side, side], among).bound == -np.inf


def test_a_program_without_points_says_so() -> None:
    program = Program()
    x = program.binaries(2)
    program.row([(x, np.ones(2))], low=3.0)
    answer = program.maximise([(x, np.ones(2))])
    assert answer.x is None
    assert answer.bound == -np.inf
