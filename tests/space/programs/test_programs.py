"""Programs against brute force: margins, ideal points, solutions and ties on spaces that can be enumerated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Floats, factors, feasible, rows
from scipy.optimize import LinearConstraint

from sim.space import blocks
from sim.space.blocks import Factors, Mask, Pair, compile_space
from sim.space.factors import with_columns
from sim.space.programs import best as best_module
from sim.space.programs import unknowns
from sim.space.programs.best import best
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import least_goal, no_less, sum_goal
from sim.space.programs.integers import attained
from sim.space.programs.solutions import NAMES, Solved, Terms, blocked, margin, solve
from sim.space.programs.unknowns import Program, program, restricted
from sim.space.trees import frontier
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS

# How blocks are held (joint lists, flattened trees, trees) and how programs are settled (lists, HiGHS).
WAYS = ("joint", "flattened", "trees", "solver", "trees and solver")


@contextmanager
def way(name: str) -> Iterator[None]:
    joint = 100_000 if name in ("joint", "solver") else 1
    flat = 0 if "trees" in name else 20_000
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.object(unknowns, "FLAT", flat):
        if "solver" not in name:
            yield
            return
        with mock.patch.object(best_module, "reaching", return_value=None):
            yield


def made(space: Factors) -> Program:
    return program(compile_space(space))


def reservations(utilities: Floats, rng: np.random.Generator) -> Floats:
    """A point near the middle of the outcomes: sometimes with a zone, sometimes met exactly, sometimes without."""
    if not len(utilities):
        return np.zeros(utilities.shape[1])
    picked = utilities[rng.integers(len(utilities))]
    return picked - rng.choice([0.0, 0.3, 1.0, -0.1])


@settings(max_examples=60, deadline=None)
@given(factors(most=200), st.sampled_from(WAYS), st.integers(0, 2**32 - 1))
def test_the_margin_is_that_of_all_outcomes(space: Factors, how: str, seed: int) -> None:
    levels, utilities = feasible(space)
    r = reservations(utilities, np.random.default_rng(seed))
    with way(how):
        found = margin(made(space), r)
    if not len(levels):
        assert not len(found.points)
        assert found.value == found.bound == -np.inf
        return
    assert found.exact
    assert np.isclose(found.value, (utilities - r).min(axis=1).max(), rtol=0, atol=1e-9)
    outcome = compile_space(space).levels(found.points.codes)[0]
    assert tuple(outcome.tolist()) in rows(levels)
    assert np.allclose(space.utilities(outcome[None])[0], found.points.utilities[0], rtol=0, atol=1e-12)


def expected(utilities: Floats, terms: Terms, name: str) -> tuple[float, Floats, int]:
    """Best objective, the chosen utilities and the tied frontier points among the undominated outcomes in the zone."""
    zone = utilities[(utilities >= terms.reservation - 1e-9).all(axis=1)]
    top = zone.max(axis=0)
    objective = SOLUTIONS[name].objective
    assert objective is not None
    values = objective(zone, disagreement=terms.disagreement, ideal=top, power=terms.power)
    row, ties = choose(values, zone, disagreement=terms.disagreement, ideal=top)
    return float(values.max()), zone[int(row)], int(ties)


def check_solved(found: Solved, space: Factors, terms: Terms) -> None:
    levels, _ = feasible(space)
    undominated = frontier(compile_space(space)).points.utilities
    zone = undominated[(undominated >= terms.reservation - 1e-9).all(axis=1)]
    assert found.exists is (len(zone) > 0)
    if not len(zone):
        assert found.choices == {}
        return
    assert np.allclose(found.ideal, zone.max(axis=0), rtol=0, atol=1e-12)
    assert np.allclose(found.ideal_bound, found.ideal, rtol=0, atol=1e-9)
    assert set(found.choices) == set(NAMES)
    for name, choice in found.choices.items():
        value, utilities, ties = expected(undominated, terms, name)
        assert choice.exact, name
        assert np.isclose(choice.value, value, rtol=0, atol=2e-9), name
        assert tuple(choice.levels.tolist()) in rows(levels)
        assert np.allclose(space.utilities(choice.levels[None])[0], choice.utilities, rtol=0, atol=1e-12)
        assert choice.ties in (ties, None), name
        d, top = terms.disagreement, found.ideal
        mine, theirs = (np.sort(combined(u, d, top)) for u in (choice.utilities, utilities))
        assert np.allclose(mine, theirs, rtol=0, atol=1e-7), name


def combined(u: Floats, d: Floats, top: Floats) -> Floats:
    span = top - d
    return np.where(span > 1e-9, (u - d) / np.where(span > 1e-9, span, 1.0), 1.0)


@settings(max_examples=60, deadline=None)
@given(factors(most=150), st.sampled_from(WAYS), st.integers(0, 2**32 - 1))
def test_solutions_are_those_of_the_folded_frontier(space: Factors, how: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, utilities = feasible(space)
    r = reservations(utilities, rng)
    below = rng.choice([0.0, 0.1, 0.5])
    power = np.ones(space.parties) if rng.random() < 0.6 else rng.uniform(0.5, 3, space.parties)
    terms = Terms(r, r - below, power)
    with way(how):
        found = solve(made(space), terms)
    check_solved(found, space, terms)


@settings(max_examples=40, deadline=None)
@given(factors(parties=(2, 4), most=150), st.sampled_from(WAYS), st.integers(0, 2**32 - 1))
def test_further_rows(space: Factors, how: str, seed: int) -> None:
    """A budget over issues and a further signer bind; the budget counts not toward the margin."""
    rng = np.random.default_rng(seed)
    more = [np.column_stack([-rng.random(n), rng.random(n)]) for n in space.sizes]
    wider = with_columns(space, more)
    _, utilities = feasible(wider)
    counted = np.ones(space.parties + 2, dtype=bool)
    counted[-2] = False
    least = np.append(np.full(space.parties, 0.3), [-0.5 * len(space.sizes), 0.2])
    with way(how):
        found = margin(made(wider), least, counted=counted.tolist())
    inside = utilities[utilities[:, -2] >= least[-2] - 1e-9] if len(utilities) else utilities
    if not len(inside):
        assert not len(found.points)
        assert found.bound == -np.inf
        return
    assert found.exact
    assert np.isclose(found.value, (inside - least)[:, counted].min(axis=1).max(), rtol=0, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(factors(most=150), st.sampled_from(WAYS), st.integers(0, 2**32 - 1))
def test_levels_held(space: Factors, how: str, seed: int) -> None:
    levels, utilities = feasible(space)
    rng = np.random.default_rng(seed)
    fixed = {k: int(rng.integers(space.sizes[k])) for k in range(len(space.sizes)) if rng.random() < 0.5}
    r = rng.random(space.parties)
    with way(how):
        whole = made(space)
        both = restricted(whole, fixed), program(whole.space, fixed=fixed)
        found = [margin(each, r) for each in both]
    mine = np.all([levels[:, k] == x for k, x in fixed.items()], axis=0) if fixed else np.ones(len(levels), dtype=bool)
    expect = (utilities[mine] - r).min(axis=1).max() if mine.any() else -np.inf
    for answer in found:
        assert answer.exact
        assert np.isclose(answer.value, expect, rtol=0, atol=1e-9)


def reordered(space: Factors, issues: list[int], parties: list[int]) -> Factors:
    place = {k: n for n, k in enumerate(issues)}
    pairs = tuple(Pair((place[p.issues[0]], place[p.issues[1]]), p.table[:, :, parties]) for p in space.pairs)
    masks = tuple(Mask(tuple(place[k] for k in m.issues), m.allowed) for m in space.masks)
    return Factors(tuple(space.single[k][:, parties] for k in issues), pairs, masks)


@settings(max_examples=25, deadline=None)
@given(factors(most=150), st.sampled_from(WAYS), st.integers(0, 2**32 - 1))
def test_the_order_of_issues_and_parties_does_not_matter(space: Factors, how: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, utilities = feasible(space)
    r = reservations(utilities, rng)
    issues, parties = rng.permutation(len(space.sizes)).tolist(), rng.permutation(space.parties).tolist()
    power = rng.uniform(0.5, 2, space.parties)
    with way(how):
        first = solve(made(space), Terms(r, r, power))
        second = solve(made(reordered(space, issues, parties)), Terms(r[parties], r[parties], power[parties]))
    assert first.exists is second.exists
    assert np.isclose(first.margin.value, second.margin.value, rtol=0, atol=1e-9) or not len(utilities)
    if not first.exists:
        return
    assert np.allclose(first.ideal[parties], second.ideal, rtol=0, atol=1e-9)
    for name in NAMES:
        one, two = first.choices[name], second.choices[name]
        assert np.isclose(one.value, two.value, rtol=0, atol=2e-9), name
        shares = [
            np.sort(combined(u, d, top))
            for u, d, top in ((one.utilities, r, first.ideal), (two.utilities, r[parties], second.ideal))
        ]
        assert np.allclose(*shares, rtol=0, atol=1e-7), name


@settings(max_examples=40, deadline=None)
@given(factors(most=150), st.integers(0, 2**32 - 1))
def test_blocking(space: Factors, seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, utilities = feasible(space)
    at = utilities[rng.integers(len(utilities))] if len(utilities) else np.zeros(space.parties)
    members = sorted(rng.permutation(space.parties)[: int(rng.integers(1, space.parties + 1))].tolist())
    unknown = program(compile_space(space), columns=members)
    better = bool((utilities[:, members] > at[members] + 1e-9).all(axis=1).any()) if len(utilities) else False
    assert blocked(unknown, at[members]) is better
    least = rng.uniform(0, 0.6, len(members))
    worth = bool(((utilities[:, members] > at[members] + 1e-9) & (utilities[:, members] >= least)).all(axis=1).any())
    assert blocked(unknown, at[members], least=least) is worth


def large(issues: int = 12, size: int = 12, parties: int = 4) -> Factors:
    rng = np.random.default_rng(3)
    weights = rng.dirichlet(np.full(issues, 5.0), parties)
    tables = []
    for k in range(issues):
        rising = np.sort(rng.random((size, parties)), axis=0)
        tables.append(np.where(rng.permutation(parties) % 2 == 0, rising, rising[::-1]) * weights[:, k])
    return Factors(tuple(tables))


def test_time_that_is_over_leaves_bounds() -> None:
    """What is not proven is returned between its bounds, and says so."""
    sought, r = program(compile_space(large())), np.full(4, 0.4)
    early = margin(sought, r, budget=Budget.of(0.0))
    late = margin(sought, r)
    assert late.exact
    assert early.value <= late.value + 1e-12
    assert late.value <= early.bound
    assert not early.exact
    assert len(early.points) == 1
    outcome = sought.space.levels(early.points.codes)
    assert np.allclose(sought.space.factors.utilities(outcome), early.points.utilities)
    short = solve(sought, Terms(r, r, np.ones(4)), budget=Budget.of(0.0))
    assert short.exists in (True, None)
    assert not any(choice.exact for choice in short.choices.values())


def test_ten_million_outcomes_of_four_signers() -> None:
    space = large(issues=5, size=26)
    r = np.full(4, 0.45)
    terms = Terms(r, r - 0.05, np.array([1.0, 2.0, 1.0, 1.5]))
    found = solve(program(compile_space(space)), terms)
    utilities = np.zeros((1, 4))
    for table in space.single:
        utilities = (utilities[:, None, :] + table[None]).reshape(-1, 4)
    assert len(utilities) > 1e7
    least = utilities[:, 0] - r[0]
    for i in range(1, 4):
        np.minimum(least, utilities[:, i] - r[i], out=least)
    assert np.isclose(found.margin.value, least.max(), rtol=0, atol=1e-12)
    zone = utilities[least >= -1e-9]
    assert np.allclose(found.ideal, zone.max(axis=0), rtol=0, atol=1e-12)
    for name, choice in found.choices.items():
        value, chosen, _ = expected(zone, terms, name)
        assert choice.exact
        assert np.isclose(choice.value, value, rtol=0, atol=1e-12), name
        assert np.allclose(choice.utilities, chosen, rtol=0, atol=1e-12), name


def test_goals_refuse_nothing_and_say_so() -> None:
    """Rows that nothing meets: no point, and the bound says that it is proven."""
    sought = program(compile_space(Factors((np.eye(2),))))
    found = best(sought, sum_goal(np.ones(2), no_less(np.array([0.5, 0.5]))))
    assert not len(found.points)
    assert found.value == found.bound == -np.inf
    assert least_goal(np.zeros(2), np.ones(2), no_less(np.zeros(2))).values(np.array([[0.2, 0.4]])).tolist() == [0.2]


def test_a_program_without_whole_numbers_or_without_a_point_says_so() -> None:
    one, zero = np.ones(2), np.zeros(2)
    found = attained(one, np.zeros(2, dtype=np.int64), (zero, one), [LinearConstraint(one[None, :], ub=1.5)])
    assert (found.value, found.bound) == (1.5, 1.5)
    never = attained(one, np.ones(2, dtype=np.int64), (zero, one), [LinearConstraint(one[None, :], 2.5, np.inf)])
    assert (never.x, never.value, never.bound) == (None, -np.inf, -np.inf)
