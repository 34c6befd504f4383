"""Budgets that are not listed against enumeration: frontiers, programs and counts, forced on small spaces."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Floats, Ints, all_levels, factors

from sim.errors import SizeError
from sim.space import blocks
from sim.space.blocks import Factors, Space, compile_space
from sim.space.constraints import Sum
from sim.space.counting import count
from sim.space.maps import pair_maps
from sim.space.pareto import nondominated
from sim.space.programs.brackets import decide, sharpened
from sim.space.programs.levels import levels_reaching, possible_levels, profile
from sim.space.programs.solutions import Terms, margin, margin_goal, solve
from sim.space.programs.unknowns import program, restricted
from sim.space.share import share
from sim.space.trees import fold_space, frontier, has_outcome

Spaces = tuple[Factors, Floats]


@st.composite
def budgeted(draw: st.DrawFn) -> Spaces:
    """Factors with linkages and masks and one to three budgets over any of their issues, and reservation values."""
    base = draw(factors(parties=(1, 3), issues=(2, 4), most=200, pairs=2, masks=1))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sums = []
    for _ in range(draw(st.integers(1, 3))):
        scope = rng.permutation(len(base.sizes))[: int(rng.integers(1, len(base.sizes) + 1))].tolist()
        low, high = sorted(rng.integers(-4, 12, 2).tolist())
        kind = draw(st.sampled_from(("min", "max", "both")))
        parts = tuple(rng.integers(-3, 6, base.sizes[k]) for k in scope)
        sums.append(Sum(tuple(scope), parts, None if kind == "max" else low, None if kind == "min" else high))
    reservation = np.round(rng.random((4, base.parties)) * len(base.sizes) / 2, 2)
    return Factors(base.single, base.pairs, (*base.masks, *sums)), reservation


def unlisted(space: Factors) -> Space:
    with mock.patch.object(blocks, "LISTED", 0):
        return compile_space(space)


def enumerated(space: Factors) -> tuple[Ints, Floats]:
    """Every outcome within all masks and budgets, each looked up and added up by itself."""

    def fits(x: Ints) -> bool:
        for rule in space.masks:
            if isinstance(rule, Sum):
                total = sum(int(part[x[k]]) for k, part in zip(rule.issues, rule.parts, strict=True))
                if total < (total if rule.low is None else rule.low) or total > (
                    total if rule.high is None else rule.high
                ):
                    return False
            elif not rule.allowed[tuple(x[list(rule.issues)])]:
                return False
        return True

    levels = np.array([x for x in all_levels(space.sizes) if fits(x)], dtype=np.int64).reshape(-1, len(space.sizes))
    return levels, space.utilities(levels)


@given(budgeted())
@settings(max_examples=15)
def test_frontier_counts_and_margins_are_those_of_enumeration(case: Spaces) -> None:
    space, reservation = case
    levels, utilities = enumerated(space)
    found, listed = unlisted(space), compile_space(space)
    assert not listed.rows
    assert has_outcome(found) == has_outcome(listed) == (len(levels) > 0)
    expected = utilities[nondominated(utilities, levels)]
    for points in (frontier(found).points, frontier(listed).points):
        got = points.utilities[np.lexsort(points.utilities.T[::-1])]
        np.testing.assert_allclose(got, expected[np.lexsort(expected.T[::-1])], atol=1e-9)
        assert found.factors.allowed(found.levels(points.codes)).all()
    inside = (utilities[None] >= reservation[:, None] - 1e-9).all(axis=2)
    np.testing.assert_array_equal(count(found, reservation), inside.sum(axis=1))
    np.testing.assert_allclose(share(found, reservation).share, inside.sum(axis=1) / found.outcomes)
    best = (utilities[None] - reservation[:, None]).min(axis=2).max(axis=1, initial=-np.inf)
    state = decide(program(found), reservation)
    np.testing.assert_array_equal(state.reached, best >= -1e-9)
    assert not state.undecided.any()
    closed = sharpened(program(found), reservation, state.bracket)
    np.testing.assert_allclose(closed.low, best, atol=1e-9)
    np.testing.assert_allclose(closed.high, best, atol=1e-8)


@given(budgeted())
@settings(max_examples=8)
def test_levels_of_agreements_and_solutions_are_those_of_the_list(case: Spaces) -> None:
    space, reservation = case
    levels, utilities = enumerated(space)
    found, listed = program(unlisted(space)), program(compile_space(space))
    r = reservation[0]
    ranges = possible_levels(found, r)
    inside = levels[(utilities >= r - 1e-9).all(axis=1)]
    for k, size in enumerate(space.sizes):
        assert set(np.flatnonzero(ranges.levels[k])) == set(inside[:, k].tolist())
        assert not ranges.undecided[k].any()
        mine = (utilities[levels[:, k] == size - 1] - r).min(axis=1).max(initial=-np.inf)
        assert margin(restricted(found, {k: size - 1}), r).value == pytest.approx(mine, abs=1e-9)
    terms = Terms(r, r, np.ones(len(r)))
    one, other = solve(found, terms), solve(listed, terms)
    assert one.exists == other.exists
    assert set(one.choices) == set(other.choices)
    for name, choice in one.choices.items():
        assert choice.exact
        assert choice.value == pytest.approx(other.choices[name].value, abs=1e-8)
        assert space.allowed(choice.levels[None, :]).all()
        np.testing.assert_allclose(space.utilities(choice.levels[None, :])[0], choice.utilities, atol=1e-9)


@given(budgeted())
@settings(max_examples=5)
def test_profiles_and_near_levels_are_those_of_the_list(case: Spaces) -> None:
    space, reservation = case
    goal = margin_goal(reservation[0])
    for ask in (lambda p: profile(p, goal).values, lambda p: levels_reaching(p, goal, -0.3).levels):
        one, other = ask(program(unlisted(space))), ask(program(compile_space(space)))
        for mine, theirs in zip(one, other, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-9)


def water(users: int, most: int) -> Space:
    """Each of some users values its own water alone, from 0 to 100; together they have so much at most."""
    single = tuple(np.outer(np.arange(101) / 100, np.eye(users)[k]) for k in range(users))
    return compile_space(Factors(single, (), (Sum(tuple(range(users)), (np.arange(101),) * users, None, most),)))


def test_water_among_eight_users_is_shared_alike() -> None:
    space = water(8, 400)
    assert space.rows
    assert space.outcomes == 101**8
    found = margin(program(space), np.zeros(8))
    assert found.exact
    assert found.value == pytest.approx(400 / 8 / 100, abs=1e-12)  # the bound of the fractional program, attained
    assert margin(program(water(8, 399)), np.zeros(8)).value == pytest.approx(0.49, abs=1e-12)  # some user has 49


def test_a_map_of_two_issues_says_that_there_is_none() -> None:
    with pytest.raises(SizeError, match="do without maps"):
        pair_maps(fold_space(water(4, 200)), np.zeros((1, 4)))
