"""Two scenarios side by side: every difference found, results at one leverage, and what is printed."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from strategies import Wish, built, scenarios

import sim
from sim.__main__ import main
from sim.comparisons.comparison import Comparison, compare
from sim.comparisons.inputs import differences
from sim.errors import RequestError, ScenarioError
from sim.model.frozen import thawed
from sim.model.paths import numbers
from sim.output.study_json import to_json
from sim.show.comparison import print_comparison
from sim.studies.study import study

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ISTANBUL, PLEDGE = SCENARIOS / "istanbul-2022.yaml", SCENARIOS / "may-2025.yaml"
Run = Callable[..., tuple[int, str, str]]


def strip(**changes: Any) -> dict[str, Any]:
    """A border strip between the Hills and the Vale, with a lever on what the Hills have alone."""
    values = [{"strip": {"importance": 1, "best": best, "worst": 10 - best}} for best in (10, 0)]
    data: dict[str, Any] = {
        "format": 1,
        "name": "Strip",
        "issues": {"strip": {"label": "Strip", "unit": "km", "range": [0, 10], "step": 1}},
        "parties": {
            "hills": {"label": "Hills", "values": values[0], "no_deal": 0.2},
            "vale": {"label": "Vale", "values": values[1], "no_deal": 0.3},
        },
        "leverage": {"weather": {"range": [-1, 1], "default": 0, "shifts": {"parties.hills.no_deal": {"by": 0.1}}}},
    }
    return changed(data, **changes)


def changed(data: dict[str, Any], **paths: Any) -> dict[str, Any]:
    """Return data with values replaced, each path with __ for a dot; None removes."""
    result = copy.deepcopy(data)
    for path, value in paths.items():
        *way, last = path.split("__")
        here = result
        for key in way:
            here = here.setdefault(key, {})
        if value is None:
            del here[last]
        else:
            here[last] = value
    return result


def between(old: dict[str, Any], new: dict[str, Any], **leverage: float) -> Comparison:
    return compare(built(old), built(new), leverage)


def shown(found: Comparison, width: int = 80) -> str:
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=width, highlight=False), found)
    return stream.getvalue()


# Inputs -------------------------------------------------------------------------------------------------------------


def test_changed_added_and_removed_values_are_found_by_path() -> None:
    new = strip(
        issues__strip__step=2,
        parties__hills__values__strip__shape={"power": 0.5},
        parties__vale__no_deal={"outside": 0.3, "impasse": 0.1},
        leverage__weather=None,
        parties__hills__label="The hills",
        summary="More words.",
    )
    inputs = between(strip(), new).inputs
    assert [(c.path, c.old, c.new) for c in inputs.changed] == [("issues.strip.step", 1, 2)]
    assert {c.path: c.new for c in inputs.added} == {
        "parties.hills.values.strip.shape.power": 0.5,
        "parties.vale.no_deal.outside": 0.3,
        "parties.vale.no_deal.impasse": 0.1,
    }
    assert {c.path: c.old for c in inputs.removed} == {
        "parties.vale.no_deal": 0.3,
        "leverage.weather.range": [-1, 1],
        "leverage.weather.default": 0,
        "leverage.weather.shifts.parties.hills.no_deal.by": 0.1,
    }


def test_issues_parties_red_lines_and_leverage_that_one_side_has() -> None:
    third = {"values": {"strip": {"importance": 1, "best": 5, "worst": 0}}, "no_deal": 0}
    new = strip(
        issues__toll={"levels": ["free", "paid"]},
        parties__coast=third,
        parties__vale__red_lines={"all of it": {"issue": "strip", "max": 9}},
        leverage__weather=None,
        leverage__mood={"range": [0, 1], "default": 0, "shifts": {"parties.vale.no_deal": {"by": 0.1}}},
    )
    members = between(strip(), new).inputs.members
    assert members["issues"].added == ("toll",)
    assert members["parties"].added == ("coast",)
    assert members["red_lines"].added == ("vale.all of it",)
    assert (members["leverage"].added, members["leverage"].removed) == (("mood",), ("weather",))
    back = between(new, strip()).inputs.members
    assert back["issues"].removed == ("toll",)
    assert back["red_lines"].removed == ("vale.all of it",)


def test_an_issue_may_be_called_label_or_unit() -> None:
    first = {"war": {"status_quo": {"unit": 3, "label": 1}}, "parties": {"label": {"power": 1, "label": "A"}}}
    second = {"war": {"status_quo": {"unit": 4, "label": 1}}, "parties": {"label": {"power": 2, "label": "B"}}}
    assert [c.path for c in differences(first, second).changed] == ["war.status_quo.unit", "parties.label.power"]


@settings(max_examples=40)
@given(scenarios(), scenarios())
def test_the_differences_turn_one_scenario_into_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = differences(old, new)
    first, second = ({".".join(k): v for k, v in numbers(data)} for data in (old, new))
    gone = {change.path for change in (*found.removed, *found.changed)}
    turned = {path: value for path, value in first.items() if path not in gone}
    turned |= {c.path: c.new for c in (*found.added, *found.changed) if c.path in second}
    assert turned == second
    assert all(c.old != c.new for c in found.changed)
    same = differences(old, old)
    assert (same.added, same.removed, same.changed) == ((), (), ())


# Results ------------------------------------------------------------------------------------------------------------


def test_results_are_those_of_the_studies() -> None:
    old, new = strip(), strip(parties__hills__no_deal=0.5, parties__vale__no_deal=0.25)
    found = between(old, new, weather=0.5)
    first, second = (study(built(data), {"weather": 0.5}) for data in (old, new))
    results = found.data()["results"]
    assert results["zone"]["margin"] == {"old": first.zone.margin, "new": second.zone.margin}
    assert results["zone"]["exists"] == {"old": True, "new": True}
    assert results["zone"]["share"] == {"old": pytest.approx(5 / 11), "new": pytest.approx(2 / 11)}
    assert results["zone"]["surplus"]["vale"] == {"old": first.zone.surplus["vale"], "new": second.zone.surplus["vale"]}
    assert results["zone"]["issues"]["strip"] == {"old": {"min": 3, "max": 7}, "new": {"min": 6, "max": 7}}
    assert results["reservation"]["hills"] == {"old": pytest.approx(0.25), "new": pytest.approx(0.55)}
    assert (results["gained_leverage"], results["lost_leverage"]) == (["hills"], ["vale"])
    for side, result in (("old", first), ("new", second)):
        deal = result.solutions["nash"]
        assert results["nash"]["outcome"]["strip"][side] == deal.outcome["strip"]
        assert results["nash"]["utilities"]["hills"][side] == deal.utilities["hills"]


def test_without_a_zone_the_results_are_null_with_a_reason() -> None:
    found = between(strip(), strip(parties__hills__no_deal=0.9))
    data = found.data()
    assert data["results"]["zone"]["exists"] == {"old": True, "new": False}
    assert data["results"]["zone"]["margin"]["new"] == pytest.approx(-0.1)
    assert data["results"]["zone"]["surplus"]["hills"]["new"] is None
    assert data["results"]["nash"]["outcome"]["strip"]["new"] is None
    assert "no zone" in data["notes"]["results.nash.new"]
    blocked = {"none of it": {"issue": "strip", "allow": [0]}, "all of it": {"issue": "strip", "allow": [10]}}
    none = between(strip(), strip(parties__vale__red_lines=blocked)).data()
    assert none["results"]["zone"]["margin"]["new"] is None
    assert "leave no outcome" in none["notes"]["results.zone.margin.new"]


def test_shares_are_compared_on_one_grid_only() -> None:
    found = between(strip(), strip(issues__strip__step=2)).data()
    assert found["results"]["zone"]["share"] == {"old": None, "new": None}
    assert "do not list the same outcomes" in found["notes"]["results.zone.share"]


def test_a_party_whose_values_differ_is_noted() -> None:
    notes = between(strip(), strip(parties__hills__values__strip__shape={"power": 0.5})).notes
    assert "two scales" in notes["results.reservation.hills"]
    assert "results.reservation.vale" not in notes


@settings(max_examples=40)
@given(scenarios(Wish(outcomes=30, war=True)), st.randoms())
def test_who_gained_leverage_is_told_on_one_scale(data: dict[str, Any], random: Any) -> None:
    """The same values and another situation: the shift is the change of the reservation value, of two parts."""
    new = copy.deepcopy(data)
    for outcome in new["war"]["outcomes"].values():
        outcome["odds"] = random.choice([1, 2, 5])
    for party in new["parties"].values():
        if isinstance(party["no_deal"], dict) and "war" in party["no_deal"]:
            party["no_deal"]["war"]["cost"] = random.choice([0, 0.1, 0.3])
            hopes = party["no_deal"]["war"].setdefault("optimism", {})
            hopes[next(iter(new["war"]["outcomes"]))] = random.choice([0.5, 1, 3])
    found = between(data, new)
    for name, shift in found.shifts.items():
        change = found.reservation[name]
        assert shift.total == pytest.approx(change.new - change.old, abs=1e-12)
    rescaled = copy.deepcopy(new)
    for party in rescaled["parties"].values():
        for value in party["values"].values():
            value["importance"] *= random.choice([1, 2, 7])
    again = between(data, rescaled)
    back = copy.deepcopy(rescaled)
    back["war"] = copy.deepcopy(data["war"])
    for name, party in back["parties"].items():
        party["no_deal"] = copy.deepcopy(data["parties"][name]["no_deal"])
    before = study(built(back), again.new.leverage)
    for name, shift in again.shifts.items():
        assert shift.total == pytest.approx(again.new.reservation[name] - before.reservation[name], abs=1e-12)
        assert (name in again.gained) is (shift.total >= 5e-4)


def test_what_war_ends_in_counts_named_levels_and_outcomes_that_are_gone_too() -> None:
    data = thawed(sim.load(str(ISTANBUL)).tree.data)
    for change in ("named", "replaced"):
        new = copy.deepcopy(data)
        outcomes = new["war"]["outcomes"]
        if change == "named":
            outcomes["stalemate"]["levels"] |= {"nato": "neutrality", "sanctions": "lifted", "guarantees": "none"}
        else:
            frozen = outcomes.pop("stalemate")
            outcomes["frozen"] = frozen | {"odds": 5, "levels": frozen["levels"] | {"nato": "neutrality"}}
            for party in new["parties"].values():
                party["no_deal"]["war"].get("optimism", {}).pop("stalemate", None)
            for variable in new["leverage"].values():
                variable["shifts"] = {k: v for k, v in variable["shifts"].items() if "stalemate" not in k}
            new.pop("sources")
        found = between(data, new)
        for name, shift in found.shifts.items():
            change_of = found.reservation[name]
            assert shift.total == pytest.approx(change_of.new - change_of.old)
            assert abs(shift.total) > 0.01
        assert list(found.shifts) == ["russia", "ukraine"]
        rescaled = copy.deepcopy(new)
        for party in rescaled["parties"].values():
            party["values"]["army_cap"]["importance"] *= 1.5
        again = between(data, rescaled)
        back = copy.deepcopy(data)
        for name, party in back["parties"].items():
            party["values"] = rescaled["parties"][name]["values"]
        before = study(built(back))
        assert list(again.shifts) == ["russia", "ukraine"]
        for name, shift in again.shifts.items():
            assert shift.total == pytest.approx(again.new.reservation[name] - before.reservation[name])


def test_a_plain_number_on_another_scale_cannot_be_compared() -> None:
    found = between(strip(), strip(parties__hills__values__strip__shape={"power": 0.5}, parties__hills__no_deal=0.5))
    assert list(found.shifts) == ["vale"]
    assert (found.gained, found.lost) == ([], [])
    assert "Hills cannot be compared: its values differ" in " ".join(shown(found).split())
    data = found.data()
    assert data["results"]["leverage_shifts"]["hills"] is None
    assert "only a war is measured anew" in data["notes"]["results.leverage_shifts.hills"]


def test_hopes_are_told_apart() -> None:
    data = thawed(sim.load(str(SCENARIOS / "teaching" / "fearon-crisis.yaml")).tree.data)
    bold = copy.deepcopy(data)
    first, *_ = bold["war"]["outcomes"]
    bold["parties"]["a"]["no_deal"]["war"]["optimism"] = {first: 3}
    bold["parties"]["b"]["no_deal"]["war"]["cost"] += 0.05
    found = between(data, bold)
    assert found.shifts["a"].hopes == found.shifts["a"].total > 0.05
    assert found.shifts["b"].hopes == pytest.approx(0)
    assert found.shifts["b"].total == pytest.approx(-0.05)
    assert (found.gained, found.lost) == (["a"], ["b"])
    assert "of it by its own view of the odds" in shown(found)


def test_each_stands_where_a_study_of_it_alone_does() -> None:
    higher = strip(leverage__weather__default=0.5)
    found = between(strip(), higher)
    assert (found.old.leverage, found.new.leverage) == ({"weather": 0}, {"weather": 0.5})
    assert found.new.zone.margin == study(built(higher)).zone.margin
    assert found.gained == ["hills"]
    assert "0 in the old scenario and 0.5 in the new one" in found.notes["leverage.new.weather"]
    level = between(strip(), higher, weather=0)
    assert (level.old.leverage, level.new.leverage) == ({"weather": 0}, {"weather": 0})
    assert (level.gained, level.lost) == ([], [])
    assert "leverage.new.weather" not in level.notes
    assert [c.path for c in level.inputs.changed] == ["leverage.weather.default"]


def test_values_are_set_where_their_path_is() -> None:
    other = strip(leverage__mood={"range": [0, 1], "default": 0, "shifts": {"parties.vale.no_deal": {"by": 0.1}}})
    values = {"parties.hills.no_deal": 0.21, "leverage.mood.default": 1}
    found = compare(built(strip()), built(other), set=values)
    assert [dict(s.game.scenario.set) for s in (found.old, found.new)] == [{"parties.hills.no_deal": 0.21}, values]
    assert found.new.leverage["mood"] == 1
    with pytest.raises(ScenarioError, match="did you mean hills"):
        compare(built(strip()), built(other), set={"parties.hlls.no_deal": 1})


def test_results_come_before_inputs() -> None:
    text = shown(between(strip(), strip(leverage__weather__default=0.5)))
    assert text.index("RESULTS") < text.index("LEVERAGE") < text.index("INPUTS")


def test_a_level_goes_to_the_scenarios_that_have_the_variable() -> None:
    without = strip(leverage__weather=None)
    found = between(strip(), without, weather=1)
    assert (found.old.leverage, found.new.leverage) == ({"weather": 1}, {})
    assert found.lost == ["hills"]
    with pytest.raises(RequestError, match=r"no leverage variable 'wether' \(did you mean weather\?\)"):
        between(strip(), without, wether=1)
    with pytest.raises(RequestError, match="out of range"):
        between(strip(), strip(), weather=2)


@settings(max_examples=25)
@given(scenarios(Wish(outcomes=40)), scenarios(Wish(outcomes=40)), st.booleans())
def test_any_two_scenarios_can_be_compared(old: dict[str, Any], new: dict[str, Any], same: bool) -> None:
    try:
        found = between(old, old if same else new)
    except RequestError as error:
        assert "at this leverage" in str(error)  # noqa: PT017
        return
    data = json.loads(to_json(found.data()))
    assert data["schema_version"] == 1
    assert list(data["results"]["reservation"]) == found.parties
    assert list(data["results"]["nash"]["outcome"]) == found.issues
    assert max(map(cell_len, shown(found).splitlines())) <= 80
    if same:
        assert (found.gained, found.lost) == ([], [])
        assert "no difference" in shown(found)


# The command line ---------------------------------------------------------------------------------------------------


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_library_compared_in_text(say: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = say("compare", ISTANBUL, PLEDGE, "--at", "battlefield=0.3")
    assert (code, err) == (0, "")
    assert max(map(cell_len, out.splitlines())) <= 80
    for words in (
        "Issues in the new only: military_ties, neutrality_form",
        "Parties in the new only: western_states",
        "Red lines in the old only: russia.no_membership",
        "Leverage in the new only: deadline",
        "Battlefield momentum / Front +0.3",
        "Pressure of time 0 (in the new only)",
        "no_deal.war.discount_rate                 0.1",
        "Russia: no deal is worth",
        "gained leverage",
        "thinking aid",
    ):
        assert words in out
    assert "The values of Russia and Ukraine differ; the brackets are on the scale of the new ones." in " ".join(
        out.split()
    )


def test_the_library_compared_as_data(say: Run) -> None:
    code, out, _ = say("compare", ISTANBUL, PLEDGE, "--json")
    data = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert (code, data["schema_version"]) == (0, 1)
    assert data["scenarios"]["old"]["path"] == str(ISTANBUL)
    assert data["leverage"]["new"]["deadline"] == 0
    assert "military_ties" in data["inputs"]["issues"]["added"]
    entry = next(e for e in data["inputs"]["changed"] if e["path"] == "parties.russia.values.nato.importance")
    assert entry.keys() == {"path", "old", "new"}


def test_a_scenario_does_not_differ_from_itself(say: Run) -> None:
    file = SCENARIOS / "teaching" / "logroll.yaml"
    _, out, _ = say("compare", file, file)
    assert "no difference" in out
    assert "No change of the situation moves what no deal is worth." in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((ISTANBUL, "gone.yaml"), "no such file"),
        ((ISTANBUL, ISTANBUL, "--at", "battlefeild=0"), "did you mean battlefield"),
        ((ISTANBUL, ISTANBUL, "--at", "battlefield=7"), "out of range"),
    ],
)
def test_bad_input_ends_with_code_three(say: Run, arguments: tuple[object, ...], words: str) -> None:
    code, out, err = say("compare", *arguments)
    assert (code, out) == (3, "")
    assert words in err
    assert len(err.splitlines()) == 1
