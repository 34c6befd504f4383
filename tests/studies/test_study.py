"""What a study is to those who hold it: short to print, closed to change."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching"


@pytest.mark.parametrize(
    ("name", "leverage", "shown"),
    [
        ("logroll", {}, "<Study of 'Two-issue logroll' at claim=0: a zone, margin +0.300>"),
        ("empty-zone", {"costs": 0.1}, "<Study of 'An empty zone that opens' at costs=0.1: no zone, margin -0.120>"),
        ("bill-and-jack", {}, '<Study of "Bill and Jack\'s barter" at no leverage: a zone, margin +0.312>'),
    ],
)
def test_a_study_prints_in_one_line(name: str, leverage: dict[str, float], shown: str) -> None:
    assert repr(sim.study(str(TEACHING / f"{name}.yaml"), leverage)) == shown


def test_arrays_of_a_study_cannot_be_changed() -> None:
    study = sim.study(str(TEACHING / "logroll.yaml"))
    for array in (study.frontier.utilities, study.frontier.codes, *study.solutions["nash"].profile.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
