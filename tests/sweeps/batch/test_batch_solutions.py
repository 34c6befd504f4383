"""Batches against one point at a time, with every shortcut forced: narrowing, bounds, supporting directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import random_spaces as rs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.space.blocks import compile_space
from sim.space.trees import fold_space, slices
from sim.space.zone import ideal
from sim.studies.solve import Point, levels_within, solve
from sim.sweeps.batch import levels, solutions
from sim.sweeps.batch.bounds import first_where, outline, stretch

NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")


def some_terms(utilities: Any, rng: np.random.Generator, count: int = 12) -> solutions.Terms | None:
    """Reservation values near the frontier and elsewhere, half of them on points of it; only where there is a zone."""
    width = utilities.shape[1]
    low, high = utilities.min(axis=0), utilities.max(axis=0)
    reservation = low - 0.1 + rng.random((count, width)) * (high - low) * 0.9
    corners = utilities[rng.integers(len(utilities), size=(count // 2, width)), np.arange(width)]
    reservation[: count // 2] = np.minimum(corners, utilities[rng.integers(len(utilities), size=count // 2)])
    power = rng.choice([1.0, 1.0, 2.0, 0.5], (count, width))
    power[::2] = 1.0
    disagreement = reservation - rng.choice([0.0, 0.0, 0.2], (count, width))
    top = ideal(utilities, reservation)
    rows = ~np.isnan(top[:, 0])
    found = solutions.Terms(reservation[rows], disagreement[rows], power[rows], top[rows])
    return found if len(found) else None


def check(factors: Any, seed: int) -> None:
    folded = fold_space(compile_space(factors))
    u = folded.frontier.points.utilities
    terms = some_terms(u, np.random.default_rng(seed)) if len(u) else None
    assume(terms is not None)
    assert terms is not None
    frontier = outline(u) if u.shape[1] == 2 else u
    found = {name: solutions.pick(name, frontier, terms) for name in NAMES}
    parts = levels.Slices(tuple(levels.Slice(k, n, points.utilities) for k, n, points in slices(folded)))
    masks = levels.spreads(parts, folded.space.sizes, terms, found)
    for g in range(len(terms)):
        solved = solve(folded, Point(terms.reservation[g], terms.disagreement[g], terms.power[g]))
        for name, choice in solved.choices.items():
            assert u[found[name].row[g]].tolist() == solved.frontier.utilities[choice.row].tolist(), name
            assert found[name].best[g] == choice.value
            assert found[name].floor[g] == choice.floor
            for k in range(len(factors.sizes)):
                assert masks[name][k][g].tolist() == levels_within(choice, k).tolist(), name
        for k, possible in enumerate(solved.levels):
            assert masks[""][k][g].tolist() == possible.tolist()


@pytest.mark.parametrize("direct", [0, 1 << 13])
@settings(max_examples=40)
@given(factors=rs.factors(parties=(2, 2), most=400), seed=st.integers(0, 99))
def test_two_parties(direct: int, factors: Any, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solutions, "_DIRECT", direct)
        patch.setattr(levels, "_DIRECT", direct)
        patch.setattr(levels, "_FEW", direct)
        check(factors, seed)


@settings(max_examples=30)
@given(factors=rs.factors(parties=(2, 2), most=300, opposed=True), seed=st.integers(0, 99))
def test_frontiers_that_are_straight_lines(factors: Any, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (solutions, levels):
            patch.setattr(module, "_DIRECT", 0)
        patch.setattr(levels, "_FEW", 0)
        check(factors, seed)


@settings(max_examples=30)
@given(factors=rs.factors(parties=(3, 4), most=200), seed=st.integers(0, 99), few=st.sampled_from([0, 16]))
def test_more_parties(factors: Any, seed: int, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "_FEW", few)
        check(factors, seed)


def test_a_large_smooth_frontier_is_narrowed_to_little() -> None:
    angle = np.linspace(0, np.pi / 2, 20_001)
    u = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    reservation = np.random.default_rng(0).random((50, 2)) * 0.6
    terms = solutions.Terms(reservation, reservation, np.ones((50, 2)), ideal(u, reservation))
    start, stop = stretch(u, reservation)
    for name in solutions.NARROW:
        low, high = solutions.NARROW[name](outline(u), terms, start, stop)
        assert ((high - low) < 10).all(), name
        assert ((low >= start) & (high <= stop) & (high > low)).all()


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_first_where(truth: list[bool], low: int, high: int) -> None:
    holds = np.maximum.accumulate(np.array([*truth, True]))
    low, high = min(low, len(truth)), min(high, len(truth))
    found = first_where(lambda k: holds[k], np.array([low]), np.array([high]))
    wanted = next((k for k in range(low, high) if holds[k]), max(low, high))
    assert found.tolist() == [wanted]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_the_outline_bounds_its_frontier_and_is_concave(points: list[tuple[int, int]]) -> None:
    from sim.space.pareto import nondominated

    u = np.array(sorted(set(points)), dtype=np.float64) / 50
    u = u[nondominated(u, np.arange(len(u))[:, None])]
    found = outline(u)
    assert (found.bound[:, 1] >= u[:, 1]).all()
    assert (np.diff(found.slope) >= -1e-9).all()
    corners = np.unique(found.before)
    assert found.bound[corners].tolist() == u[corners].tolist()
    if len(u) > 2:
        chords = np.diff(found.bound, axis=0)
        assert (chords[:-1, 0] * chords[1:, 1] <= chords[:-1, 1] * chords[1:, 0] + 1e-12).all()
