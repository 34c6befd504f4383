"""Lotteries over deals: existence by linear programming over all outcomes, and what each solution gains by them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rivals import Data, Rng, pick, rivals, rngs
from scipy.optimize import linprog
from strategies import Wish, built, scenarios

import sim
from sim.studies.lotteries import Mix
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

Floats = NDArray[np.float64]


def best_mix(u: Floats, r: Floats) -> float:
    """The most by which a lottery over all outcomes can exceed every reservation value."""
    n, parties = u.shape
    answer = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.column_stack([-(u - r).T, np.ones(parties)]),
        b_ub=np.zeros(parties),
        A_eq=np.append(np.ones(n), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * n + [(None, None)],
    )
    assert answer.success
    return float(-answer.fun)


def test_existence_against_all_outcomes() -> None:
    seen = Counter[str]()

    @settings(max_examples=250)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = rivals(rng, parties=int(rng.integers(2, 4)), issues=int(rng.integers(1, 3)), lines=2)
        answer, study = twin.solve(data), sim.study(built(data))
        if not answer.feasible:
            assert study.mixes.exists is False
            assert study.mixes.solutions == {}
            seen["no outcome"] += 1
            return
        r = np.array([answer.reservation[name] for name in answer.signers])
        most = best_mix(np.array(list(answer.feasible.values())), r)
        if abs(most) > 1e-8:
            assert study.mixes.exists is (most > 0)
            seen["yes" if most > 0 else "no"] += 1
        if study.zone.exists:
            assert study.mixes.exists is True
        elif study.mixes.exists:
            seen["lottery alone"] += 1
        known = {name for name, s in SOLUTIONS.items() if (s.on_hull if len(r) == 2 else s.objective)}
        assert set(study.mixes.solutions) == (known if study.mixes.exists else set())
        assert study.mixes.margin == pytest.approx(most, abs=1e-9)
        check_prices(study, np.array(list(answer.feasible.values())) - r)
        seen["three"] += len(r) == 3

    run()
    assert min(seen["yes"], seen["no"], seen["lottery alone"], seen["three"]) >= 1
    assert seen["no outcome"] >= 1


def check_prices(study: Study, gains: Floats) -> None:
    """Strong duality: weighted by the prices, the best single outcome gains just the margin with lotteries."""
    assert study.why.prices is not None
    prices = np.array([study.why.prices[name] for name in study.game.signers])
    assert (prices >= 0).all()
    assert prices.sum() == pytest.approx(1, abs=1e-9)
    assert float((gains @ prices).max()) == pytest.approx(study.mixes.margin, abs=1e-9)


def test_mixes_are_lotteries_of_outcomes_that_suit_both_and_beat_sure_deals() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(rngs, st.booleans())
    def run(rng: Rng, impasse: bool) -> None:
        data = rivals(rng, parties=int(rng.integers(2, 4)), issues=int(rng.integers(1, 4)), lines=1)
        if impasse:
            for party in data["parties"].values():
                party["no_deal"] = {"outside": party["no_deal"], "impasse": pick(rng, [-0.2, 0.1, 0.5])}
        for party in data["parties"].values():
            party["power"] = pick(rng, [1, 1, 2.5])
        answer, study = twin.solve(data), sim.study(built(data))
        if not study.mixes.exists:
            return
        r = np.array([answer.reservation[name] for name in answer.signers])
        d = np.array([answer.disagreement[name] for name in answer.signers])
        inside = np.array(list(answer.feasible.values()))
        lotteries = sampled(rng, inside, r)
        power = np.array([data["parties"][name]["power"] for name in answer.signers], dtype=float)
        ideal = hull_ideal(inside, r)
        for name, mix in study.mixes.solutions.items():
            check_mix(mix, answer)
            u = np.array(list(mix.utilities.values()))
            assert (u >= r - 1e-8).all()
            assert not (lotteries > u + 1e-7).all(axis=1).any()
            objective = SOLUTIONS[name].objective
            if objective is not None:
                terms = {"disagreement": d, "ideal": ideal, "power": power}
                mine = float(objective(u[None], **terms)[0])
                assert mine >= objective(lotteries, **terms).max() - 1e-7, name
                if name in study.solutions:
                    sure = np.array([[study.solutions[name].utilities[p] for p in answer.signers]])
                    assert mine >= objective(sure, **terms)[0] - 1e-9, name
                    seen["better" if mine > objective(sure, **terms)[0] + 1e-6 else "as good"] += 1
            seen["sure" if mix.sure else "mixed"] += 1

    run()
    assert min(seen.values()) >= 1


def check_mix(mix: Mix, answer: twin.Twin) -> None:
    assert list(mix.utilities) == answer.signers
    deals = [tuple(part.outcome.values()) for part in mix.parts]
    assert len(set(deals)) == len(deals) <= len(answer.signers)
    chances = np.array([part.chance for part in mix.parts])
    assert (chances > 0).all()
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    expected = chances @ np.array([answer.feasible[deal] for deal in deals])
    assert list(mix.utilities.values()) == pytest.approx(expected.tolist(), abs=1e-8)


def sampled(rng: Rng, u: Floats, r: Floats) -> Floats:
    """Lotteries of two outcomes that suit both, a few hundred of them and all sure deals."""
    i, j = rng.integers(len(u), size=(2, 600))
    p = rng.random((600, 1))
    mixed = np.concatenate([u, p * u[i] + (1 - p) * u[j]])
    fine = mixed[(mixed >= r).all(axis=1)]
    return fine if len(fine) else np.full((1, len(r)), -9.0)


def hull_ideal(u: Floats, r: Floats) -> Floats:
    """Each side's best among the lotteries that suit both, by linear programming."""
    found = []
    for side in range(len(r)):
        answer = linprog(
            -u[:, side],
            A_ub=-(u - r).T,
            b_ub=np.full(len(r), 1e-9),
            A_eq=np.ones((1, len(u))),
            b_eq=[1.0],
            bounds=(0, None),
        )
        assert answer.success
        found.append(-answer.fun)
    return np.array(found)


@settings(max_examples=20)
@given(scenarios(Wish(outcomes=30, modest=True)))
def test_lotteries_never_lose_a_zone(data: Data) -> None:
    study = sim.study(built(data))
    assert study.mixes.exists is True or not study.zone.exists


# Fearon 1995, issue indivisibility; numbers chosen for this case (answer origin: own).
def test_an_indivisible_prize_has_no_zone_but_a_lottery() -> None:
    def fights(best: str) -> Data:
        return {
            "values": {"prize": {"importance": 1, "table": {"a": 0, "b": 0} | {best: 1}}},
            "no_deal": {"war": {"cost": 0.2}},
        }

    ends = {f"{who} wins": {"odds": 1, "levels": {"prize": who}} for who in "ab"}
    data = {
        "format": 1,
        "name": "Prize",
        "issues": {"prize": {"levels": ["a", "b"]}},
        "parties": {"a": fights("a"), "b": fights("b")},
        "war": {"outcomes": ends},
    }
    study: Study = sim.study(built(data))
    assert [study.reservation[name] for name in "ab"] == pytest.approx([0.3, 0.3], abs=1e-12)
    assert study.zone.exists is False
    assert study.mixes.exists is True
    assert [part.chance for part in study.mixes.solutions["nash"].parts] == pytest.approx([0.5, 0.5], abs=1e-9)
