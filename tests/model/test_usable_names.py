"""Names that pass the door can be used wherever names are: on the command line, in lists, in files."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from scenario_texts import SMALL, edited, faults

from sim.__main__ import main
from sim.model.load import read_tree, write_text
from sim.model.scenario import load

LEVER = "leverage: {%s: {range: [-1, 1], default: 0, shifts: {parties.a.no_deal: {by: 0.1}}}}\n"
KEY = "names hold letters, digits, spaces, _ and -, with no space at an end and no - in front"


@pytest.mark.parametrize("name", ["h ", " ", " h", "-h", "-", "--set"])
def test_a_lever_that_no_option_could_name(name: str) -> None:
    found = [str(fault) for fault in faults(SMALL + LEVER % f"'{name}'")]
    assert found == [f"case.yaml:8:12: leverage.{name}: not a name ({KEY})"]


def test_levels_that_only_a_blank_tells_apart() -> None:
    named = edited(SMALL, ("step: 0.1}\n", "step: 0.1}\n  rule: {levels: [joint, 'joint ']}\n"))
    assert [str(fault) for fault in faults(named)] == [
        "case.yaml:5:26: issues.rule.levels.1: 'joint ' is not a name "
        "(level names hold letters, digits, spaces, _ and -, with no space at an end)"
    ]


def test_levels_of_digits_are_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that reads as a number is still the name of a level."""
    file = tmp_path / "case.yaml"
    one, other = "table: {'5': 1, '1e3': 0.5, nan: 0}", "table: {'5': 0, '1e3': 0.5, nan: 1}"
    named = ("range: [0, 1], step: 0.1", "levels: ['5', '1e3', nan]")
    file.write_text(edited(SMALL, named, ("best: 1, worst: 0", one), ("best: 0, worst: 1", other)))
    for level in ("5", "1e3", "nan"):
        assert main(["run", str(file), "--at-outcome", f"cake={level}"]) == 0
        assert "THE PROPOSED DEAL" in capsys.readouterr().out


def renamed(name: str) -> dict[str, Any]:
    data = read_tree(SMALL, "case.yaml").data
    data["issues"] = {name: data["issues"]["cake"], "rule": {"levels": [name, "other"]}}
    for party in data["parties"].values():
        party["values"] = {name: party["values"]["cake"], "rule": {"importance": 1, "table": {name: 1, "other": 0}}}
    data["parties"] = {name: data["parties"]["a"], "the second": data["parties"]["b"]}
    shift = {"range": [-1, 1], "default": 0, "shifts": {f"parties.{name}.no_deal": {"by": 0.1}}}
    return data | {"leverage": {name: shift}}


def test_every_name_that_is_accepted_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    choose, file, accepted = random.Random(3), tmp_path / "case.yaml", 0
    for _ in range(24 + 400 * int(os.environ.get("SIM_LONG_TESTS", "0"))):
        name = "".join(choose.choices("ab1é中" * 4 + " -_.=,:\t'", k=choose.randint(1, 4)))
        file.write_text(write_text(renamed(name)), encoding="utf-8")
        if main(["validate", str(file)]) == 3:
            said = capsys.readouterr().err
            assert "not a name" in said, name
            continue
        accepted += 1
        assert load(file).spec.leverage.keys() == {name}
        arguments = ["--at", f"{name}=0.5", "--set", f"parties.{name}.no_deal=0.1", "--sign", name]
        assert main(["run", str(file), *arguments, "--at-outcome", f"{name}=1,rule={name}", "--json"]) == 0, name
        capsys.readouterr()
    assert accepted >= 4
