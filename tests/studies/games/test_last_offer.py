"""Take it or leave it under private information: published cases from a file, brute force over types, and laws."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from rivals import Data, Rng, pick, rivals, rngs
from strategies import built

import sim
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import TakeOrLeave


def crisis(own_cost: float, **belief: Any) -> Data:
    """A pie of 1, even odds; a offers, and only b knows what war costs it."""
    parties = {}
    for name, best, worst, cost in (("a", 1, 0, own_cost), ("b", 0, 1, 0.2)):
        values = {"pie": {"importance": 1, "best": best, "worst": worst}}
        parties[name] = {"values": values, "no_deal": {"war": {"cost": cost}}}
    ends = {"a wins": {"odds": 1, "levels": {"pie": 1}}, "b wins": {"odds": 1, "levels": {"pie": 0}}}
    return {
        "format": 1,
        "name": "Crisis",
        "issues": {"pie": {"range": [0, 1], "step": 0.001}},
        "parties": parties,
        "war": {"outcomes": ends},
        "private": {"parties.b.no_deal.war.cost": {"known_to": "b", "distribution": belief}},
    }


def played(data: Data, **options: Any) -> TakeOrLeave:
    (found,) = sim.study(built(data), **options).games.ultimatum
    assert isinstance(found, TakeOrLeave)
    return found


# Fearon 1995, claim 2, and Powell 1999, chapter 3; the closed form for a uniform belief is derived: x = p + (c - c_A)/2
# and a risk of (c - c_A) / (2 c) where c_A < c, else x = p and none (answer origin: own).
@pytest.mark.parametrize(("own_cost", "share", "risk"), [(0.2, 0.6, 0.25), (0.5, 0.5, 0.0), (0.4, 0.5, 0.0)])
def test_fearon_1995_risk_and_return(own_cost: float, share: float, risk: float) -> None:
    found = played(crisis(own_cost, uniform=[0, 0.4]))
    assert (found.proposer, found.responder) == ("a", "b")
    assert found.best is not None
    assert found.safe is not None
    assert found.best.outcome["pie"] == pytest.approx(share, abs=1e-9)
    assert found.best.risk == pytest.approx(risk, abs=1e-9)
    assert found.best.acceptance == pytest.approx(1 - risk, abs=1e-9)
    assert found.best.payoff == pytest.approx((1 - risk) * share + risk * (0.5 - own_cost), abs=1e-9)
    assert found.safe.outcome["pie"] == pytest.approx(0.5, abs=1e-9)
    assert found.safe.risk == 0
    assert found.price == pytest.approx(found.best.payoff - 0.5, abs=1e-9)
    assert found.spread == pytest.approx(0.4)
    assert found.surplus == pytest.approx(own_cost + 0.2, abs=1e-3)
    assert found.reason is None
    # The frontier of risk and return: 0.5 at no risk, then up to where nobody accepts.
    assert found.curve[0].tolist() == pytest.approx([0, 0.5])
    assert (np.diff(found.curve, axis=0) > 0).all()


def test_a_discrete_belief_pairs_each_value_with_its_probability() -> None:
    """Weak (0.3) with 0.9: taking 0.8 pays 0.9 * 0.8 + 0.1 * 0.3 = 0.75, more than the 0.55 that both accept."""
    found = played(crisis(0.2, discrete=[[0.3, 0.9], [0.05, 0.1]]))
    assert found.best is not None
    assert found.safe is not None
    assert found.best.outcome["pie"] == pytest.approx(0.8)
    assert (found.best.risk, found.best.payoff) == (pytest.approx(0.1), pytest.approx(0.75))
    assert found.safe.outcome["pie"] == pytest.approx(0.55)
    assert found.price == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("belief", "bounded"),
    [
        ({"triangular": [0, 0.1, 0.4]}, True),
        ({"beta": [2, 3, 0.0, 0.4]}, True),
        ({"normal": [0.2, 0.02]}, False),
        ({"discrete": [[0.0, 0.2], [0.2, 0.5], [0.4, 0.3]]}, True),
        ({"uniform": [0, 0.4]}, True),
    ],
)
def test_every_family_of_beliefs(belief: Data, bounded: bool) -> None:
    found = played(crisis(0.1, **belief))
    assert found.best is not None
    assert (found.safe is not None) is bounded
    if not bounded:
        assert (found.price, found.spread) == (None, None)
        assert "no limit" in str(found.reason)
    assert found.best.payoff > 0.4  # more than war would give


# Brute force ---------------------------------------------------------------------------------------------------------


def doubtful(rng: Rng) -> Data:
    """Rivals, one of whom alone knows what it has without a deal."""
    data = rivals(rng, issues=int(rng.integers(1, 4)), lines=1, no_deal=[0, 0.1, 0.3])
    knows = pick(rng, ["alpha", "beta"])
    count = int(rng.integers(1, 4))
    chances = rng.multinomial(20, np.ones(count) / count) / 20
    types = [[float(v), float(p)] for v, p in zip(rng.permutation(8)[:count] / 10 - 0.1, chances, strict=True)]
    data["private"] = {f"parties.{knows}.no_deal": {"known_to": knows, "distribution": {"discrete": types}}}
    return data


def brute(data: Data, answer: twin.Twin) -> tuple[dict[Any, tuple[float, float, float]], float, float]:
    """Each outcome's own worth, risk and payoff; what no offer is worth to the proposer, and its expected surplus."""
    ((path, private),) = data["private"].items()
    other = answer.signers.index(private["known_to"])
    own = answer.reservation[answer.signers[1 - other]]
    types = private["distribution"]["discrete"]
    result = {}
    for outcome, u in answer.feasible.items():
        risk = sum(p for r, p in types if u[other] < r - 1e-9)
        result[outcome] = (u[1 - other], risk, (1 - risk) * u[1 - other] + risk * own)
    surplus = 0.0
    for r, p in types:
        best = max((u[1 - other] for u in answer.feasible.values() if u[other] >= r - 1e-9), default=own)
        surplus += p * max(best - own, 0)
    assert path
    return result, own, surplus


def test_offers_against_every_outcome_and_type() -> None:
    seen = Counter[str]()

    @settings(max_examples=120)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = doubtful(rng)
        answer = twin.solve(data)
        (found,) = sim.study(built(data)).games.ultimatum
        if not answer.feasible:
            assert isinstance(found, Absent)
            assert "no outcome to offer" in found.reason
            return
        assert isinstance(found, TakeOrLeave)
        every, own, surplus = brute(data, answer)
        top = max(payoff for _, _, payoff in every.values())
        assert found.surplus == pytest.approx(surplus, abs=1e-9)
        if found.best is None:
            # Nothing that somebody accepts is worth more than no deal.
            assert max((x for x, risk, _ in every.values() if risk < 1), default=own) <= own + 1e-8
            seen["no offer"] += 1
        else:
            check_offer(found.best, every, answer)
            assert found.best.payoff == pytest.approx(top, abs=1e-9)
            assert found.best.payoff >= own - 1e-8
            seen["risky" if found.best.risk > 0 else "no risk"] += 1
        certain = [x for x, risk, _ in every.values() if risk == 0]
        safe = max(certain, default=-np.inf) >= own - 1e-9
        assert (found.safe is not None) is safe
        assert (found.reason is None) is safe
        if found.safe is not None:
            check_offer(found.safe, every, answer)
            assert found.safe.risk == 0
            assert found.safe.utilities[found.proposer] == pytest.approx(max(certain), abs=1e-9)
            assert found.price == pytest.approx(max(top, own) - max(certain), abs=1e-8)
        efficient = {
            (round(risk, 9), round(x, 9))
            for x, risk, _ in every.values()
            if not any(s <= risk and y >= x and (s, y) != (risk, x) for y, s, _ in every.values())
        }
        assert {(round(risk, 9), round(x, 9)) for risk, x in found.curve.tolist()} == efficient
        seen["safe" if safe else "not safe"] += 1

    run()
    assert min(seen[k] for k in ("no offer", "risky", "no risk", "safe", "not safe")) >= 1


def check_offer(offer: Any, every: dict[Any, tuple[float, float, float]], answer: twin.Twin) -> None:
    outcome = tuple(offer.outcome.values())
    _, risk, payoff = every[outcome]
    assert offer.risk == pytest.approx(risk, abs=1e-12)
    assert offer.acceptance == pytest.approx(1 - risk, abs=1e-12)
    assert offer.payoff == pytest.approx(payoff, abs=1e-9)
    assert offer.utilities == pytest.approx(answer.everyone(outcome), abs=1e-11)


def test_the_risk_never_falls_as_the_proposer_can_bear_no_deal_better() -> None:
    grew = []

    @settings(max_examples=25)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = doubtful(rng)
        data["parties"]["alpha"].pop("red_lines", None)
        data["parties"]["beta"].pop("red_lines", None)
        ((path, _),) = data["private"].items()
        proposer = "beta" if ".alpha." in path else "alpha"
        risks = []
        for value in (-0.5, 0, 0.2, 0.4, 0.6, 0.9):
            bolder = copy.deepcopy(data)
            bolder["parties"][proposer]["no_deal"] = value
            found = played(bolder)
            risks.append(1.0 if found.best is None else found.best.risk)
        assert risks == sorted(risks)
        grew.append(risks[-2] > risks[0])

    run()
    assert sum(grew) >= 8


@settings(max_examples=40)
@given(rngs)
def test_a_safe_deal_exists_where_the_margin_at_the_worst_type_is_not_negative(rng: Rng) -> None:
    data = doubtful(rng)
    ((path, private),) = data["private"].items()
    (found,) = sim.study(built(data)).games.ultimatum
    worst = max(value for value, chance in private["distribution"]["discrete"] if chance > 0)
    hard = sim.study(built(data), set={path: worst})
    exists = isinstance(found, TakeOrLeave) and found.safe is not None
    assert exists is bool(hard.zone.exists)


def test_one_type_means_no_risk() -> None:
    for cost in (0.0, 0.1, 0.4):
        found = played(crisis(0.1, discrete=[[cost, 1.0]]))
        assert found.best is not None
        assert found.best.risk == 0
        assert found.price == pytest.approx(0, abs=1e-9)
        assert found.best.outcome["pie"] == pytest.approx(0.5 + cost)


def test_a_number_that_moves_both_sides_is_weighed_given_refusal() -> None:
    """b alone knows the odds: against a type that a would beat, war is worth more to a as well."""
    data = crisis(0.1)
    belief = {"discrete": [[0.25, 0.5], [4.0, 0.5]]}  # a wins with 0.2 or 0.8
    data["private"] = {"war.outcomes.a wins.odds": {"known_to": "b", "distribution": belief}}
    data["parties"]["b"]["no_deal"]["war"]["cost"] = 0.05
    found = played(data)
    assert found.best is not None
    # Offering 0.85 to itself: the weak type accepts, the strong one fights for 0.2 - 0.1; 0.25 suits both.
    assert found.best.outcome["pie"] == pytest.approx(0.85)
    assert found.best.payoff == pytest.approx(0.5 * 0.85 + 0.5 * 0.1)
    # The 0.25 that both accept is worth less to a than war on average, so it is no safe deal.
    assert found.safe is None
    assert "less than by no deal (0.400)" in str(found.reason)


def test_why_there_is_no_last_offer() -> None:
    def reason(data: Data) -> str:
        (found,) = sim.study(built(data)).games.ultimatum
        assert isinstance(found, Absent)
        return found.reason

    three = crisis(0.1, uniform=[0, 0.4])
    three["parties"]["c"] = copy.deepcopy(three["parties"]["a"])
    assert "two signers" in reason(three)
    third = copy.deepcopy(three)
    third["parties"]["c"]["consent"] = False
    third["private"] = {
        "parties.c.no_deal.war.cost": third["private"]["parties.b.no_deal.war.cost"] | {"known_to": "c"}
    }
    assert "one of whom knows it" in reason(third)
    shifted = crisis(0.1)
    odds = "war.outcomes.a wins.odds"
    shifted["private"] = {odds: {"known_to": "b", "distribution": {"uniform": [0.1, 0.5]}}}
    shifted["leverage"] = {"front": {"range": [-1, 0], "default": -0.3, "shifts": {odds: {"by": 1}}}}
    assert f"{odds}: the belief reaches numbers that are not allowed: {odds}: -0.2" in reason(shifted)
    shut = crisis(0.1, uniform=[0, 0.4])
    shut["parties"]["a"]["red_lines"] = {"all": {"issue": "pie", "min": 1}}
    shut["parties"]["b"]["red_lines"] = {"all": {"issue": "pie", "max": 0}}
    assert "no outcome to offer" in reason(shut)
    assert sim.study(built({k: v for k, v in shut.items() if k != "private"})).games.ultimatum == ()
