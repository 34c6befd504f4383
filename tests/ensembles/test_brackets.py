"""Brackets and folds against enumeration, in truths of spaces made at random."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ensembles.brackets import Bracket, bracket, utilities_in
from sim.ensembles.settling import exchanged_pairs, pick, settled
from sim.space.pareto import Floats
from sim.theory.bargaining.solutions import SOLUTIONS

Space = tuple[list[list[Floats]], list[list[Floats]], list[Floats], Floats]


@st.composite
def spaces(draw: st.DrawFn, most: int = 4) -> Space:
    """Return features, fixed utilities, weights and no-deal values of a few signers and truths."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    signers, truths = draw(st.integers(2, most)), draw(st.integers(1, 5))
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    m = len(sizes)
    grain = draw(st.sampled_from([4, 1000]))
    features, fixed = [], []
    for _ in range(signers):
        own = [np.zeros((n, m)) for n in sizes]
        for b, values in enumerate(own):
            values[:, b] = rng.integers(0, grain + 1, len(values)) / grain
        features.append(own)
        fixed.append([0.1 * rng.random(n) if draw(st.booleans()) else np.zeros(n) for n in sizes])
    weights = [rng.dirichlet(np.ones(m), truths) for _ in range(signers)]
    return features, fixed, weights, rng.random((truths, signers)) * draw(st.sampled_from([0.3, 0.9]))


def tables(space: Space) -> list[list[Floats]]:
    features, fixed, weights, _ = space
    return [utilities_in(*each) for each in zip(features, fixed, weights, strict=True)]


def outcomes(space: Space, truth: int) -> tuple[list[tuple[int, ...]], Floats]:
    """Return every outcome and its gains to the signers in one truth."""
    each = tables(space)
    combos = list(itertools.product(*(range(part.shape[1]) for part in each[0])))
    totals = [[sum(part[truth, k] for part, k in zip(own, combo, strict=True)) for own in each] for combo in combos]
    return combos, np.array(totals) - space[3][truth]


def found(space: Space) -> Bracket:
    features, fixed, weights, reservation = space
    return bracket(features, fixed, weights, reservation)


@settings(max_examples=60, deadline=None)
@given(space=spaces())
def test_brackets_hold_the_margin_in_every_truth(space: Space) -> None:
    state = found(space)
    for truth in range(len(space[3])):
        combos, gains = outcomes(space, truth)
        best = gains.min(axis=1).max()
        assert state.low[truth] <= best + 1e-9
        assert state.high[truth] >= best - 1e-9
        deal = combos.index(tuple(state.chosen[truth].tolist()))
        assert gains[deal].min() == pytest.approx(state.low[truth], abs=1e-9), "the deal has the margin said of it"
        assert state.prices[truth].sum() == pytest.approx(1.0)
        assert (state.prices[truth] >= 0).all()
        most = (gains @ state.prices[truth]).max()
        assert state.high[truth] == pytest.approx(max(most, state.low[truth]), abs=1e-9), "the prices give the bound"


@settings(max_examples=40, deadline=None)
@given(space=spaces(most=3))
def test_single_truths_are_settled_as_enumeration_does(space: Space) -> None:
    each, state = tables(space), found(space)
    margins, deals = exchanged_pairs(each, space[3], state.chosen)
    assert (margins >= state.low - 1e-9).all()
    for truth in range(len(space[3])):
        combos, gains = outcomes(space, truth)
        best = gains.min(axis=1).max()
        assert margins[truth] <= best + 1e-9
        assert gains[combos.index(tuple(deals[truth].tolist()))].min() == pytest.approx(margins[truth], abs=1e-9)
        utilities = [np.stack([own[b][truth] for own in each], axis=1) for b in range(len(each[0]))]
        exists, margin, deal = settled(utilities, space[3][truth])
        assert exists is bool(best >= -1e-9)
        if exists and deal is not None:
            assert margin == pytest.approx(best, abs=1e-9)
            assert gains[combos.index(tuple(deal.tolist()))].min() == pytest.approx(best, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(space=spaces(most=3), name=st.sampled_from(["nash", "egalitarian", "kalai_smorodinsky"]))
def test_solutions_are_those_of_enumeration(space: Space, name: str) -> None:
    each, (combos, gains), r = tables(space), outcomes(space, 0), space[3][0]
    utilities = [np.stack([own[b][0] for own in each], axis=1) for b in range(len(each[0]))]
    power = np.ones(len(r))
    chosen = pick(utilities, name, reservation=r, disagreement=r, power=power)
    zone = (gains >= -1e-9).all(axis=1)
    assert (chosen is not None) == bool(zone.any())
    if chosen is not None:
        np.testing.assert_allclose(chosen.ideal, (gains[zone] + r).max(axis=0), atol=1e-9)
        objective = SOLUTIONS[name].objective
        assert objective is not None
        values = objective(gains[zone] + r, disagreement=r, ideal=chosen.ideal, power=power)
        mine = objective(chosen.utilities[None, :], disagreement=r, ideal=chosen.ideal, power=power)
        assert mine[0] >= values.max() - 1e-8
        deal = combos.index(tuple(chosen.chosen.tolist()))
        np.testing.assert_allclose(gains[deal] + r, chosen.utilities, atol=1e-9)


def test_two_signers_of_linear_issues_are_known_closely() -> None:
    rng = np.random.default_rng(5)
    levels = np.linspace(0, 1, 41)
    values = [np.zeros((41, 5)) for _ in range(5)]
    for b in range(5):
        values[b][:, b] = levels
    features = [values, [np.where(part.any(axis=0), 1 - part, 0.0) for part in values]]
    weights = [rng.dirichlet(np.ones(5), 300) for _ in range(2)]
    state = bracket(features, [[np.zeros(41)] * 5] * 2, weights, np.full((300, 2), 0.5))
    assert np.mean(state.high - state.low) < 2e-3


def test_without_outcomes_there_is_no_margin() -> None:
    none = np.empty((0, 1))
    state = bracket([[none], [none]], [[none[:, 0]]] * 2, [np.ones((3, 1))] * 2, np.zeros((3, 2)))
    assert (state.low == -np.inf).all()
    assert (state.high == -np.inf).all()
