"""Sections beside the model proper: none moves an answer at the file's numbers, or says that it is only kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_texts import SMALL

import sim
from sim.__main__ import main

LEVER = "leverage: {wind: {range: [0, 1], default: 0, shifts: {parties.a.no_deal: {by: 0.1}}}}\n"
BESIDE = {
    "uncertain": "uncertain: {parties.a.no_deal: {distribution: {uniform: [0, 0.4]}}}\n",
    "dynamics": "dynamics: {wind: {drift: 0.01, volatility: 0.2}}\n",
}
ONLY_KEPT = "only checked and kept: no answer depends on it yet"


def _file(folder: Path, text: str) -> str:
    file = folder / "case.yaml"
    file.write_text(SMALL + LEVER + text)
    return str(file)


def _told(file: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["run", file]) == 0
    return " ".join(capsys.readouterr().out.split())


def _row(section: str) -> str:
    page = Path("docs/format.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{section}` |")]
    return row


@pytest.mark.parametrize("section", BESIDE)
def test_answers_at_the_numbers_of_the_file_stay(section: str, tmp_path: Path) -> None:
    plain = sim.study(sim.load(_file(tmp_path, "")))
    kept = sim.study(sim.load(_file(tmp_path, BESIDE[section])))
    assert kept.zone.margin == plain.zone.margin
    assert {n: d.outcome for n, d in kept.solutions.items()} == {n: d.outcome for n, d in plain.solutions.items()}


def test_dynamics_are_for_simulations_and_say_nothing_in_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "NOTE dynamics" not in _told(_file(tmp_path, BESIDE["dynamics"]), capsys)
    assert "`sim simulate`" in _row("dynamics")


def test_uncertain_numbers_count_and_nothing_says_that_they_are_only_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(_file(tmp_path, BESIDE["uncertain"]), capsys)
    # In the worst truth a asks for 0.4 and b for 0.3; steps of 0.1 leave 0.1 to one and 0.2 to the other.
    assert (
        "TRUTHS For every truth that the statements allow one deal gives all who sign at least 0.100 over no deal"
        in told
    )
    assert ONLY_KEPT not in told
    assert "only checked and kept" not in _row("uncertain")
