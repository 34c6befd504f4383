"""Levels, profiles and brackets of programs against brute force."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_spaces import Factors, Floats, factors, feasible

from sim.space import blocks
from sim.space.blocks import compile_space
from sim.space.programs import best as best_module
from sim.space.programs import unknowns
from sim.space.programs.brackets import bracket, decide
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Terms, solution_goals
from sim.space.programs.levels import levels_reaching, possible_levels, profile
from sim.space.programs.unknowns import Program, program
from sim.theory.bargaining.solutions import SOLUTIONS

WAYS = st.sampled_from(["lists", "trees", "solver"])
NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")


def made(space: Factors, how: str) -> Program:
    joint, flat = (1, 0) if how == "trees" else (100_000, 20_000)
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.object(unknowns, "FLAT", flat):
        return program(compile_space(space))


def settled(how: str) -> object:
    """Lists of outcomes, or HiGHS alone."""
    given_up = {"return_value": None} if how == "solver" else {"wraps": best_module.reaching}
    return mock.patch.object(best_module, "reaching", **given_up)


def point(utilities: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    picked = utilities[rng.integers(len(utilities))]
    return picked - rng.choice([0.0, 0.2, -0.1])


@settings(max_examples=40, deadline=None)
@given(factors(most=100), WAYS, st.integers(0, 2**32 - 1))
def test_possible_levels(space: Factors, how: str, seed: int) -> None:
    levels, utilities = feasible(space)
    r = point(utilities, seed) if len(levels) else np.zeros(space.parties)
    sought = made(space, how)
    with settled(how):
        found = possible_levels(sought, r)
    assert found.exact
    inside = levels[(utilities - r >= -1e-9).all(axis=1)]
    for k, part in enumerate(found.levels):
        assert np.flatnonzero(part).tolist() == sorted(set(inside[:, k].tolist()))
    met = sought.space.levels(found.pool.codes)
    assert space.allowed(met).all()
    assert (space.utilities(met) >= r - 1.1e-9).all()


@settings(max_examples=25, deadline=None)
@given(factors(most=80), WAYS, st.sampled_from(NAMES), st.integers(0, 2**32 - 1))
def test_profiles_and_what_is_within_reach(space: Factors, how: str, name: str, seed: int) -> None:
    levels, utilities = feasible(space)
    assume(len(levels) > 0)
    r = point(utilities, seed)
    inside = (utilities - r >= -1e-9).all(axis=1)
    assume(inside.any())
    levels, utilities = levels[inside], utilities[inside]
    d, top, power = r - 0.1, utilities.max(axis=0), np.random.default_rng(seed).uniform(0.5, 2, space.parties)
    objective = SOLUTIONS[name].objective
    assert objective is not None
    values = objective(utilities, disagreement=d, ideal=top, power=power)
    goal = solution_goals(Terms(r, d, power), top, space.parties)[name]
    floor = values.max() - 0.05
    sought = made(space, how)
    with settled(how):
        shape = profile(sought, goal)
        near = levels_reaching(sought, goal, np.log(max(floor, 1e-3)) if name == "nash" else floor)
    assert shape.exact
    assert near.exact
    for k, size in enumerate(space.sizes):
        for level in range(size):
            mine = values[levels[:, k] == level]
            found = shape.values[k][level]
            if not len(mine):
                assert np.isnan(found)
                assert not near.levels[k][level]
                continue
            assert np.isclose(np.exp(found) if name == "nash" else found, mine.max(), rtol=0, atol=2e-9)
            edge = max(floor, 1e-3) if name == "nash" else floor
            if abs(mine.max() - edge) > 1e-8:
                assert near.levels[k][level] == (mine.max() > edge)


@settings(max_examples=20, deadline=None)
@given(factors(most=150), WAYS, st.integers(0, 2**32 - 1))
def test_brackets_contain_the_margin(space: Factors, how: str, seed: int) -> None:
    _, utilities = feasible(space)
    rng = np.random.default_rng(seed)
    middle = utilities.mean(axis=0) if len(utilities) else np.zeros(space.parties)
    r = middle + rng.normal(0, 0.2, (12, space.parties))
    sought = made(space, how)
    with settled(how):
        found, decided = bracket(sought, r), decide(sought, r)
    exact = np.array([(utilities - each).min(axis=1).max() if len(utilities) else -np.inf for each in r])
    assert (found.low <= exact + 1e-9).all()
    assert (exact <= found.high + 1e-9).all()
    assert not decided.undecided.any()
    clear = np.abs(exact + 1e-9) > 1e-12
    assert (decided.reached == (exact >= -1e-9))[clear].all()
    assert (decided.bracket.low >= found.low - 1e-12).all()
    assert (decided.bracket.high <= found.high + 1e-12).all()


def rough(parties: int) -> Factors:
    rng = np.random.default_rng(8)
    return Factors(tuple(rng.dirichlet(np.ones(parties), 12) / 5 for _ in range(5)))


@pytest.mark.parametrize("parties", [3, 4])
def test_few_programs_decide_many_points(parties: int) -> None:
    sought = program(compile_space(rough(parties)))
    r = np.random.default_rng(9).normal(0.9 / parties, 0.05, (100, parties))
    coarse, found = bracket(sought, r, programs=0), bracket(sought, r)
    assert (found.high - found.low).mean() < 0.5 * (coarse.high - coarse.low).mean()
    decided = decide(sought, r)
    assert not decided.undecided.any()
    assert 0.1 < decided.reached.mean() < 0.9
    assert decided.programs < 50


def test_time_that_is_over_leaves_levels_undecided() -> None:
    sought = program(compile_space(rough(4)))
    r = np.full(4, 0.247)
    with settled("solver"):
        early = possible_levels(sought, r, budget=Budget.of(0.0))
    late = possible_levels(sought, r)
    assert late.exact
    assert not early.exact
    for one, two, open_ in zip(early.levels, late.levels, early.undecided, strict=True):
        assert (one <= two).all()
        assert (two <= (one | open_)).all()
    decided = decide(sought, r[None, :] + np.linspace(0, 0.1, 50)[:, None], programs=0, budget=Budget.of(0.0))
    assert decided.undecided.any()
