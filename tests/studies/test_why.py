"""Reasons: who blocks, what collides, what comes nearest, and what each red line costs."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from rivals import Data, Rng, pick, rivals, rngs
from strategies import built

import sim
from sim.show.why import why_sentences

CLOSE = 1e-9


def excesses(answer: twin.Twin) -> dict[twin.Outcome, list[float]]:
    r = [answer.reservation[name] for name in answer.signers]
    return {o: [x - y for x, y in zip(u, r, strict=True)] for o, u in answer.feasible.items()}


def test_budgets_that_contradict_each_other_are_the_reason() -> None:
    pie = {"importance": 1, "best": 1, "worst": 0}
    data: Data = {
        "format": 1,
        "name": "Too little and too much",
        "issues": {"pie": {"range": [0, 1], "step": 0.1}},
        "parties": {
            "a": {"values": {"pie": pie}, "no_deal": 0.1, "red_lines": {"some": {"issue": "pie", "min": 0.2}}},
            "b": {"values": {"pie": pie | {"best": 0, "worst": 1}}, "no_deal": 0.1},
        },
        "constraints": {"few": {"sum": {"pie": 1}, "max": 0.4}, "many": {"sum": {"pie": 1}, "min": 0.6}},
    }
    study = sim.study(built(data))
    assert (study.why.reasons, study.why.blocking, study.why.no_outcome) == (("budgets",), (), True)
    assert "The budgets together leave no outcome." in list(why_sentences(study))
    only_with_the_line = sim.study(built(data | {"constraints": {"few": {"sum": {"pie": 1}, "max": 0.1}}}))
    assert only_with_the_line.why.reasons == ("red lines",)


def test_who_blocks_and_what_comes_nearest() -> None:
    seen = Counter[str]()

    @settings(max_examples=100)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = rivals(rng, parties=pick(rng, [2, 3, 3]), issues=2, lines=2)
        answer, why = twin.solve(data), sim.study(built(data)).why
        if answer.zone:
            assert why.blocking == why.collisions == why.lifts == why.relaxations == ()
            assert set(why.reasons) <= {"private information", "commitment"}
            assert (why.closest, why.falls, why.no_outcome) == (None, None, False)
            seen["zone"] += 1
            return
        assert why.line_prices == ()
        assert why.no_outcome is (not answer.feasible)
        if not answer.feasible:
            lines = [name for name in answer.signers if data["parties"][name].get("red_lines")]
            assert why.blocking
            assert [name for name in lines if name in why.blocking] == list(why.blocking)
            others = {name: {"red_lines": {}} for name in data["parties"] if name not in why.blocking}
            alone = data | {"parties": {n: p | others.get(n, {}) for n, p in data["parties"].items()}}
            assert not twin.solve(alone).feasible
            assert (why.closest, why.falls, why.collisions, why.changes) == (None, None, (), ())
            seen["no outcome"] += 1
            return
        excess = excesses(answer)
        assert why.closest is not None
        assert list(why.closest) == answer.issues
        nearest = excess[tuple(why.closest.values())]
        assert min(nearest) == pytest.approx(answer.margin, abs=1e-11)
        short = tuple(name for name, e in zip(answer.signers, nearest, strict=True) if e < -CLOSE)
        assert why.blocking == short
        assert short
        seen["several short"] += len(short) > 1
        pairs = {
            (answer.signers[i], answer.signers[j]): max(min(e[i], e[j]) for e in excess.values())
            for i, j in itertools.combinations(range(len(answer.signers)), 2)
        }
        collisions = {c.parties: c.margin for c in why.collisions}
        assert len(collisions) == len(why.collisions)
        assert set(collisions) == {pair for pair, margin in pairs.items() if margin < -CLOSE}
        assert all(abs(margin - pairs[pair]) <= 1e-11 for pair, margin in collisions.items())
        seen["collision"] += bool(collisions)

    run()
    assert min(seen[k] for k in ("zone", "no outcome", "several short", "collision")) >= 1


def without(data: Data, *, lines: bool = False, optimism: bool = False) -> Data:
    result = copy.deepcopy(data)
    for party in result["parties"].values():
        if lines:
            party.pop("red_lines", None)
        if optimism and isinstance(party["no_deal"], dict) and "war" in party["no_deal"]:
            party["no_deal"]["war"].pop("optimism", None)
    return result


def test_three_may_fail_where_any_two_could_agree() -> None:
    """One project each pair likes, and a third that is left out every time."""
    projects = {"ab": ("a", "b"), "bc": ("b", "c"), "ac": ("a", "c")}
    parties = {
        name: {
            "values": {"project": {"importance": 1, "table": {p: float(name in who) for p, who in projects.items()}}},
            "no_deal": 0.5,
        }
        for name in "abc"
    }
    data = {"format": 1, "name": "Pairs", "issues": {"project": {"levels": list(projects)}}, "parties": parties}
    why = sim.study(built(data)).why
    assert (len(why.blocking), why.collisions, why.reasons) == (1, (), ("no surplus",))
    assert why.falls == {"a": 0.5, "b": 0.5, "c": 0.5}


def quarrel(rng: Rng) -> Data:
    """Rivals at war who may think well of their chances."""
    data = rivals(rng, issues=int(rng.integers(1, 3)), lines=1)
    ends = {f"{name} wins": {"odds": 1, "levels": best(data, name)} for name in data["parties"]}
    for name, party in data["parties"].items():
        party["no_deal"] = {"war": {"cost": pick(rng, [0, 0.05, 0.1])}}
        if rng.random() < 0.7:
            party["no_deal"]["war"]["optimism"] = {f"{name} wins": pick(rng, [1.5, 3])}
    return data | {"war": {"outcomes": ends}}


def best(data: Data, name: str) -> Data:
    party = data["parties"][name]
    outcomes = itertools.product(*(twin.levels_of(spec) for spec in data["issues"].values()))
    points = [dict(zip(data["issues"], outcome, strict=True)) for outcome in outcomes]
    return max(points, key=lambda point: twin.utility(party, point))


def test_reasons_are_what_cures() -> None:
    seen = Counter[Any]()

    @settings(max_examples=80)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = quarrel(rng)
        answer, why = twin.solve(data), sim.study(built(data)).why
        if answer.zone:
            return
        signers = [data["parties"][name] for name in answer.signers]
        cures = {
            "red lines": any(p.get("red_lines") for p in signers),
            "optimism": any(p["no_deal"]["war"].get("optimism") for p in signers),
        }
        single = tuple(
            name
            for name, there in cures.items()
            if there and twin.solve(without(data, lines=name == "red lines", optimism=name == "optimism")).zone
        )
        both = all(cures.values()) and bool(twin.solve(without(data, lines=True, optimism=True)).zone)
        expected = single or (("red lines and optimism together",) if both else ("no surplus",))
        assert why.reasons == expected
        seen[expected] += 1

    run()
    assert min(seen[("red lines",)], seen[("optimism",)], seen[("no surplus",)]) >= 1


def hopeful(**line: Any) -> Data:
    """Each side gives itself nine chances in ten; a red line leaves no outcome, or only what one side refuses."""
    a: Data = {
        "values": {"land": {"importance": 1, "best": 1, "worst": 0}},
        "red_lines": {"all": {"issue": "land", **line}},
    }
    b: Data = {
        "values": {"land": {"importance": 1, "best": 0, "worst": 1}},
        "red_lines": {"half": {"issue": "land", "max": 0.5}},
    }
    a["no_deal"] = {"war": {"cost": 0.1, "optimism": {"a wins": 9}}}
    b["no_deal"] = {"war": {"cost": 0.1, "optimism": {"b wins": 9}}}
    return {
        "format": 1,
        "name": "Hope",
        "issues": {"land": {"range": [0, 1], "step": 0.1}},
        "parties": {"a": a, "b": b},
        "war": {
            "outcomes": {"a wins": {"odds": 1, "levels": {"land": 1}}, "b wins": {"odds": 1, "levels": {"land": 0}}}
        },
    }


@pytest.mark.parametrize("least", [0.6, 0.7])
def test_red_lines_and_optimism_together_even_where_the_lines_leave_no_outcome(least: float) -> None:
    study = sim.study(built(hopeful(min=least)))
    assert study.why.no_outcome
    assert study.why.sources is not None
    assert study.why.sources.with_shared_odds is None
    assert study.why.reasons == ("red lines and optimism together",)


def test_prices_are_what_lifting_each_line_changes() -> None:
    seen = Counter[str]()

    @settings(max_examples=40)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = rivals(rng, parties=pick(rng, [2, 3]), lines=2, no_deal=[0, 0.1, 0.2, 0.3])
        scenario = built(data)
        study = sim.study(scenario)
        if not study.zone.exists:
            return
        lines = [(name, line) for name in study.game.signers for line in data["parties"][name].get("red_lines", {})]
        assert [price.line for price in study.why.line_prices] == lines
        for price in study.why.line_prices:
            lifted = sim.study(scenario, lift_lines=[".".join(price.line)])
            assert list(price.utilities) == list(study.game.signers)
            for name, change in price.utilities.items():
                after, before = (s.solutions["nash"].utilities[name] for s in (lifted, study))
                assert change == pytest.approx(after - before, abs=1e-11)
            more = lifted.zone.share.share[0] - study.zone.share.share[0]
            assert price.share == pytest.approx(more, abs=1e-12)
            assert more >= 0
            seen["costly" if max(map(abs, price.utilities.values())) > 1e-6 else "free"] += 1

    run()
    assert min(seen["costly"], seen["free"]) >= 1


def test_a_space_too_large_to_count_gets_no_share_price() -> None:
    steps = {f"i{k}": {"range": [0, 99], "step": 1} for k in range(4)}
    values = {name: {k: {"importance": n + 1, "best": best, "worst": 99 - best} for n, k in enumerate(order)}
              for name, best, order in (("a", 99, list(steps)), ("b", 0, list(reversed(steps))))}  # fmt: skip
    parties: Data = {name: {"values": own, "no_deal": 0.3} for name, own in values.items()}
    parties["a"]["red_lines"] = {"some": {"issue": "i3", "min": 90}}
    data = {"format": 1, "name": "Large", "issues": steps, "parties": parties}
    study = sim.study(built(data), samples=1000)
    assert study.game.space.outcomes == 10**8
    assert study.zone.exists
    assert [price.share for price in study.why.line_prices] == [None]
    assert np.isfinite(list(study.why.line_prices[0].utilities.values())).all()


def crisis(**sections: Any) -> Data:
    """A prize between two states with a zone of 0.3, and what makes a deal in it fail."""
    prize = {"importance": 1, "best": 1, "worst": 0}, {"importance": 1, "best": 0, "worst": 1}
    war = [{"war": {"cost": cost, "discount_rate": 0.1}} for cost in (0.1, 0.2)]
    outcomes = {"a_wins": {"odds": 1, "levels": {"prize": 1}}, "b_wins": {"odds": 1, "levels": {"prize": 0}}}
    return {
        "format": 1,
        "name": "Crisis",
        "issues": {"prize": {"range": [0, 1], "step": 0.01}},
        "parties": {n: {"values": {"prize": prize[k]}, "no_deal": war[k]} for k, n in enumerate("ab")},
        "war": {"outcomes": outcomes},
        "leverage": {"front": {"range": [-1, 1], "default": 0, "shifts": {"war.outcomes.a_wins.odds": {"factor": 9}}}},
        **sections,
    }


def private(low: float, high: float) -> Data:
    return {"parties.b.no_deal.war.cost": {"known_to": "b", "distribution": {"uniform": [low, high]}}}


SHIFT = {"later": {"after_years": 1, "leverage": {"front": 1}}}


@pytest.mark.parametrize(
    ("sections", "reasons"),
    [
        ({}, ()),
        ({"private": private(0.19, 0.21)}, ()),  # the surplus dwarfs the doubt: no risk is run
        ({"private": private(0, 0.8)}, ("private information",)),
        ({"future": {"later": {"after_years": 1, "leverage": {"front": 0.1}}}}, ()),
        ({"future": SHIFT}, ("commitment",)),  # A will win with 0.9: it would reopen any deal that B accepts today
        ({"future": SHIFT, "private": private(0, 0.8)}, ("private information", "commitment")),
    ],
)
def test_why_a_deal_in_the_zone_may_fail(sections: Data, reasons: tuple[str, ...]) -> None:
    study = sim.study(built(crisis(**sections)))
    assert study.zone.exists
    assert study.why.reasons == reasons
    said = " ".join(why_sentences(study))
    assert ("Even so a deal may fail" in said) is bool(reasons)
