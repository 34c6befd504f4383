"""Signing coalitions, the core and vetoes, against enumeration of what each coalition can bring about."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any
from unittest import mock

import pytest
import twin
from hypothesis import given, settings
from rivals import Data, Rng, party, pick, red_line, rivals, rngs
from strategies import built

import sim
from sim.errors import SizeError
from sim.output.study_json import study_data
from sim.space import blocks
from sim.studies.games import coalitions as module
from sim.studies.games.coalitions import Coalitions
from sim.studies.games.setting import Absent

CLOSE = 1e-9
GUESTS = ("guest one", "guest two")


def company(rng: Rng, signers: int, guests: int) -> Data:
    """Signers and parties whose consent is not needed, who control some issues."""
    data = rivals(rng, parties=signers, issues=pick(rng, [2, 3]), lines=1, no_deal=[0, 0.1, 0.3])
    for k, name in enumerate(GUESTS[:guests]):
        guest = party(rng, data["issues"], k) | {"consent": False, "no_deal": pick(rng, [0, 0.3, 0.6])}
        if rng.random() < 0.3:
            guest["red_lines"] = {"own": red_line(rng, data["issues"])}
        data["parties"][name] = guest
    if rng.random() < 0.4:
        data["issues"]["gift"] = {"levels": ["none", "some", "much"]}
        for name in GUESTS[:guests]:
            worth = {level: pick(rng, [0, 0.5, 1]) for level in ("none", "some", "much")}
            data["parties"][name]["values"]["gift"] = {"importance": pick(rng, [1, 5]), "table": worth}
    for spec in data["issues"].values():
        if rng.random() < 0.4:
            spec["control"] = [pick(rng, list(data["parties"]))]
            spec["reversion"] = pick(rng, twin.levels_of(spec))
    return data


def signed(data: Data, names: list[str]) -> twin.Twin:
    """The same with exactly these parties' consent needed."""
    result = copy.deepcopy(data)
    for name, one in result["parties"].items():
        one["consent"] = name in names
    return twin.solve(result)


def test_coalitions_and_core_by_brute_force() -> None:
    seen = Counter[str]()

    @settings(max_examples=100)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = company(rng, pick(rng, [2, 2, 3]), pick(rng, [1, 2]))
        study = sim.study(built(data))
        found = study.coalitions
        assert isinstance(found, Coalitions)
        base = twin.solve(data)
        guests = [name for name in data["parties"] if name not in base.signers]
        sets = [c for n in range(len(guests) + 1) for c in itertools.combinations(guests, n)]
        answers = [signed(data, [*base.signers, *extra]) for extra in sets]
        assert [set(each.signers) for each in found.coalitions] == [{*base.signers, *extra} for extra in sets]
        for each, answer in zip(found.coalitions, answers, strict=True):
            assert each.exists is bool(answer.zone)
            assert (each.margin is None) == (answer.margin is None)
            assert each.margin is None or each.margin == pytest.approx(answer.margin, abs=1e-11)
            assert dict(each.surplus) == pytest.approx(answer.surplus, abs=1e-11)
            seen["more than the base" if answer.zone and not base.zone else "other"] += 1

        def blocked(deal: Any) -> set[int]:
            mine = base.everyone(deal)
            return {
                s
                for s, answer in enumerate(answers)
                if any(all(answer.everyone(y)[p] > mine[p] + CLOSE for p in answer.signers) for y in answer.zone)
            }

        def alike(deal: Any) -> list[set[int]]:
            """Who blocks each deal that is the same to all signers."""
            mine = base.everyone(deal)
            same = (x for x in base.zone if all(abs(base.everyone(x)[p] - mine[p]) <= CLOSE for p in base.signers))
            return [blocked(x) for x in same]

        efficient = {deal: alike(deal) for deal in base.frontier}
        assert found.efficient == len(efficient)
        assert list(found.blockers) == ["consenting parties", *(" + ".join(extra) for extra in sets[1:])]
        stable = sum(not all(each) for each in efficient.values())
        left = [sum(all(s in one for one in each) for each in efficient.values()) for s in range(len(sets))]
        # Of deals alike for the signers the best for each guest, and for both in sum, are tried: one guest is exact.
        assert sum(not each[0] for each in efficient.values()) <= found.stable <= stable
        if len(guests) == 1:
            assert (found.stable, list(found.blockers.values())) == (stable, left)
        if base.zone:
            nash = alike(tuple(study.solutions["nash"].outcome.values()))
            assert len(guests) > 1 or found.nash_in_core is (not all(nash))
        else:
            assert found.nash_in_core is None
        seen["ties"] += any(len(set(map(frozenset, each))) > 1 for each in efficient.values())
        seen["blocked" if found.stable < found.efficient else "all stable"] += bool(efficient)
        seen["some stable"] += 0 < found.stable < found.efficient
        assert (found.vetoes != ()) is (len(base.signers) > 2)

    run()
    assert min(seen["blocked"], seen["all stable"]) >= 1
    assert min(seen["some stable"], seen["more than the base"], seen["ties"]) >= 1


@given(rngs)
def test_to_sign_is_to_consent(rng: Rng) -> None:
    data = company(rng, pick(rng, [2, 2, 3]), 2)
    names = pick(rng, [GUESTS[:1], GUESTS[1:], GUESTS])
    consenting = copy.deepcopy(data)
    for name in names:
        consenting["parties"][name]["consent"] = True
    found, wanted = (study_data(each) for each in (sim.study(built(data), sign=names), sim.study(built(consenting))))
    for key in wanted.keys() - {"scenario", "provenance"}:
        assert found[key] == wanted[key], key


@pytest.mark.parametrize("levels", [["no", "yes"], ["yes", "no"]])
def test_what_only_a_guest_values_counts_in_the_core(levels: list[str]) -> None:
    """A gift costs the signers nothing and keeps the guest from leaving; the order of its levels does not matter."""
    worth = {"size": {"importance": 1, "table": {"small": 0, "large": 1}}}
    data: Data = {
        "format": 1,
        "name": "Gift",
        "issues": {
            "cake": {"range": [0, 1], "step": 0.1},
            "gift": {"levels": levels},
            "size": {"levels": ["small", "large"], "control": ["g"], "reversion": "small"},
        },
        "parties": {
            "a": {"values": {"cake": {"importance": 1, "best": 1, "worst": 0}, **worth}, "no_deal": 0.1},
            "b": {"values": {"cake": {"importance": 1, "best": 0, "worst": 1}, **worth}, "no_deal": 0.1},
            "g": {
                "consent": False,
                "values": {
                    "gift": {"importance": 7, "table": {"no": 0, "yes": 1}},
                    "size": {"importance": 3, "table": {"small": 1, "large": 0}},
                },
                "no_deal": 0,
            },
        },
    }
    found = sim.study(built(data)).coalitions
    assert isinstance(found, Coalitions)
    assert (found.efficient, found.stable, found.nash_in_core) == (7, 7, True)


def test_vetoes_are_studies_with_a_consent_dropped() -> None:
    seen = Counter[str]()

    @settings(max_examples=40)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = company(rng, 3, pick(rng, [0, 0, 1]))
        for spec in data["issues"].values():
            if rng.random() < 0.2:
                spec.pop("reversion", None)
                spec["control"] = [pick(rng, ["alpha", "beta", "gamma"])]
        study = sim.study(built(data))
        found = study.coalitions
        assert isinstance(found, Coalitions)
        assert [veto.party for veto in found.vetoes] == list(study.game.signers)
        for veto in found.vetoes:
            left = [name for name in study.game.signers if name != veto.party]
            locked = [
                name
                for name, spec in data["issues"].items()
                if "reversion" not in spec and veto.party in spec.get("control", [])
            ]
            if not study.zone.exists:
                assert (veto.utility_change, veto.reason) == (None, "there is no zone")
                seen["no zone"] += 1
            elif locked:
                assert veto.utility_change is None
                assert veto.reason == f"{', '.join(locked)} would need a reversion level"
                seen["locked"] += 1
            else:
                without = copy.deepcopy(data)
                without["parties"][veto.party]["consent"] = False
                again = sim.study(built(without))
                if not again.zone.exists:
                    assert (veto.utility_change, veto.reason) == (None, "the others alone have no zone")
                    seen["others no zone"] += 1
                    continue
                expected = {
                    p: again.solutions["nash"].utilities[p] - study.solutions["nash"].utilities[p] for p in left
                }
                assert veto.reason is None
                assert veto.utility_change is not None
                assert dict(veto.utility_change) == pytest.approx(expected, abs=1e-11)
                seen["gains"] += 1

    run()
    assert min(seen["no zone"], seen["locked"], seen["gains"]) >= 1


# By hand -------------------------------------------------------------------------------------------------------------


def alliance(**guest: Any) -> Data:
    """a and b share a cake; only with the ally's signature can it be a large one."""
    table = {"small": 0.0, "large": 1.0}
    parties: Data = {}
    for name, best in (("a", 1), ("b", 0)):
        cake = {"importance": 1, "best": best, "worst": 1 - best}
        parties[name] = {"values": {"cake": cake, "size": {"importance": 1, "table": table}}, "no_deal": 0.1}
    ally = {"values": {"size": {"importance": 1, "table": table}}, "no_deal": 0, "consent": False}
    parties["ally"] = ally | guest
    issues = {
        "cake": {"range": [0, 1], "step": 0.1},
        "size": {"levels": ["small", "large"], "control": ["ally"], "reversion": "small"},
    }
    return {"format": 1, "name": "Alliance", "issues": issues, "parties": parties}


def coalitions_of(data: Data) -> Coalitions:
    found = sim.study(built(data)).coalitions
    assert isinstance(found, Coalitions)
    return found


def test_an_ally_that_all_would_rather_have_leaves_no_core() -> None:
    found = coalitions_of(alliance())
    assert [each.signers for each in found.coalitions] == [("a", "b"), ("a", "b", "ally")]
    assert [each.margin for each in found.coalitions] == pytest.approx([0.15, 0.65])
    assert (found.efficient, found.stable, found.nash_in_core) == (7, 0, False)
    assert found.blockers == {"consenting parties": 0, "ally": 7}


def test_an_ally_that_asks_too_much_blocks_nothing() -> None:
    found = coalitions_of(alliance(no_deal=1.5))
    assert [each.exists for each in found.coalitions] == [True, False]
    assert found.coalitions[1].surplus == {}
    assert (found.efficient, found.stable, found.nash_in_core) == (7, 7, True)


def test_an_ally_whose_red_line_leaves_nothing() -> None:
    found = coalitions_of(alliance(red_lines={"none": {"issue": "cake", "min": 2}}))
    assert found.coalitions[1].margin is None
    assert found.stable == found.efficient == 7


def test_why_there_are_no_coalitions() -> None:
    def reason(data: Data) -> str:
        found = sim.study(built(data)).coalitions
        assert isinstance(found, Absent)
        return found.reason

    two = alliance()
    del two["parties"]["ally"]
    two["issues"]["size"] = {"levels": ["small", "large"]}
    assert "there is no other coalition" in reason(two)
    many = alliance()
    many["parties"] |= {f"guest {k}": copy.deepcopy(many["parties"]["ally"]) for k in range(module.MOST_OTHERS)}
    assert f"{module.MOST_OTHERS + 1} parties beside the consenting ones" in reason(many)


def test_a_coalition_whose_red_lines_make_the_space_too_large_is_a_reason() -> None:
    """The ally's conditional line joins issues that are apart without it."""
    tied = {"tied": {"issue": "cake", "max": 0.5, "when": {"size": ["large"]}}}
    data = alliance(red_lines=tied)
    assert isinstance(sim.study(built(data)).coalitions, Coalitions)
    with mock.patch.object(blocks, "MAX_JOINT", 1), mock.patch.object(blocks, "MAX_NODE", 11):
        study = sim.study(built(data))
        assert study.zone.exists
        assert isinstance(study.coalitions, Absent)
        assert "must be looked at together: 22 combinations" in study.coalitions.reason
        with pytest.raises(SizeError):
            sim.study(
                built(data | {"parties": data["parties"] | {"ally": data["parties"]["ally"] | {"consent": True}}})
            )
