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
from sim.studies.games.coalitions import Coalitions, coalition_names
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


def blockers(deal: Any, own: twin.Twin, answers: list[twin.Twin]) -> set[int]:
    """Which coalitions have an outcome in their own zone that all their members strictly prefer to a deal."""
    mine = own.everyone(deal)
    return {
        s
        for s, answer in enumerate(answers)
        if any(all(answer.everyone(y)[p] > mine[p] + CLOSE for p in answer.signers) for y in answer.zone)
    }


def judged_by_all(own: twin.Twin, answers: list[twin.Twin]) -> list[list[set[int]]]:
    """For each efficient deal of a coalition, who blocks it and each deal that is the same to all its signers."""
    found = []
    for u in own.frontier.values():
        same = (x for x, v in own.zone.items() if all(abs(a - b) <= CLOSE for a, b in zip(u, v, strict=True)))
        found.append([blockers(x, own, answers) for x in same])
    return found


def test_coalitions_and_core_by_brute_force() -> None:
    """The candidates are the deals of every coalition's own zone, each judged by all coalitions."""
    seen = Counter[str]()

    @settings(max_examples=40)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = company(rng, pick(rng, [2, 2, 3]), pick(rng, [1, 2]))
        study = sim.study(built(data))
        found = study.coalitions
        assert isinstance(found, Coalitions)
        base = twin.solve(data)
        guests = [name for name in data["parties"] if name not in base.signers]
        sets = [c for n in range(len(guests) + 1) for c in itertools.combinations(guests, n)]
        names = ["consenting parties", *(" + ".join(extra) for extra in sets[1:])]
        answers = [signed(data, [*base.signers, *extra]) for extra in sets]
        assert [set(each.signers) for each in found.coalitions] == [{*base.signers, *extra} for extra in sets]
        assert coalition_names(found) == names
        alike = [judged_by_all(answer, answers) for answer in answers]
        for k, (each, answer) in enumerate(zip(found.coalitions, answers, strict=True)):
            assert each.exists is bool(answer.zone)
            assert (each.margin is None) == (answer.margin is None)
            assert each.margin is None or each.margin == pytest.approx(answer.margin, abs=1e-11)
            assert dict(each.surplus) == pytest.approx(answer.surplus, abs=1e-11)
            assert each.efficient == len(answer.frontier)
            stable = sum(not all(one) for one in alike[k])
            by = {name: sum(all(s in one for one in deal) for deal in alike[k]) for s, name in enumerate(names)}
            if len(guests) == 1:
                assert (each.stable, each.blocked) == (stable, each.efficient - stable)
                assert dict(each.blocked_by) == {name: count for name, count in by.items() if count}
            # Of deals alike for the signers the best for each guest, and for both in sum, are tried.
            assert each.stable in (None, stable)
            assert each.blocked <= each.efficient - stable
            assert all(count <= by[name] for name, count in each.blocked_by.items())
            seen["undecided"] += each.stable is None
            seen["further deals stand"] += bool(k and each.stable and not found.coalitions[0].stable)
            seen["some stable"] += each.stable is not None and 0 < each.stable < each.efficient
        everything = [deal for own in alike for deal in own]
        # The consenting parties sign every deal: the best deal of all for one of them is blocked by nobody.
        assert any(answer.zone for answer in answers) is any(not all(deal) for deal in everything)
        if base.zone:
            nash = tuple(study.solutions["nash"].outcome.values())
            mine = base.everyone(nash)
            same = [x for x in base.zone if all(abs(base.everyone(x)[p] - mine[p]) <= CLOSE for p in base.signers)]
            stands = not all(blockers(x, base, answers) for x in same)
            assert found.nash_in_core in ((stands,) if len(guests) == 1 else (stands, None))
        else:
            assert found.nash_in_core is None
        seen["ties"] += any(len(set(map(frozenset, deal))) > 1 for deal in everything)
        seen["more than the base"] += any(bool(answer.zone) and not base.zone for answer in answers)
        assert (found.vetoes != ()) is (len(base.signers) > 2)

    run()
    wanted = ("further deals stand", "some stable", "ties", "more than the base")
    assert min(seen[name] for name in wanted) >= 1, seen


@given(rngs)
def test_to_sign_is_to_consent(rng: Rng) -> None:
    data = company(rng, pick(rng, [2, 2, 3]), 2)
    names = pick(rng, [GUESTS[:1], GUESTS[1:], GUESTS])
    consenting = copy.deepcopy(data)
    for name in names:
        consenting["parties"][name]["consent"] = True
    found, wanted = (study_data(each) for each in (sim.study(built(data), sign=names), sim.study(built(consenting))))
    for data in (found, wanted):
        # What validation advises on a file speaks of those who sign in the file.
        data["notes"] = {path: note for path, note in data["notes"].items() if not path.startswith("scenario.")}
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
    assert [(each.efficient, each.stable) for each in found.coalitions] == [(7, 7), (18, 18)]
    assert found.nash_in_core is True


def without_signature(data: Data, party: str) -> Data:
    """The same where one party does not sign and what all control stays as it is, which nobody can change."""
    result = copy.deepcopy(data)
    result["parties"][party]["consent"] = False
    for spec in result["issues"].values():
        spec["control"] = spec.get("control", [party])
    return result


def test_without_a_signature_only_what_others_control_by_name_is_open() -> None:
    seen = Counter[str]()

    @settings(max_examples=25)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = company(rng, 3, pick(rng, [0, 0, 1]))
        for spec in data["issues"].values():
            spec.pop("reversion", None)
            if rng.random() < 0.7:
                spec["control"] = [pick(rng, ["alpha", "beta", "gamma"])]
            if "control" not in spec or rng.random() < 0.9 or spec["control"] == ["guest one"]:
                spec["reversion"] = pick(rng, twin.levels_of(spec))
        study = sim.study(built(data))
        found = study.coalitions
        assert isinstance(found, Coalitions)
        assert [veto.party for veto in found.vetoes] == list(study.game.signers)
        for veto in found.vetoes:
            left = [name for name in study.game.signers if name != veto.party]
            own = [name for name, spec in data["issues"].items() if veto.party in spec.get("control", [])]
            locked = [name for name in own if "reversion" not in data["issues"][name]]
            others = [name for name, spec in data["issues"].items() if set(spec.get("control", ["-"])) <= set(left)]
            if not study.zone.exists:
                expected, reason = None, "there is no zone"
            elif not own:
                expected, reason = None, "it controls no issue by name, so without its signature all stays as it is"
            elif locked:
                expected, reason = None, f"{', '.join(locked)} would need a reversion level"
            elif not others:
                expected, reason = None, "nothing would be left for the others to agree on"
            else:
                again = sim.study(built(without_signature(data, veto.party)))
                before = study.solutions["nash"].utilities
                deal = again.solutions.get("nash")
                expected = None if deal is None else {p: deal.utilities[p] - before[p] for p in left}
                reason = "the others alone have no zone" if deal is None else None
            assert veto.reason == reason
            assert (veto.utility_change is None) == (expected is None)
            assert expected is None or dict(veto.utility_change or {}) == pytest.approx(expected, abs=1e-11)
            seen[reason.split(",")[0].lstrip("i0123456789") if reason else "changes"] += 1

    run()
    assert len(seen) >= 6, seen
    assert min(seen.values()) >= 1


def test_land_is_not_handed_over_by_those_who_do_not_hold_it() -> None:
    """What all control stays at the status quo that the war section names; where nothing names it nothing is said."""
    data = alliance(consent=True)
    lasting: Data = {"war": {"cost": 0.1, "discount_rate": 0.1}}
    for name in ("a", "b"):
        data["parties"][name]["no_deal"] = lasting
    point = {"cake": 0.5, "size": "small"}
    data["war"] = {"end_rate": 0.5, "status_quo": point, "outcomes": {"rout": {"odds": 1, "levels": point}}}
    data["issues"]["tax"] = {"levels": ["low", "high"], "control": ["a", "b"]}
    data["parties"]["a"]["values"]["tax"] = {"importance": 1, "table": {"low": 0, "high": 1}}
    data["parties"]["b"]["values"]["tax"] = {"importance": 1, "table": {"low": 0.5, "high": 1}}
    point["tax"] = "low"
    (veto,) = [veto for veto in coalitions_of(data).vetoes if veto.party == "ally"]
    assert veto.utility_change is not None
    before = sim.study(built(data)).solutions["nash"].outcome
    assert (before["size"], before["tax"]) == ("large", "high")
    # Without the ally the cake stays in halves, the small size with it; the tax is still the two's to agree.
    u = {"a": (0.5 + 0 + 1) / 3, "b": (0.5 + 0 + 1) / 3}
    assert dict(veto.utility_change) == pytest.approx(
        {p: u[p] - sim.study(built(data)).solutions["nash"].utilities[p] for p in u}
    )
    for name in ("a", "b"):
        data["parties"][name]["no_deal"] = 0.1
    del data["war"]
    (silent,) = [veto for veto in coalitions_of(data).vetoes if veto.party == "ally"]
    assert silent.utility_change is None
    assert silent.reason is not None
    assert silent.reason.startswith("where cake would stay without a deal is not said (expected a reversion, or")


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


def test_an_ally_that_all_would_rather_have_leaves_only_deals_with_it() -> None:
    found = coalitions_of(alliance())
    assert [each.signers for each in found.coalitions] == [("a", "b"), ("a", "b", "ally")]
    assert [each.margin for each in found.coalitions] == pytest.approx([0.15, 0.65])
    assert [(each.efficient, each.stable, each.blocked) for each in found.coalitions] == [(7, 0, 7), (11, 11, 0)]
    assert [dict(each.blocked_by) for each in found.coalitions] == [{"ally": 7}, {}]
    assert found.nash_in_core is False


def test_an_ally_that_asks_too_much_blocks_nothing() -> None:
    found = coalitions_of(alliance(no_deal=1.5))
    assert [each.exists for each in found.coalitions] == [True, False]
    assert found.coalitions[1].surplus == {}
    assert [(each.efficient, each.stable) for each in found.coalitions] == [(7, 7), (0, 0)]
    assert found.nash_in_core is True


def test_an_ally_whose_red_line_leaves_nothing() -> None:
    found = coalitions_of(alliance(red_lines={"none": {"issue": "cake", "min": 2}}))
    assert found.coalitions[1].margin is None
    assert [(each.efficient, each.stable) for each in found.coalitions] == [(7, 7), (0, 0)]


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
