"""`sim simulate`: text, data, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main

BASE = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wander.yaml"
    event = "[{at: 2, label: Push, leverage: {battlefield: 0.3}}]"
    wander = f"dynamics: {{months: 4, battlefield: {{volatility: 0.1}}, events: {event}}}"
    path.write_text(f"extends: {BASE}\nformat: 1\nname: Wandering\n{wander}\n", encoding="utf-8")
    return path


def test_text_and_data_say_the_same(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", str(file), "-n", "30", "--rng", "4"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == 1
    assert data["paths"] == 30
    assert [event["label"] for event in data["events"]] == ["Push"]
    assert f"({data['margin']['0.05'][4]:z.3f} to {data['margin']['0.95'][4]:z.3f})" in text
    assert f"on {100 * data['deals']['share']:.1f} % of the paths" in text
    assert "EVENT    Push, month 2" in text
    assert set(data["waiting"]) == {"russia", "ukraine"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--months", "1"], "dynamics.events.0.at: step 2 is past the last"),
        (["--rule", "zon"], "did you mean zone?"),
        (["-n", "0"], "expected"),
        (["--months", "2.5"], "expected a whole number of steps"),
        (["--months", "100000"], "too many steps"),
        (["--tactic", "russia=boulware"], "the rule zone uses none"),
        (["--at", "battlefeld=1"], "did you mean battlefield?"),
    ],
)
def test_refusals(file: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(file), *words]) == 3
    assert told in capsys.readouterr().err


def test_a_scenario_without_dynamics(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(BASE.parent / "teaching" / "logroll.yaml")]) == 3
    assert "dynamics: this scenario has none" in capsys.readouterr().err
