"""The pages of the scenarios name the inputs that decide, as the indices do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim.ensembles.sensitivity import sensitivity
from sim.game.compiled import compile
from sim.show.deciding import input_text

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
TRUTHS = 64


def decides(name: str) -> str:
    """Return what a page says of the inputs that decide, on one line."""
    text = " ".join((ROOT / "docs" / "scenarios" / f"{name}.md").read_text(encoding="utf-8").split())
    (said,) = re.findall(r"\*Which inputs decide\.\* (.*?); see \[ensembles\]", text)
    return str(said)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_what_decides(name: str) -> None:
    said = decides(name)
    scenario = sim.load(str(ROOT / "scenarios" / f"{name}.yaml"))
    groups = sensitivity(scenario, TRUTHS, doubt=0.3).margin.groups
    if not groups:
        assert "no outcome in any truth" in said
        return
    game = compile(scenario)
    totals = {input_text(game, group.inputs): group.total for group in groups}
    assert len(totals) == len(groups), "no two inputs read alike"
    found = re.search(r"most with (.*?) \(total index (0\.\d\d)\), then with (.*?) \((0\.\d\d)\)", said)
    assert found is not None
    first, most, second, next_ = found.groups()
    ranked = list(totals)
    assert first in ranked[:3]
    assert second in ranked[:5]
    # The page has eight times as many truths.
    assert totals[first] == pytest.approx(float(most), abs=0.1)
    assert totals[second] == pytest.approx(float(next_), abs=0.1)


def test_equal_optimism_is_not_neutral() -> None:
    path = ROOT / "scenarios" / "may-2025.yaml"
    hopes = {f"parties.{p}.no_deal.war.optimism.{p}_prevails": 1 for p in ("russia", "ukraine")}
    now, shared = sim.study(str(path)).reservation, sim.study(str(path), set=hopes).reservation
    raised = {name: now[name] - shared[name] for name in ("russia", "ukraine")}
    page = " ".join((ROOT / "docs" / "scenarios" / "may-2025.md").read_text(encoding="utf-8").split())
    told = "raises what Russia has without a deal by {russia:.3f} and what Ukraine has by {ukraine:.3f}"
    assert told.format(**raised) in page
