"""The course of a war: a scenario's known answer, the formula written out, law 12 and bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.space.trees import fold_space
from sim.space.zone import margins
from sim.theory.conflict.course_of_war import course_of_war

courses = st.builds(
    lambda stream, dates: np.random.default_rng(stream).random((dates, 2)), st.integers(0, 2**32), st.integers(1, 5)
)
RATES = {"discount_rate": [0.1, 0.3], "end_rate": 0.4}


def test_the_dates_of_may_2025_read_as_the_course_of_the_war() -> None:
    scenario = sim.load("scenarios/may-2025.yaml")
    game = compile(scenario)
    future = sorted(scenario.spec.future.values(), key=lambda date: date.after_years)
    dates = [{}, *(date.leverage for date in future)]
    times = [0.0, *(date.after_years for date in future)]
    held = [terms(game, leverage_levels(game, date)).reservation[0] for date in dates]
    rates = [party.no_deal.war.discount_rate for party in scenario.spec.parties.values()]  # type: ignore[union-attr]
    assert scenario.spec.war is not None
    worth = course_of_war(held, times=times, discount_rate=rates, end_rate=scenario.spec.war.end_rate)
    assert worth[0] == pytest.approx([0.642, 0.492, 0.635], abs=5e-4)
    outcomes = fold_space(game.space).frontier.points.utilities
    assert margins(outcomes, np.stack([held[0], worth[0]])) == pytest.approx([-0.0155, 0.0148], abs=5e-5)


@given(courses)
def test_a_course_is_the_sum_over_its_times(values: np.ndarray) -> None:
    times = [0.0, 0.7, 1.5, 4.0, 9.0][: len(values)]
    worth = course_of_war(values, times=times, **RATES)
    for i, rho in enumerate(RATES["discount_rate"]):
        left = [math.exp(-(rho + 0.4) * t) for t in times] + [0.0]
        for s in range(len(times)):
            parts = [values[j, i] * (left[j] - left[j + 1]) / left[s] for j in range(s, len(times))]
            assert worth[s, i] == pytest.approx(math.fsum(parts), abs=1e-12)


@given(courses, st.integers(0, 4), st.floats(0, 1))
def test_law_12(values: np.ndarray, start: int, loss: float) -> None:
    times = np.arange(len(values), dtype=float)
    still = np.repeat(values[:1], len(values), axis=0)
    assert course_of_war(still, times=times, **RATES) == pytest.approx(still, abs=1e-12)
    worse = values.copy()
    worse[start:, 0] -= loss
    before, after = (course_of_war(v, times=times, **RATES) for v in (values, worse))
    assert (after[:, 0] <= before[:, 0] + 1e-12).all()
    assert np.array_equal(after[:, 1], before[:, 1])


def test_broadcasts_over_leverage_points() -> None:
    values = np.random.default_rng(1).random((3, 2, 2))
    together = course_of_war(values, times=[0, 1], discount_rate=[[0.1, 0.2]], end_rate=[[0.1], [0.2], [0.3]])
    for g, rate in enumerate((0.1, 0.2, 0.3)):
        alone = course_of_war(values[g], times=[0, 1], discount_rate=[0.1, 0.2], end_rate=rate)
        assert np.array_equal(together[g], alone)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"values": [0.1, 0.2]}, "times"),
        ({"values": [[np.nan, 0.1], [0.1, 0.1]]}, "values"),
        ({"times": [0]}, "times"),
        ({"times": [1, 0]}, "do not rise"),
        ({"discount_rate": [0.1]}, "discount_rate"),
        ({"discount_rate": [-0.1, 0.1]}, "discount_rate"),
        ({"end_rate": -1}, "end_rate"),
    ],
)
def test_bad_input_names_the_argument(change: dict[str, object], named: str) -> None:
    given_ = {"values": [[0.1, 0.2], [0.3, 0.4]], "times": [0, 1], **RATES} | change
    with pytest.raises(ValueError, match=named):
        course_of_war(given_.pop("values"), **given_)  # type: ignore[arg-type]
