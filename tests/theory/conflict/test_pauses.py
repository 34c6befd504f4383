"""Pauses: derived cases, a slow twin, laws with their conditions, and bad input."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.conflict.durability import margin
from sim.theory.conflict.pauses import pauses


def problem(rng: np.random.Generator, parties: int, dates: int) -> tuple[np.ndarray, ...]:
    utilities, enforcement = rng.random((15, parties)), 0.2 * rng.random((15, parties))
    return utilities, rng.random(parties) * 0.6, rng.random((dates, parties)) * 0.8, enforcement


problems = st.builds(
    lambda stream, parties, dates: problem(np.random.default_rng(stream), parties, dates),
    st.integers(0, 2**32),
    st.integers(2, 4),
    st.integers(1, 4),
)


def worth_from(s: int, u: list[float], dates: list[tuple[float, list[float]]], rates: list[float], e: list[float]):
    """What each has from date s on, and when a deal that stands at s ends; the definition, recursive."""
    if s == len(dates):
        return list(u), None
    time, r = dates[s]
    later, ends = worth_from(s + 1, u, dates, rates, e)
    after = dates[s + 1][0] if s + 1 < len(dates) else math.inf
    stay = [math.exp(-rho * (after - time)) if after < math.inf else 0.0 for rho in rates]
    keep = [(1 - b) * x + b * w for b, x, w in zip(stay, u, later, strict=True)]
    broken = [r[i] - e[i] > keep[i] + 1e-9 for i in range(len(u))]
    if any(broken):
        return [r[i] - (e[i] if broken[i] else 0.0) for i in range(len(u))], s
    return keep, ends


def test_pauses_against_the_definition() -> None:
    seen = Counter[str]()

    @given(case=problems, data=st.data())
    @settings(deadline=None)
    def run(case: tuple[np.ndarray, ...], data: st.DataObject) -> None:
        utilities, today, future, enforcement = case
        times = np.array(data.draw(st.permutations(range(1, len(future) + 1))), dtype=float)
        rates = np.linspace(0.05, 0.3, len(today))
        result = pauses(utilities, today, future, times=times, discount_rate=rates, enforcement=enforcement)
        order = np.argsort(times)
        dates = [(0.0, [-9.0] * len(today)), *((times[t], future[t].tolist()) for t in order)]
        for x, utility in enumerate(utilities.tolist()):
            value, ends = worth_from(0, utility, dates, rates.tolist(), enforcement[x].tolist())
            assert result.ends[x] == (-1 if ends is None else order[ends - 1])
            assert result.value[x] == pytest.approx(value, abs=1e-12)
            assert result.signed[x] == (np.array(value) >= today - 1e-9).all()
            seen["ends" if ends else "lasts"] += 1
            static = [t for t in order if (utility + enforcement[x] < future[t] - 1e-9).any()]
            seen["before it would fail for ever"] += ends is not None and order[ends - 1] != static[0]

    run()
    assert min(seen["ends"], seen["lasts"], seen["before it would fail for ever"]) >= 5


def test_breaking_costs_the_breaker() -> None:
    terms = {"times": [3], "discount_rate": [0.1, 0.1]}
    charged = pauses([[0.5, 0.5]], [0.62, 0.2], [[0.8, 0.1]], enforcement=[0.2, 0.0], **terms)
    assert charged.value[0] == pytest.approx([0.5741, 0.2037], abs=5e-5)
    assert not charged.signed[0]
    free = pauses([[0.5, 0.5]], [0.62, 0.2], [[0.8, 0.1]], **terms)
    assert free.value[0] == pytest.approx([0.7222, 0.2037], abs=5e-5)
    assert free.signed[0]


def test_one_who_will_be_left_worse_off_breaks_first() -> None:
    """The second, who would lose by a breach at 2, breaks at 1, though the deal kept for ever would be better."""
    future = [[0.1, 0.4], [0.9, 0.0]]
    result = pauses([[0.5, 0.5]], [0.0, 0.0], future, times=[1, 2], discount_rate=[0.1, 0.1])
    assert (np.array([0.5, 0.5]) >= future[0]).all()
    assert result.ends[0] == 0
    waiting = math.exp(-0.1)
    assert result.value[0] == pytest.approx([0.5 * (1 - waiting) + 0.1 * waiting, 0.5 * (1 - waiting) + 0.4 * waiting])


def test_one_who_may_break_still_better_later_waits() -> None:
    """At 1 the first would rather fight than keep the deal for ever, but rather still wait for 2."""
    result = pauses([[0.5, 0.5]], [0, 0], [[0.6, 0.0], [0.9, 0.0]], times=[1, 2], discount_rate=[0.1, 0.1])
    assert result.ends[0] == 1


@given(case=problems)
@settings(deadline=None)
def test_a_deal_is_broken_exactly_if_it_is_not_durable(case: tuple[np.ndarray, ...]) -> None:
    utilities, today, future, enforcement = case
    terms = {"times": np.arange(1.0, len(future) + 1), "discount_rate": np.full(len(today), 0.1)}
    result = pauses(utilities, today, future, enforcement=enforcement, **terms)
    least = margin(utilities, future, enforcement=enforcement)
    clear = np.abs(least) > 1e-6
    assert np.array_equal((result.ends >= 0)[clear], (least < 0)[clear])


@given(case=problems, more=st.floats(0, 0.5), breaker=st.integers(0, 3))
@settings(deadline=None)
def test_a_pause_is_worth_no_more_when_breaking_costs_its_only_breaker_more(
    case: tuple[np.ndarray, ...], more: float, breaker: int
) -> None:
    utilities, today, future, enforcement = case
    breaker %= len(today)
    future = np.where(np.arange(len(today)) == breaker, future, -1.0)
    dearer = enforcement.copy()
    dearer[:, breaker] += more
    terms = {"times": np.arange(1.0, len(future) + 1), "discount_rate": np.linspace(0.05, 0.3, len(today))}
    before = pauses(utilities, today, future, enforcement=enforcement, **terms)
    after = pauses(utilities, today, future, enforcement=dearer, **terms)
    assert np.all(after.value[:, breaker] <= before.value[:, breaker] + 1e-8)
    assert not np.any((after.ends >= 0) & (before.ends < 0))


def test_a_cost_of_breaking_can_bind_where_two_may_break() -> None:
    """What the first loses by its own breach keeps the second from ending the deal before: the first gains."""
    terms = {"times": [1, 2], "discount_rate": [0.1, 0.1]}
    before = pauses([[0.5, 0.5]], [0, 0], [[0.1, 0.4], [0.9, 0.0]], **terms)
    after = pauses([[0.5, 0.5]], [0, 0], [[0.1, 0.4], [0.9, 0.0]], enforcement=[0.5, 0.0], **terms)
    assert (before.ends[0], after.ends[0]) == (0, -1)
    assert after.value[0, 0] == 0.5 > before.value[0, 0] + 0.3


@given(case=problems)
@settings(deadline=None)
def test_a_pause_tends_to_the_deal_as_its_end_recedes(case: tuple[np.ndarray, ...]) -> None:
    utilities, today, future, _ = case
    times = np.full(len(future), 1e4)
    result = pauses(utilities, today, future, times=times, discount_rate=np.full(len(today), 0.1))
    assert result.value == pytest.approx(utilities, abs=1e-9)


def test_broadcasts_over_leverage_points() -> None:
    rng = np.random.default_rng(3)
    utilities, today, future = rng.random((4, 6, 2)), rng.random((4, 2)), rng.random((4, 3, 2))
    terms = {"times": [1.0, 2.0, 3.0], "discount_rate": [0.1, 0.2]}
    together = pauses(utilities, today, future, **terms)
    for g in range(4):
        alone = pauses(utilities[g], today[g], future[g], **terms)
        assert np.array_equal(together.ends[g], alone.ends)
        assert np.array_equal(together.value[g], alone.value)
        assert np.array_equal(together.signed[g], alone.signed)


def test_all_answers_have_the_same_leading_axes() -> None:
    rates = np.array([[0.1, 0.2], [0.3, 0.4], [0.0, 0.1]])
    found = pauses([[0.5, 0.5]], [0.1, 0.1], [[0.6, 0.1]], times=[1], discount_rate=rates)
    assert found.ends.shape == found.signed.shape == (3, 1)
    assert found.value.shape == (3, 1, 2)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: pauses([[0.5, np.nan]], [0.1, 0.1], [[0.1, 0.1]], times=[1], discount_rate=[0.1, 0.1]), "utilities"),
        (lambda: pauses([[0.5, 0.5]], [0.1], [[0.1, 0.1]], times=[1], discount_rate=[0.1, 0.1]), "today"),
        (lambda: pauses([[0.5, 0.5]], [0.1, 0.1], [[0.1, 0.1]], times=[1], discount_rate=[0.1]), "discount_rate"),
        (
            lambda: pauses(np.zeros((2, 1, 1)), np.zeros((3, 1)), [[0.1]], times=[1], discount_rate=[0.1]),
            "today: axes",
        ),
        (lambda: pauses([[0.5]], [0.1], [[0.1]], times=[1, 2], discount_rate=[0.1]), "times"),
        (lambda: pauses([[0.5]], [0.1], [[0.1]], times=[-1], discount_rate=[0.1]), "times"),
        (lambda: pauses([[0.5]], [0.1], [[0.1]], times=[1], discount_rate=[-0.1]), "discount_rate"),
        (lambda: pauses([[0.5]], [0.1], [[0.1]], times=[1], discount_rate=[0.1], enforcement=np.inf), "enforcement"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
