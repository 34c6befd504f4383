"""Labels of levels: readers see them, paths and data keep the levels."""

from __future__ import annotations

from pathlib import Path

from scenario_texts import edited, read

import sim
from sim.output.study_json import study_data
from sim.plots.data import scale_of
from sim.show.words import level_name, range_text, term_text

TEXT = """\
format: 1
name: Labels
issues:
  grade: {label: Grade, unit: percent, levels: [3.67, 5, 20, 60], labels: {3.67: as in 2015, 60: near weapons}}
  seat: {levels: [north, south], labels: {north: Northern Port}}
parties:
  a:
    values: {grade: {importance: 2, best: 3.67, worst: 60}, seat: {importance: 1, table: {north: 1, south: 0}}}
    red_lines: {cap: {issue: grade, max: 20}}
    no_deal: 0.1
  b:
    values: {grade: {importance: 2, best: 60, worst: 3.67}, seat: {importance: 1, table: {north: 0, south: 1}}}
    no_deal: 0.1
"""


def test_uneven_levels_are_numbers() -> None:
    study = sim.study(read(TEXT))
    assert study.zone.issues["grade"].levels == (3.67, 5.0, 20.0)  # the cap allows no 60
    assert study.solutions["nash"].utilities["a"] > 0
    assert sim.sweep(read(TEXT), {"parties.a.red_lines.cap.max": [4, 30]}, measures=["margin"]).sizes


def test_readers_see_labels_and_data_levels() -> None:
    study = sim.study(read(TEXT))
    game = study.game
    texts = [term_text(game, "grade", level) for level in game.levels[0]]
    assert texts == [
        "as in 2015",
        "5 %",
        "20 %",
        "near weapons",
    ]
    assert level_name(game, "seat", "north") == "Northern Port"
    assert level_name(game, "seat", "south") == "south"
    labels = game.scenario.spec.issues["seat"].labelled
    assert range_text(study.zone.issues["seat"], labels) == "Northern Port, south"
    assert scale_of(game, "grade").text(60.0) == "near weapons"
    found = study_data(study)["solutions"]["nash"]["outcome"]
    assert found["grade"] in (3.67, 5.0, 20.0)
    assert found["seat"] in ("north", "south")


def test_a_change_of_levels_in_a_layer_drops_the_labels_of_the_base(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(edited(TEXT, ("    red_lines: {cap: {issue: grade, max: 20}}\n", "")))
    (tmp_path / "top.yaml").write_text("extends: base.yaml\nissues: {grade: {range: [0, 60], step: 20}}\n")
    issue = sim.load(tmp_path / "top.yaml").spec.issues["grade"]
    assert (issue.all_levels(), dict(issue.labels)) == ((0.0, 20.0, 40.0, 60.0), {})
