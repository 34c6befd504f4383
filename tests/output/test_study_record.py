"""A study kept as JSON and found again."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sim
from sim.output.study_json import study_data

FILE = "scenarios/istanbul-2022.yaml"
SMALL = "scenarios/teaching/fearon-crisis.yaml"


@pytest.fixture(scope="module")
def moved() -> sim.Study:
    """A study with all that can be changed of a file changed."""
    rate = {"parties.ukraine.no_deal.war.discount_rate": 0.12}
    return sim.study(FILE, {"battlefield": 0.3}, set=rate, lift_lines=["russia.no_membership"], samples=1000)


def test_a_study_is_found_again_with_all_that_was_changed(moved: sim.Study) -> None:
    again = sim.study_from_json(moved.to_json())
    assert again.changes.data() == moved.changes.data()
    assert again.changes.digests() == moved.changes.digests()
    assert again.game.scenario.origin == moved.game.scenario.origin
    # A rate that was set moves what war costs: the file's own rate must come back too.
    assert again.reservation == moved.reservation
    assert again.zone.margin == moved.zone.margin
    assert {n: d.outcome for n, d in again.solutions.items()} == {n: d.outcome for n, d in moved.solutions.items()}


def test_a_record_is_the_json_of_a_run_and_what_it_takes(moved: sim.Study) -> None:
    record = json.loads(moved.to_json())
    reproduce = record.pop("reproduce")
    assert record == json.loads(json.dumps(study_data(moved)))
    assert reproduce["leverage"]["battlefield"] == 0.3


def test_parties_that_were_added_sign_again() -> None:
    study = sim.study("scenarios/trial-balloon-2023.yaml", sign=["united_states"], samples=1000)
    assert sim.study_from_json(study.to_json()).game.signers == study.game.signers


def changed(text: str, *path: str, value: Any) -> str:
    record = json.loads(text)
    here = record
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return json.dumps(record)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("reproduce", "scenario", "parties", "a", "power"), 3, "fingerprint differs"),
        (("zone", "margin"), 0.9, "on record 0.9"),
        (("zone", "margin"), None, "on record None"),
        (("scenario", "path"), 5, "scenario.path: 5 .expected text"),
        (("reproduce", "scenario"), "x.yaml", "no record of a study"),
        (("reproduce",), {}, "no record of a study"),
        (("reproduce", "lift"), ["a.none"], "no red line 'a.none'"),
        (("reproduce", "leverage"), {"none": 1}, "none"),
    ],
)
def test_what_is_not_the_study_on_record_is_refused(path: tuple[str, ...], value: Any, words: str) -> None:
    text = sim.study(SMALL).to_json()
    with pytest.raises(sim.RequestError, match=words):
        sim.study_from_json(changed(text, *path, value=value))


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "[" * 100_000])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(sim.RequestError, match=r"no JSON|no record"):
        sim.study_from_json(text)


def test_deals_as_a_table(moved: sim.Study) -> None:
    table = moved.to_frame()
    assert list(table.index) == list(moved.solutions)
    for name, deal in moved.solutions.items():
        row = table.loc[name]
        assert {issue: row[issue] for issue in deal.outcome} == dict(deal.outcome)
        assert {p: row[f"gain.{p}"] for p in deal.gains} == dict(deal.gains)
        assert {p: row[f"utility.{p}"] for p in deal.utilities} == dict(deal.utilities)
    none = sim.study("scenarios/teaching/empty-zone.yaml").to_frame()
    assert len(none) == 0
    assert len(none.columns) > 3


def test_a_summary_is_the_screen() -> None:
    study = sim.study(SMALL)
    assert study.summary(show=("games",)) == sim.summary(study, show=("games",))
