"""`sim talks`: text, data, one session offer by offer, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.__main__ import main

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TWO, THREE = str(SCENARIOS / "teaching" / "logroll.yaml"), str(SCENARIOS / "four-party-2025.yaml")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["talks", *words]) == 0
    return capsys.readouterr().out


def data_of(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    def never(name: str) -> None:
        raise AssertionError(name)

    return json.loads(told(capsys, *words, "--json"), parse_constant=never)


def test_text_and_data_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    words = (TWO, "-n", "60", "--rounds", "12")
    text, data = told(capsys, *words), data_of(capsys, *words)
    talks = data["talks"]
    assert (data["schema_version"], data["sessions"], data["rounds"]) == (1, 60, 12)
    assert f"{100 * talks['agreed']:.1f} % of the sessions end in a deal" in text
    assert f"at offer {talks['round']['middle']:g}; nine in ten from offer {talks['round']['low']:g} to" in text
    assert f"North {talks['gains']['north']:.3f} (Nash deal {data['nash_gains']['north']:.3f})" in text
    assert "A thinking aid, not a forecast." in text
    assert len(text.splitlines()) <= 30
    for own in data["pairings"]:
        cell = f"{own['gains']['north']:z.2f}/{own['gains']['south']:z.2f}" if own["agreed"] else "no deal"
        (row,) = [x for x in text.splitlines() if x.startswith(f"  {own['tactics']['north'].replace('_', ' ')} ")]
        assert cell in row
    assert data["to_frontier"] == pytest.approx(0, abs=1e-9)
    assert sum(own["sessions"] for own in data["pairings"]) == 60


def test_one_session_offer_by_offer(capsys: pytest.CaptureFixture[str]) -> None:
    plays = ("--tactic", "north=linear", "--tactic", "south=boulware:0.3", "--opens", "south", "--noise", "0")
    text = told(capsys, TWO, "-n", "3", *plays, "--trace", "2")
    data = data_of(capsys, TWO, "-n", "3", *plays, "--trace", "2")["trace"]
    assert data["tactics"] == {"north": "linear", "south": "boulware:0.3"}
    assert [offer["by"] for offer in data["offers"][:3]] == ["south", "north", "south"]
    assert "SESSION  2: North linear and South boulware:0.3." in text
    last = data["offers"][-1]
    worth = f"{last['utilities']['north']:.3f} · {last['utilities']['south']:.3f}"
    assert f"{last['round']:>3}  {last['by'].title()}: {worth} (asked" in text
    assert data["agreed"]
    assert f"Border {last['outcome']['border']:g} km" in text.splitlines()[-1]
    assert all(last["utilities"][name] >= last["asks"][name] - 1e-9 for name in ("north", "south"))


def test_three_sides_have_a_column_each(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, THREE, "-n", "64", "--rounds", "8")
    assert "Russia      Ukraine  United States" in text
    assert len(text.splitlines()) <= 31
    assert len(data_of(capsys, THREE, "-n", "192", "--rounds", "8")["pairings"]) == 64


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("may-2025.yaml", "no session: there is no zone; the best outcome leaves some side 0.015 short of no deal"),
        ("core-demands.yaml", "no session: the red lines leave no outcome to offer"),
    ],
)
def test_no_deal_is_a_result(file: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, str(SCENARIOS / file), "-n", "8", "--rounds", "4", "--trace")
    assert words in text
    assert text.splitlines()[-1] == "  No deal."
    data = data_of(capsys, str(SCENARIOS / file), "-n", "8", "--rounds", "4", "--trace")
    assert (data["talks"]["agreed"], data["talks"]["round"], data["terms"], data["zone"]) == (0, None, {}, 0)


def test_a_zone_that_talks_miss(capsys: pytest.CaptureFixture[str]) -> None:
    both = ("--tactic", "north=tit-for-tat", "--tactic", "south=tit-for-tat")
    text = told(capsys, TWO, "-n", "4", "--noise", "0", *both)
    assert "no session, though a deal that all prefer to no deal exists in 100 % of them" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--tactic", "north=boulwar"], "tactics north: no tactic 'boulwar' (did you mean boulware?)"),
        (["--tactic", "noth=linear"], "tactics: no signer 'noth' (did you mean north?)"),
        (["--tactic", "north=boulware:0"], "exponent 0 of boulware (expected a number above 0.001 and below 1)"),
        (["--rounds", "0"], "rounds: 0 (expected at least 1)"),
        (["--opens", "allies"], "opens: no signer 'allies'"),
        (["-n", "0"], "n: 0 (expected at least 1)"),
        (["--trace", "7", "-n", "3"], "--trace: 7 (expected a whole number from 1 to 3)"),
        (["--noise", "-1"], "noise: -1 (expected from 0 to 10)"),
        (["--start", "worst"], "start: 'worst' (expected one of: best, zone)"),
        (["--at", "storm=1"], "no leverage variable 'storm'"),
    ],
)
def test_refusals(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["talks", TWO, *words]) == 3
    assert message in capsys.readouterr().err
