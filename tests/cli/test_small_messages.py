"""Messages for what is empty, reversed or full of quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_texts import SMALL

import sim
from sim.__main__ import main


@pytest.fixture
def small(tmp_path: Path) -> str:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return str(file)


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_an_outcome_that_names_nothing_says_what_is_wanted(
    text: str, small: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", small, "--at-outcome", text])
    assert ended.value.code == 2
    assert "names no issue (expected ISSUE=LEVEL" in capsys.readouterr().err


def test_an_outcome_from_no_file_or_an_empty_one(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", small, "--at-outcome", "gone.yaml"]) == 3
    assert "'gone.yaml' is no file (expected ISSUE=LEVEL" in capsys.readouterr().err
    (tmp_path / "empty.yaml").write_text("\n")
    assert main(["run", small, "--at-outcome", str(tmp_path / "empty.yaml")]) == 3
    assert "is empty (expected lines ISSUE: LEVEL)" in capsys.readouterr().err


def test_empty_answers_say_what_an_answer_is(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "answers.yaml").write_text("")
    assert main(["weigh", small, "a", "--answers", str(tmp_path / "answers.yaml")]) == 3
    assert "no answers (expected points for each issue" in capsys.readouterr().err


def test_a_span_of_one_level_many_times(capsys: pytest.CaptureFixture[str], small: str) -> None:
    assert main(["sweep", small, "--over", "parties.a.no_deal=0.2:0.2:5", "-o", "-"]) == 3
    assert "both ends are the same" in capsys.readouterr().err


def test_a_span_that_runs_down_is_swept_as_it_is_written() -> None:
    path = "parties.a.no_deal"
    down = sim.sweep(SMALL, {path: sim.Span(0.3, 0.1, 3)}, ["margin"])
    up = sim.sweep(SMALL, {path: sim.Span(0.1, 0.3, 3)}, ["margin"])
    assert down[path].values.tolist() == pytest.approx([0.3, 0.2, 0.1])
    assert down["margin"].values.tolist() == pytest.approx(up["margin"].values[::-1].tolist())


def test_a_title_with_quotes_is_written_as_a_reader_would(tmp_path: Path) -> None:
    file, title = tmp_path / "new.yaml", 'The "big" deal: it\'s on \\ off'
    assert main(["new", str(file), "--name", title, "--party", 'A "x"', "--party", "B", "--issue", "Wage=1:5:1:%"]) == 0
    assert 'name: "The \\"big\\" deal: it\'s on \\\\ off"' in file.read_text()
    assert sim.load(file).spec.name == title
