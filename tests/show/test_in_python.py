"""How Python and notebooks get at results: scenarios from data, short texts, tables, pages in frames."""

from __future__ import annotations

import io
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from scenario_texts import SMALL, read

import sim
from sim.model.load import read_tree
from sim.report.page import page

LEVER = SMALL + "leverage: {push: {range: [-1, 1], default: 0, shifts: {parties.a.no_deal: {by: 0.4}}}}\n"


def test_a_scenario_is_the_same_however_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "cake.yaml"
    file.write_text(SMALL, encoding="utf-8")
    data = read_tree(SMALL, "cake").data
    with file.open(encoding="utf-8") as stream, file.open("rb") as raw:
        given = [sim.load(x) for x in (str(file), file, SMALL, data, io.StringIO(SMALL), stream, raw)]
    assert len({scenario.sha256 for scenario in given}) == 1
    assert [scenario.path for scenario in given[2:5]] == ["<text>", "<data>", "<text>"]
    assert given[5].path == str(file)


def test_text_and_data_may_extend_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(SMALL, encoding="utf-8")
    for top in ({"extends": "base.yaml", "name": "Other"}, "extends: base.yaml\nname: Other\n"):
        assert sim.load(top).name == "Other"
        assert list(sim.load(top).spec.parties) == ["a", "b"]


def test_faults_of_text_and_data_are_told() -> None:
    with pytest.raises(sim.ScenarioError, match=r"<text>:2:1: not valid YAML"):
        sim.load("format: 1\n]")
    with pytest.raises(sim.ScenarioError, match="parties is missing"):
        sim.load({"format": 1, "name": "x", "issues": {}})
    with pytest.raises(sim.RequestError, match="is no text"):
        sim.load(io_that_returns(5))


def io_that_returns(value: object) -> object:
    class Odd:
        def read(self) -> object:
            return value

    return Odd()


def test_edits_without_files_leave_the_first_as_it_is() -> None:
    scenario = read(LEVER)
    changed = scenario.changed({"parties.b.no_deal": 0.5})
    assert (changed.spec.parties["b"].no_deal, scenario.spec.parties["b"].no_deal) == (0.5, 0.3)
    assert sim.study(changed).zone.margin < sim.study(scenario).zone.margin  # type: ignore[operator]


def test_reprs_fit_a_line() -> None:
    scenario = read(LEVER)
    assert repr(scenario) == "<Scenario 'One cake': 1 issue, 2 of 2 parties must sign>"
    assert len(repr(sim.study(scenario))) < 120


def test_a_summary_is_what_a_run_prints() -> None:
    study = sim.study(read(LEVER))
    text = sim.summary(study, width=80)
    assert text.startswith("One cake\n")
    assert "IS A DEAL POSSIBLE?  Yes." in text
    assert max(map(len, text.splitlines())) <= 80
    assert "DEALS" in sim.summary(study, show=["deals"])
    with pytest.raises(sim.RequestError, match="did you mean deals"):
        sim.summary(study, show=["deal"])


def test_a_table_has_a_row_a_point() -> None:
    found = sim.sweep(read(LEVER), {"push": [-1.0, 0.0, 1.0]}, ["margin", "solutions"])
    table = sim.tidy(found)
    assert list(table["push"]) == [-1.0, 0.0, 1.0]
    np.testing.assert_array_equal(table["margin"], found["margin"].values)
    np.testing.assert_array_equal(table["nash_deal.cake"], found["nash_deal"].sel(issue="cake").values)
    assert table["exists"].dtype in (bool, float)


def test_a_notebook_shows_the_page_in_a_frame_without_rights() -> None:
    study = sim.study(read(LEVER))
    html = study._repr_html_()
    assert html is not None
    head, _, rest = html.partition(' srcdoc="')
    assert head.startswith('<iframe sandbox="allow-scripts" ')
    text, _, end = rest.partition('"')
    assert (unescape(text), end) == (page(study), "></iframe>")
