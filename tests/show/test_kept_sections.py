"""Sections that are only checked and kept: a run says so, and no answer depends on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_texts import SMALL

import sim
from sim.__main__ import main

LEVER = "leverage: {wind: {range: [0, 1], default: 0, shifts: {parties.a.no_deal: {by: 0.1}}}}\n"
KEPT = {
    "uncertain": "uncertain: {parties.a.no_deal: {distribution: {uniform: [0, 0.4]}}}\n",
    "dynamics": "dynamics: {wind: {drift: 0.1, volatility: 0.2}}\n",
}


@pytest.mark.parametrize("section", KEPT)
def test_a_run_says_that_a_section_is_only_kept(
    section: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_it, without = tmp_path / "with.yaml", tmp_path / "without.yaml"
    without.write_text(SMALL + LEVER)
    with_it.write_text(SMALL + LEVER + KEPT[section])
    assert main(["run", str(with_it)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"NOTE {section}: only checked and kept: no answer depends on it yet" in told
    kept, plain = (sim.study(sim.load(str(file))) for file in (with_it, without))
    assert kept.zone.margin == plain.zone.margin
    assert {n: d.outcome for n, d in kept.solutions.items()} == {n: d.outcome for n, d in plain.solutions.items()}
    page = Path("docs/format.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{section}` |")]
    assert "only checked and kept: no answer depends on it yet" in row
