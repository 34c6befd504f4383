"""Statements that cannot stand are refused by the command line: exit 3, where they are, and how to mend them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from scenario_texts import SMALL

from sim.__main__ import main

TWO = SMALL.replace("  cake: {range", "  pie: {range: [0, 1], step: 0.5}\n  cake: {range", 1).replace(
    "values: {cake:", "values: {pie: {importance: 2, best: 1, worst: 0}, cake:"
)
BAD = {
    "parties.a.values: {order: [cake, pastry]}": ("parties.a.values.order", "no issue 'pastry' among the values of a"),
    "parties.a.values: {order: [cake, pie, cake]}": ("parties.a.values.order", "names cake 2 times"),
    "parties.a.values: {ratios: {cake/pie: [0, 2]}}": ("parties.a.values.ratios.cake/pie.0", "expected more than 0"),
    "parties.a.no_deal: {between: [-0.5, .inf]}": ("", "expected"),
    "parties.a.values.cake.importance: {between: [-1, 2]}": (
        "parties.a.values.cake.importance.between",
        "reaches -1 (expected at least 0)",
    ),
    "parties.a.values: {within: -0.5}": ("parties.a.values.within", "expected"),
    "parties.a.nodeal: {within: 0.5}": ("parties.a.nodeal", ""),
}


def _file(folder: Path, statements: str) -> str:
    file = folder / "case.yaml"
    file.write_text(TWO + f"uncertain:\n{statements}\n")
    return str(file)


@pytest.mark.parametrize("statement", BAD)
@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_bad_statement_is_refused_where_it_stands(
    command: str, statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, words = BAD[statement]
    file = _file(tmp_path, f"  {statement}")
    assert main([command, file]) == 3
    caught = capsys.readouterr()
    told = caught.out + caught.err
    last = (TWO + "uncertain:\n").count("\n") + 1
    assert re.search(rf"{re.escape(file)}:{last}:\d+: .*{re.escape(path)}", told), told
    assert words in told
    assert "Traceback" not in told


def test_the_smallest_set_of_statements_that_contradict_each_other_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        "  parties.b.values: {within: 0.5}",
        "  parties.a.values: {order: [cake, pie]}",
        "  parties.a.values.pie.importance: {between: [4, 5]}",
        "  parties.a.values.cake.importance: {between: [1, 2]}",
    ]
    assert main(["run", _file(tmp_path, "\n".join(lines))]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert "no numbers obey this and parties.a.values" in told
    assert "parties.b.values" not in told


@pytest.mark.parametrize("doubt", ["0", "-1", "nan"])
def test_a_doubt_must_be_above_0(doubt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--json"], ["--show", "robust"]):
        assert main(["run", _file(tmp_path, "  parties.a.values: {within: 0.5}"), f"--doubt={doubt}", *more]) == 3
        told = capsys.readouterr().err
        assert "doubt" in told
        assert "expected a share above 0" in told


def test_a_run_says_what_the_file_itself_does_not_obey(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", _file(tmp_path, "  parties.a.values: {order: [cake, pie]}")]) == 0
    told = capsys.readouterr()
    assert "pie (2) weighs more than cake (1)" in " ".join((told.out + told.err).split())


def test_a_source_vouches_for_a_statement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statement = "  parties.a.values: {order: [pie, cake]}\nsources:\n"
    source = "  uncertain.parties.a.values: {assumption: A guess about what comes first.}"
    file = _file(tmp_path, statement + source)
    assert main(["evidence", file]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "uncertain.parties.a.values.order" in told
    assert "A guess about what comes first." in told
    assert main(["validate", _file(tmp_path, statement + source.replace("a.values", "b.values"))]) == 3


def test_each_source_is_named_once_with_what_rests_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = Path(__file__).parents[2] / "scenarios/istanbul-2022.yaml"
    assert main(["evidence", str(scenario)]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines.count("assumption: Twenty tanks is under a battalion.") == 1
    assert lines[lines.index("assumption: Twenty tanks is under a battalion.") + 1] == "    issues.tanks  step 20"
    assert len(lines) < 320
    assert main(["evidence", str(scenario), "--json"]) == 0
    inputs = json.loads(capsys.readouterr().out)["inputs"]
    text = " ".join(" ".join(lines).split())
    assert len(inputs) > 100
    for item in inputs:  # every number is there, below its section
        assert item["path"].split(".")[-1] in text
