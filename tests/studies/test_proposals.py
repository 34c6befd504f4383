"""Proposals of some issues: the rest is as in the Nash deal, or in the nearest outcome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scenario_texts import SMALL, edited, read

import sim
from sim.__main__ import main
from sim.studies.proposals import completed

TWO = edited(
    SMALL,
    ("cake: {range: [0, 1], step: 0.1}", "cake: {range: [0, 1], step: 0.1}\n  tea: {levels: [hot, cold]}"),
    ("a: {values: {", "a: {values: {tea: {importance: 1, table: {hot: 1, cold: 0}}, "),
)


def test_what_is_not_named_is_as_in_the_nash_deal() -> None:
    study = sim.study(read(TWO))
    nash = study.solutions["nash"].outcome
    found = completed(study, {"cake": 0.2})
    assert (found.outcome, found.filled, found.source) == ({"cake": 0.2, "tea": nash["tea"]}, {"tea": "hot"}, "nash")
    whole = completed(study, {"cake": 0.2, "tea": "cold"})
    assert (whole.outcome, whole.filled, whole.source) == ({"cake": 0.2, "tea": "cold"}, {}, "")


def test_without_a_zone_it_is_as_in_the_nearest_outcome() -> None:
    study = sim.study(read(TWO), set={"parties.b.no_deal": 1.2})
    assert study.why.closest is not None
    found = completed(study, {"tea": "cold"})
    assert (found.outcome["cake"], found.source) == (study.why.closest["cake"], "closest")


def test_with_neither_every_issue_must_be_named() -> None:
    lines = edited(TWO, ("no_deal: 0.2", "no_deal: 0.2, red_lines: {m: {issue: cake, min: 0.6}}"))
    study = sim.study(read(edited(lines, ("no_deal: 0.3", "no_deal: 0.3, red_lines: {n: {issue: cake, max: 0.4}}"))))
    with pytest.raises(sim.RequestError, match="no level given for tea"):
        completed(study, {"cake": 0.2})


def test_issues_that_do_not_exist_are_refused() -> None:
    study = sim.study(read(TWO))
    with pytest.raises(sim.RequestError, match=r"no issue 'caek'.*did you mean cake"):
        completed(study, {"caek": 0.2})
    with pytest.raises(sim.RequestError, match="no issue 'milk'"):
        completed(study, {"cake": 0.2, "tea": "cold", "milk": "much"})


def test_the_verdict_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, offer = tmp_path / "two.yaml", tmp_path / "offer.yaml"
    file.write_text(TWO, encoding="utf-8")
    assert main(["run", str(file), "--at-outcome", "cake=1"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "THE PROPOSED DEAL  b would refuse it."
    assert rest[0] == "Not named, so as in the Nash deal: tea hot."
    offer.write_text("{tea: cold}", encoding="utf-8")
    assert main(["run", str(file), "--at-outcome", str(offer), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["judgement"]
    assert found["outcome"]["tea"] == "cold"
    assert list(found["filled"]) == ["cake"]
    assert main(["run", str(file), "--at-outcome", str(tmp_path / "none.yaml")]) == 3
