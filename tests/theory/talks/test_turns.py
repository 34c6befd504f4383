"""Sessions of talks: a slow twin that walks through every outcome, and what tactics must obey."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.space.pareto import nondominated
from sim.theory.talks.tactics import TACTICS, Seen, Tactic
from sim.theory.talks.turns import Course, Sides, talk

Floats = NDArray[np.float64]
TIMED = ("boulware", "linear", "conceder")
USUAL = {"boulware": 0.2, "linear": 1.0, "conceder": 5.0}
PIE = np.stack([np.arange(101) / 100, 1 - np.arange(101) / 100], axis=1)
numbers = st.integers(0, 2**32 - 1)


def frontier_of(outcomes: Floats) -> Floats:
    return outcomes[nondominated(outcomes, np.arange(len(outcomes))[:, None])]


def sides_of(frontier: Floats, rng: np.random.Generator, count: int, names: tuple[str, ...]) -> Sides:
    """Random sides: some sessions with a zone, some without."""
    shape = (count, frontier.shape[1])
    return Sides(
        least=rng.uniform(-0.1, 0.6, shape),
        top=np.broadcast_to(frontier.max(axis=0), shape),
        tactic=rng.choice(names, shape),
        exponent=rng.uniform(0.1, 4.0, shape),
        proposes=rng.uniform(0.2, 1.2, shape),
        accepts=rng.uniform(0.0, 0.8, shape),
        opens=rng.integers(0, shape[1], count),
        rounds=rng.integers(1, 9, count),
    )


def pair(first: str, second: str, *, rounds: int, opens: int = 0, least: float = 0.0, **exponents: float) -> Sides:
    """One session of two sides over a pie."""
    power = [[{**USUAL, **exponents}.get(name, 1.0) for name in (first, second)]]
    none = np.full((1, 2), np.nan)
    return Sides(
        np.full((1, 2), least),
        np.ones((1, 2)),
        np.array([[first, second]]),
        np.array(power),
        none,
        none,
        opens=np.array([opens]),
        rounds=np.array([rounds]),
    )


def slow(outcomes: list[list[float]], sides: Sides, g: int, waver: Floats | None) -> tuple[int, list[float] | None]:
    """Return the round and the utilities agreed on, walking through all outcomes, dominated ones too."""
    parties, rounds = len(outcomes[0]), int(sides.rounds[g])
    r: list[float] = sides.least[g].tolist()
    top: list[float] = sides.top[g].tolist()
    offers: list[list[float] | None] = [None] * parties
    last, before = list(top), [math.nan] * parties

    def seen(i: int) -> float:
        others = [offers[j] for j in range(parties) if j != i]
        return math.nan if None in others else sum(x[i] for x in others if x) / len(others)

    def demand(i: int, s: int, offering: bool) -> float:
        name, time = sides.tactic[g, i], min(1.0, s / max(1, rounds - 1))
        if name == "stationary":
            return float(sides.proposes[g, i]) if offering else float(sides.accepts[g, i])
        if name == "tit_for_tat":
            old, new = top[i] - before[i], top[i] - seen(i)
            return r[i] + (last[i] - r[i]) * (new / old if old > 0 and not math.isnan(new) else 1.0)
        given_up: float = time ** (1 / float(sides.exponent[g, i]))
        return r[i] + (top[i] - r[i]) * (1 - given_up)

    def held(i: int, s: int, wish: float) -> float:
        factor = 1.0 if waver is None else float(waver[s, g, i])
        return max(r[i], min(top[i], r[i] + (wish - r[i]) * factor))

    def missed(x: list[float], i: int) -> float:
        scale = [top[j] - r[j] if top[j] > r[j] else 1.0 for j in range(parties)]
        wish = [top[j] if (own := offers[j]) is None else own[j] for j in range(parties)]
        return min((x[j] - wish[j]) / scale[j] for j in range(parties) if j != i)

    for s in range(rounds):
        i = (int(sides.opens[g]) + s) % parties
        wish = demand(i, s, offering=True)
        enough = [x for x in outcomes if x[i] >= held(i, s, wish) - 1e-9]
        now, last[i] = seen(i), wish
        before[i] = now
        offers[i] = max(enough, key=lambda x: (missed(x, i), x[i])) if enough else None
        offer = offers[i]
        if offer and all(
            offer[j] >= held(j, s + 1, demand(j, s + 1, offering=False)) - 1e-9 for j in range(parties) if j != i
        ):
            return s + 1, offer
    return 0, None


@settings(max_examples=25)
@given(seed=numbers, parties=st.integers(2, 4), waver=st.booleans())
def test_batches_are_what_a_walk_through_all_outcomes_finds(seed: int, parties: int, waver: bool) -> None:
    rng = np.random.default_rng(seed)
    outcomes = rng.random((int(rng.integers(1, 20)), parties))
    frontier, names = frontier_of(outcomes), tuple(TACTICS)
    sides = sides_of(frontier, rng, 12, names)
    factors = np.exp(0.3 * rng.standard_normal((int(sides.rounds.max()) + 1, 12, parties))) if waver else None
    found = talk(frontier, sides, waver=factors)
    told = [slow(outcomes.tolist(), sides, g, factors) for g in range(12)]
    here = [
        (int(s), frontier[row].tolist() if row >= 0 else None) for s, row in zip(found.round, found.row, strict=True)
    ]
    assert here == told


def test_the_twin_meets_agreements_and_failures() -> None:
    rng = np.random.default_rng(5)
    frontier = frontier_of(rng.random((15, 2)))
    found = talk(frontier, sides_of(frontier, rng, 200, tuple(TACTICS)))
    assert {0, 1, 2, 3} <= set(found.round.tolist())


@settings(max_examples=25)
@given(seed=numbers)
def test_what_is_asked_by_time_never_rises_and_no_deal_is_below_r(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frontier = frontier_of(rng.random((12, 2)))
    sides = sides_of(frontier, rng, 20, TIMED)
    found = talk(frontier, sides)
    change = np.diff(found.asks, axis=1)
    assert (change[np.isfinite(change)] <= 1e-12).all()
    made = found.row >= 0
    assert (frontier[found.row[made]] >= sides.least[made] - 1e-9).all()
    assert ((found.round > 0) == made).all()


@settings(max_examples=20)
@given(
    late=st.floats(0.05, 0.9),
    early=st.floats(1.1, 20),
    rounds=st.integers(2, 40),
    least=st.sampled_from([0.0, 0.2, 0.5]),
    opens=st.integers(0, 1),
)
def test_the_harder_later(late: float, early: float, rounds: int, least: float, opens: int) -> None:
    hard = talk(PIE, pair("boulware", "boulware", rounds=rounds, least=least, opens=opens, boulware=late))
    soft = talk(PIE, pair("conceder", "conceder", rounds=rounds, least=least, opens=opens, conceder=early))
    assert 1 <= soft.round[0] <= hard.round[0]


@pytest.mark.parametrize("rounds", [2, 3, 10, 21, 40, 101])
@pytest.mark.parametrize("name", TIMED)
def test_equal_tactics_share_a_pie_equally_but_for_one_step(name: str, rounds: int) -> None:
    found = talk(PIE, pair(name, name, rounds=rounds))
    asks = found.asks[0, : found.round[0]]
    step = np.abs(np.diff(np.vstack([[1.0, 1.0], asks]), axis=0)).max() if len(asks) > 1 else 1.0
    assert np.abs(PIE[found.row[0]] - 0.5).max() <= step / 2 + 0.01 + 1e-9


def test_linear_sides_meet_in_the_middle() -> None:
    # After half the time both ask for half; who answers then finds it enough.
    found = talk(PIE, pair("linear", "linear", rounds=21))
    assert (int(found.round[0]), PIE[found.row[0]].tolist()) == (11, [0.5, 0.5])


@settings(max_examples=25)
@given(seed=numbers, other=st.sampled_from(TIMED), parties=st.integers(2, 3))
def test_tit_for_tat_gives_up_no_more_than_it_saw(seed: int, other: str, parties: int) -> None:
    rng = np.random.default_rng(seed)
    frontier = frontier_of(rng.random((40, parties)))
    sides = sides_of(frontier, rng, 10, (other,))
    tactic = sides.tactic.astype("U12")
    tactic[:, 0] = "tit_for_tat"
    found = talk(frontier, Sides(**{**vars(sides), "tactic": tactic, "least": np.zeros_like(sides.least)}))
    for g in range(10):
        turns = [
            s for s in range(9) if (sides.opens[g] + s) % parties == 0 and s < np.isfinite(found.asks[g, :, 0]).sum()
        ]
        for earlier, later in itertools.pairwise(turns):
            asked = found.asks[g, [earlier, later], 0]
            if earlier < parties - 1 or (found.offers[g, :later] < 0).any():
                assert earlier >= parties - 1 or asked[1] == asked[0] == sides.top[g, 0]
                continue
            heard = [
                np.mean([frontier[found.offers[g, s], 0] for s in range(end - parties + 1, end)])
                for end in (earlier, later)
            ]
            share = (sides.top[g, 0] - heard[1]) / (sides.top[g, 0] - heard[0])
            assert asked[1] >= asked[0] * share - 1e-12


def test_tit_for_tat_answers_linear_in_kind() -> None:
    # The linear side claims 1, .8, .6, .4 of the pie; the other asks for 1, .8, .6 after it, and gets .6.
    found = talk(PIE, pair("linear", "tit_for_tat", rounds=11))
    assert found.asks[0, [1, 3, 5], 1].round(12).tolist() == [1.0, 0.8, 0.6]
    assert (int(found.round[0]), PIE[found.row[0]].round(12).tolist()) == (6, [0.4, 0.6])
    assert talk(PIE, pair("tit_for_tat", "tit_for_tat", rounds=50)).row.tolist() == [-1]


@settings(max_examples=20)
@given(seed=numbers, parties=st.integers(2, 3), scale=st.floats(0.2, 5), shift=st.floats(-2, 2))
def test_rescaling_one_side_changes_no_deal(seed: int, parties: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    frontier = frontier_of(rng.random((15, parties)))
    sides = sides_of(frontier, rng, 10, (*TIMED, "tit_for_tat"))
    factor, add = np.ones(parties), np.zeros(parties)
    factor[0], add[0] = scale, shift
    moved = {name: getattr(sides, name) * factor + add for name in ("least", "top", "proposes", "accepts")}
    first, second = talk(frontier, sides), talk(frontier * factor + add, Sides(**{**vars(sides), **moved}))
    assert first.row.tolist() == second.row.tolist()
    assert first.round.tolist() == second.round.tolist()


def test_a_newcomer_is_one_function() -> None:
    def half(seen: Seen) -> Floats:
        return (seen.least + seen.top) / 2

    found = talk(PIE, pair("half", "half", rounds=3), tactics={**TACTICS, "half": Tactic("asks for half", half)})
    assert (int(found.round[0]), PIE[found.row[0]].tolist()) == (1, [0.5, 0.5])


def test_nothing_to_offer_is_said_by_minus_one() -> None:
    found: Course = talk(PIE, pair("linear", "linear", rounds=4, least=1.2))
    assert (found.row[0], found.round[0], found.offers[0].tolist()) == (-1, 0, [-1] * 4)
    empty: dict[str, Any] = {**vars(pair("linear", "linear", rounds=4))}
    assert talk(np.empty((0, 2)), Sides(**empty)).row.tolist() == [-1]
