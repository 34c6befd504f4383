"""Scenario files to begin with: every template and every start made from names validates and has a zone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_texts import read

import sim
from sim.__main__ import main
from sim.authoring.asked import draft_asked
from sim.authoring.blank import Draft, IssueDraft, blank, issue_in
from sim.authoring.kinds import KINDS, template
from sim.authoring.texts import key_of
from sim.errors import RequestError

LABELS = st.text(min_size=1, max_size=12).filter(lambda text: any(c.isalpha() for c in text))


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_sound_and_shows_something(kind: str) -> None:
    scenario = read(template(kind))
    assert dict(scenario.notes) == {}
    study = sim.study(scenario)
    assert study.zone.exists
    assert all(item.kind != "none" for item in study.provenance.inputs)  # every number says who vouches for it
    assert template(kind).count("#") > 8


def test_names_become_a_scenario_that_validates() -> None:
    issues = issue_in("Wage rise=0:8:0.5:percent"), issue_in("Weekend shifts=none, voluntary"), issue_in("Jobs=1:100")
    scenario = read(blank(Draft("Port: strike", ("Union", "Port of X"), issues)))
    assert scenario.name == "Port: strike"
    assert list(scenario.spec.parties) == ["union", "port_of_x"]
    assert scenario.spec.issues["wage_rise"].unit == "percent"
    assert scenario.spec.issues["jobs"].step == 5
    assert sim.study(scenario).zone.exists


@settings(max_examples=15)
@given(LABELS, st.lists(LABELS, min_size=2, max_size=3), st.lists(LABELS, min_size=1, max_size=3))
def test_any_labels_make_a_sound_file_or_are_refused(name: str, parties: list[str], issues: list[str]) -> None:
    drafts = tuple(IssueDraft(label, span=(0.0, 3.0, 1.0)) for label in issues)
    same = any(len(set(map(key_of, labels))) < len(labels) for labels in (parties, issues))
    with pytest.raises(RequestError, match="twice") if same else nullcontext():
        assert read(blank(Draft(name, tuple(parties), drafts))).name == name


@pytest.mark.parametrize(
    "text", ["", "Wage", "Wage=", "Wage=5", "Wage=8:0", "Wage=0:8:0", "Wage=0:8:9", "Wage=0:a:1:b"]
)
def test_an_issue_of_no_form_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(RequestError, match="expected"):
        issue_in(text)


def test_questions_are_asked_until_they_can_be_read() -> None:
    answers: Iterator[str] = iter(["", "A", "", "B", "", "", "Wage=oops", "Wage=0:8", ""])
    told: list[str] = []
    draft = draft_asked(lambda _: next(answers), told.append)
    assert draft == Draft("A negotiation", ("A", "B"), (issue_in("Wage=0:8"),))
    assert len(told) == 3  # one party only, no issue yet, an issue of no form


def test_the_command_writes_and_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "talks.yaml"
    assert main(["new", str(target), "--like", "deal"]) == 0
    assert target.read_text(encoding="utf-8") == template("deal")
    assert main(["new", str(target), "--like", "treaty"]) == 3
    assert "is there already" in capsys.readouterr().err
    assert main(["new", "-", "--party", "A", "--party", "B", "--issue", "Wage=0:8"]) == 0
    assert read(capsys.readouterr().out).spec.parties.keys() == {"a", "b"}
    assert main(["new", "-", "--like", "deal", "--party", "A"]) == 3
    assert main(["new", ""]) == 3
    assert main(["new", str(tmp_path / "x.yaml"), "--party", "A", "--party", "B", "--issue", "X=0:1e9:1"]) == 3
    assert not (tmp_path / "x.yaml").exists()
    assert main(["new", "-", "--party", "A", "--issue", "Wage=0:8"]) == 3


def test_without_a_terminal_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("A\n"))
    assert main(["new", "-"]) == 3
    assert "nothing to begin with (expected --like deal" in capsys.readouterr().err
